"""The words of the command line for SIEM systems; the work is loaded when asked for."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ops import words
from ops.settings import Settings
from ops.words import Subcommands

if TYPE_CHECKING:
    from commands.consumers import Admitted
    from domain.consumers import Consumer

Bound = Callable[[str], int | datetime]


def add(commands: Subcommands, bound: Bound) -> None:
    """`siem consumers …`; `bound` reads a position or a moment."""
    below = words.group(commands, "siem", "who reads events from the stream AUDIT on NATS")
    verbs = words.group(below, "consumers", "admit them, remove them, list them")
    admits = "let a new consumer read events, by a seed that is shown once; it is recorded"
    added = words.command(verbs, "add", _add, admits, answers=True)
    added.add_argument("name", metavar="NAME", help="a letter, then letters, digits and hyphens: soc-1")
    only = "only what goes under this subject, audit.CLASS.KIND.EVENT: audit.3002.> or audit.*.account.>"
    added.add_argument("--only", metavar="SUBJECT", help=only)
    begins = "begin there: a position, or a moment like 2026-03-03T17:00:00Z; with what comes unless said otherwise"
    added.add_argument("--from", dest="begin", type=bound, metavar="WHEN", help=begins)
    into = "write the seed into this file, for you alone, instead of showing it"
    added.add_argument("--out", type=Path, metavar="FILE", help=into)
    cuts = "cut a consumer off for good; it is recorded"
    words.command(verbs, "remove", _remove, cuts).add_argument("name", metavar="NAME")
    lists = words.command(verbs, "list", _list, "who reads what, since when, admitted by whom", answers=True)
    lists.add_argument("--nats", action="store_true", help="as consumers.json of an installation that runs NATS itself")


def _add(said: argparse.Namespace, settings: Settings) -> int:
    from commands.consumers import Wanted, admit
    from domain.consumers import EVERYTHING

    done = admit(settings, Wanted(said.name, said.only or EVERYTHING, said.begin, said.out))
    if said.json:
        shown = {"position": done.position, "after": done.after, "seed": done.seed, "let_in": done.let_in}
        _say(json.dumps({"name": said.name, **shown}))
    else:
        _say("\n".join(_told(said.name, done, settings)))
    return 0


def _told(name: str, done: Admitted, settings: Settings) -> list[str]:
    lines = [f"Recorded at position {done.position}: {name} reads what comes behind position {done.after}."]
    if done.seed is not None:
        lines += ["Its seed, which is shown this once and kept nowhere:", f"  {done.seed}"]
    if not done.let_in and settings.nats_url is None:
        lines.append("NATS does not let it in yet: it does within seconds once `strongroom up` runs.")
    elif not done.let_in:
        lines.append("Tell your own NATS of it: `An external NATS` in docs/operations.md.")
    if not done.told:
        lines.append("Nothing tells the stream yet: add a destination of the kind nats (docs/siem.md).")
    return lines


def _remove(said: argparse.Namespace, settings: Settings) -> int:
    from commands.consumers import remove

    position = remove(settings, said.name)
    _say(f"Recorded at position {position}: {said.name} is cut off within seconds.")
    return 0


def _list(said: argparse.Namespace, settings: Settings) -> int:
    from commands.consumers import listed
    from ops.runtime import readers

    found = listed(settings)
    if said.nats:
        _say(readers.told(found).decode())
    elif said.json:
        _say(json.dumps([_shown(each) for each in found]))
    else:
        _say(
            "\n".join(
                f"{each.name}  {each.subject}  since {each.since:%Y-%m-%d %H:%M}Z, by {each.operator}" for each in found
            )
            or "There are none."
        )
    return 0


def _shown(each: Consumer) -> dict[str, object]:
    return {
        "name": each.name, "public_key": each.public_key, "subject": each.subject, "after": each.after,
        "since": each.since.isoformat(), "operator": each.operator,
    }  # fmt: skip


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
