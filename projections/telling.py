"""Lines of a replay as text, as JSON lines and as CSV, to the screen or into a file that is whole or not there."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import IO

from projections.replay import Line

FORMATS = ("text", "jsonl", "csv")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet compute a cell instead of showing it."""
COLUMNS = tuple(each.name for each in fields(Line) if each.name != "details")


class NotTold(Exception):
    """A replay cannot go where it should; the message says why."""


@contextmanager
def telling(format: str, out: Path | None) -> Iterator[Callable[[Line], None]]:
    """What writes a line. The file appears when all of it is there, for its owner alone."""
    with _opened(out) as file:
        yield _teller(format, file)


def _teller(format: str, file: IO[str]) -> Callable[[Line], None]:
    match format:
        case "csv":
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            return lambda line: _row(writer.writerow, line)
        case "jsonl":
            return lambda line: _write(file, json.dumps(asdict(line), ensure_ascii=False, default=str))
        case _:
            return lambda line: _write(file, as_text(line))


def _row(write: Callable[[list[object]], object], line: Line) -> None:
    write([safe(getattr(line, name)) for name in COLUMNS])


def _write(file: IO[str], line: str) -> None:
    file.write(f"{line}\n")


def as_text(line: Line) -> str:
    """In a line, without anything that a terminal would obey."""
    who = line.actor or line.actor_kind
    about = f" · {line.object_kind or 'stream'} {line.object or line.object_id}"
    why = f" · because: {line.reason}" if line.reason else ""
    said = f" · {line.summary}" if line.summary else ""
    told = f"{line.position:>8}  {line.recorded_at}  {who}: {line.title}{about}{said}{why}"
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in told)


def safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


@contextmanager
def _opened(out: Path | None) -> Iterator[IO[str]]:
    if out is None:
        yield sys.stdout
        return
    if out.exists():
        raise NotTold(f"{out} is there already: name a file that is not")
    working = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        number = os.open(working, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with open(number, "w", encoding="utf-8", newline="") as file:
            yield file
        working.rename(out)
    finally:
        working.unlink(missing_ok=True)
