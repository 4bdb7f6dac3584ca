"""What was forgotten for good, beside the keys: a database that is put back from an older day does not know it.

One line a thing in `shredded.jsonl` of the key folder. It holds ids alone; who copies the key folder copies it along.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from ops.crypto.keyfiles import KeyFileError, read

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
        return [_parsed(line) for line in read(file, largest=None).decode().splitlines()]
    except (ValueError, KeyError, TypeError) as error:
        raise KeyFileError(f"{file} is damaged: put it back from a safe copy") from error


def remember(keys: Path, gone: Gone) -> None:
    """On disk before anything is deleted; what is there already stays."""
    if gone in remembered(keys):
        return
    line = json.dumps({**asdict(gone), "subject": str(gone.subject)}) + "\n"
    number = os.open(keys / NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with open(number, "a") as file:
        file.write(line)
        file.flush()
        os.fsync(number)


def _parsed(line: str) -> Gone:
    said = json.loads(line)
    return Gone(said["kind"], UUID(said["subject"]), tuple(said["event_keys"]), tuple(said["secret_keys"]))
