"""What was forgotten for good, beside the keys: a database that is put back from an older day does not know it.

One line a thing in `shredded.jsonl` of the key folder. It holds ids alone; who copies the key folder copies it along.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from ops.crypto import keyfiles
from ops.crypto.keyfiles import KeyFileError

NAME = "shredded.jsonl"


@dataclass(frozen=True, slots=True)
class Gone:
    """One thing, and the ids of the data keys that sealed it."""

    kind: str
    subject: UUID
    event_keys: tuple[int, ...]
    secret_keys: tuple[int, ...]


def remembered(keys: Path) -> list[Gone]:
    """All of them; KeyFileError when the file is not what we wrote."""
    if not (file := keys / NAME).exists():
        return []
    try:
        return [_parsed(line) for line in keyfiles.read(file, largest=None).decode().splitlines()]
    except (ValueError, KeyError, TypeError) as error:
        raise KeyFileError(f"{file} is damaged: put it back from a safe copy") from error


def remember(keys: Path, gone: Gone) -> None:
    """On disk before anything is deleted; what is there already stays, whenever we are killed."""
    if gone not in (known := remembered(keys)):
        keyfiles.replace(keys / NAME, "".join(map(_line, [*known, gone])).encode())


def _line(gone: Gone) -> str:
    return json.dumps({**asdict(gone), "subject": str(gone.subject)}) + "\n"


def _parsed(line: str) -> Gone:
    said = json.loads(line)
    return Gone(said["kind"], UUID(said["subject"]), tuple(said["event_keys"]), tuple(said["secret_keys"]))
