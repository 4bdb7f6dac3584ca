"""The words of the command line about read models and history; what does the work is loaded when it is asked for."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from ops import words
from ops.settings import Settings
from ops.words import Subcommands

if TYPE_CHECKING:
    from projections.replay import Wanted

FORMATS = ("text", "jsonl", "csv", "ocsf", "ocsf-1.9", "ecs", "cef", "leef", "cloudevents")
Progress = Callable[[str], Callable[[int, int], None]]
Begin = Callable[[Settings, str, int], UUID]
End = Callable[[Settings, UUID, int], None]
"""Recording that the log is told once more, before the first line and after the last: the write side does it."""


def add(commands: Subcommands, progress: Progress, begin: Begin, end: End) -> None:
    """`projections …`."""
    below = words.group(commands, "projections", "where the read models are; build one anew")
    every = "every generation: position, how far behind, whether it is halted"
    words.command(below, "list", _list, every, answers=True)
    anew = "build a projection anew from the log while it is in use, prove it, and switch"
    rebuilds = words.command(below, "rebuild", lambda said, settings: _rebuild(said, settings, progress), anew, True)
    rebuilds.add_argument("name", metavar="NAME", help="as `projections list` names it")
    unlike = "put it in the place of one that is different too: two folds of the log must agree instead"
    rebuilds.add_argument("--distrust", action="store_true", help=unlike)
    tells = "tell what a projection held at a position of the log, as JSON lines; that it was told is recorded first"
    back = words.command(below, "as-of", lambda said, settings: _as_of(said, settings, progress, begin, end), tells)
    back.add_argument("name", metavar="NAME", help="as `projections list` names it")
    back.add_argument("position", type=words.position, metavar="POSITION", help="the last event that counts")
    back.add_argument("--out", type=Path, metavar="FILE", help="into this file, for you alone; else the screen")


def add_replay(ledger: Subcommands, progress: Progress, begin: Begin, end: End) -> None:
    """`ledger replay`."""
    tells = "tell what happened once more, from the log itself: names of the moment, no secret; that it was told is "
    tells += "recorded first"
    replays = words.command(
        ledger, "replay", lambda said, settings: _replay(said, settings, progress, begin, end), tells
    )
    bound = "a position, or a moment like 2026-03-03T17:00:00Z; it is included"
    replays.add_argument("--from", dest="first", type=when, metavar="WHEN", help=f"begin there: {bound}")
    replays.add_argument("--to", dest="last", type=when, metavar="WHEN", help=f"end there: {bound}")
    replays.add_argument("--actor", metavar="WHO", help="only what this one did: an id, or the name he had then")
    replays.add_argument("--object", metavar="WHAT", help="only what was done to this: an id, or the name it had then")
    kind = "only events of this type, or of its kind (`account`); again for others"
    replays.add_argument("--type", dest="types", action="append", default=[], metavar="TYPE", help=kind)
    replays.add_argument("--format", choices=FORMATS, default="text", help="text unless said otherwise")
    veil = "reasons, tickets, names of people and what is personal as pseudonyms: the same for the same value"
    replays.add_argument("--pseudonyms", action="store_true", help=veil)
    replays.add_argument("--out", type=Path, metavar="FILE", help="into this file, for you alone; else the screen")


def _list(said: argparse.Namespace, settings: Settings) -> int:
    from projections import operator

    try:
        found = operator.generations(settings)
    except operator.Unserviceable as error:
        return _fail(error)
    _say(json.dumps([asdict(each) for each in found]) if said.json else operator.as_table(found))
    return 0


def _rebuild(said: argparse.Namespace, settings: Settings, progress: Progress) -> int:
    from projections import operator

    try:
        done = operator.rebuild(settings, said.name, progress(f"rebuilding {said.name}"), said.distrust)
    except operator.Unserviceable as error:
        return _fail(error)
    shown = f"{done.name}: generation {done.generation} serves from position {done.position} on ({done.proof})"
    _say(json.dumps(asdict(done)) if said.json else shown)
    return 0


def _as_of(said: argparse.Namespace, settings: Settings, progress: Progress, begin: Begin, end: End) -> int:
    from projections import as_of, operator, telling

    question = json.dumps({"projection": said.name, "as_of": said.position})
    try:
        as_of.check(settings, said.name, said.position)
        with telling.opened(said.out) as file:
            run = begin(settings, question, said.position)
            report = progress(f"folding {said.name}")
            count = as_of.tell(settings, said.name, said.position, file, report)
    except (operator.Unserviceable, telling.NotTold) as error:
        return _fail(error)
    except OSError as error:
        return _fail(_unwritable(said.out, error))
    end(settings, run, count)
    return 0


def _replay(said: argparse.Namespace, settings: Settings, progress: Progress, begin: Begin, end: End) -> int:
    from projections import replay, telling

    wanted = replay.Wanted(said.first, said.last, said.actor, said.object, tuple(said.types))
    up_to = replay.head(settings)
    try:
        veil = replay.veil(settings) if said.pseudonyms else None
        with telling.telling(said.format, said.out, veil) as tell:
            run = begin(settings, _question(wanted), up_to)
            count = replay.replay(settings, wanted, up_to, tell, progress("replaying"))
    except telling.NotTold as error:
        return _fail(error)
    except OSError as error:
        return _fail(_unwritable(said.out, error))
    end(settings, run, count)
    return 0


def _unwritable(out: Path | None, error: OSError) -> Exception:
    from projections.telling import NotTold

    return NotTold(f"{out or 'the screen'} cannot be written: {error.strerror}")


def _question(wanted: Wanted) -> str:
    """The filters as the record of the replay keeps them."""
    asked = {name: value for name, value in asdict(wanted).items() if value}
    return json.dumps(asked, ensure_ascii=False, default=str)[:4000]


def when(text: str) -> int | datetime:
    """A position, or a moment with its zone."""
    if text.isascii() and text.isdigit():
        return words.position(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a position nor a moment with its zone (…T17:00:00Z)")
    return moment


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _fail(error: Exception) -> int:
    sys.stderr.write(f"strongroom: {error}\n")
    return 1
