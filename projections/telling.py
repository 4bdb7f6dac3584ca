"""Lines of a replay in every format, to the screen or into a file that is whole or not there."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import IO

from ops.siem import cloudevents, ecs, lines, ocsf
from ops.siem.entry import Entry, Veil
from ops.spreadsheets import safe

COLUMNS = tuple(each.name for each in fields(Entry) if each.name not in ("details", "personal", "microseconds"))
LINES: Mapping[str, Callable[[Entry], str]] = {
    "text": lambda entry: as_text(entry),
    "jsonl": lambda entry: _json(asdict(entry)),
    "ocsf": lambda entry: _json(ocsf.document(entry)),
    "ocsf-1.9": lambda entry: _json(ocsf.document(entry, next_release=True)),
    "ecs": lambda entry: _json(ecs.document(entry)),
    "cloudevents": lambda entry: _json(cloudevents.document(entry)),
    "cef": lines.cef,
    "leef": lines.leef,
}
"""A format → an entry's line in it."""


class NotTold(Exception):
    """A replay cannot go where it should; the message says why."""


@contextmanager
def telling(format: str, out: Path | None, veil: Veil | None = None) -> Iterator[Callable[[Entry], None]]:
    """What writes a line, veiled if asked. The file appears when all of it is there, for its owner alone."""
    with opened(out) as file:
        tell = _teller(format, file)
        yield tell if veil is None else lambda entry: tell(entry.veiled(veil))


def _teller(format: str, file: IO[str]) -> Callable[[Entry], None]:
    if format == "csv":
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        return lambda entry: _row(writer.writerow, entry)
    written = LINES[format]
    return lambda entry: _write(file, written(entry))


def _row(write: Callable[[list[object]], object], entry: Entry) -> None:
    write([safe(getattr(entry, name)) for name in COLUMNS])


def _write(file: IO[str], line: str) -> None:
    file.write(f"{line}\n")


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, default=str)


def as_text(line: Entry) -> str:
    """In a line, without anything that a terminal would obey."""
    who = line.actor or line.actor_kind
    about = f" · {line.object_kind or 'stream'} {line.object or line.object_id}"
    why = f" · because: {line.reason}" if line.reason else ""
    said = f" · {line.summary}" if line.summary else ""
    told = f"{line.position:>8}  {line.recorded_at}  {who}: {line.title}{about}{said}{why}"
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in told)


@contextmanager
def opened(out: Path | None) -> Iterator[IO[str]]:
    """The screen, or a file for its owner alone that has its name once all is written; NotTold when it is there."""
    if out is None:
        yield sys.stdout
        return
    if os.path.lexists(out):
        raise _there(out)
    working = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        number = os.open(working, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with open(number, "w", encoding="utf-8", newline="") as file:
            yield file
        _named(working, out)
    finally:
        working.unlink(missing_ok=True)


def _named(working: Path, out: Path) -> None:
    """A file that somebody made meanwhile is his: a second name is refused where a renaming would replace it."""
    try:
        os.link(working, out, follow_symlinks=False)
    except FileExistsError:
        raise _there(out) from None


def _there(out: Path) -> NotTold:
    return NotTold(f"{out} is there already: name a file that is not")
