"""What a witness does, as C2SP tlog-witness has it: it cosigns a checkpoint that continues the last one it cosigned.

What it remembers is on disk before its cosignature leaves: whoever set it back would have it sign two histories.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Self

from ops.crypto.signing import SigningKey
from ops.proof.errors import Malformed, NotSigned, Unproved
from ops.proof.notes import Checkpoint, Note, VerifierKey, cosign
from ops.proof.spelling import base64_bytes, is_count
from ops.proof.tree import LONGEST_PATH, check_consistency
from ops.runtime import files

Answer = tuple[int, str]
"""HTTP status and body."""


@dataclass(frozen=True, slots=True)
class Request:
    """`old N`, the lines of a proof, an empty line, a checkpoint."""

    old: int
    proof: Sequence[bytes]
    note: Note
    checkpoint: Checkpoint

    @classmethod
    def parse(cls, text: str) -> Self:
        """Malformed when it is none."""
        head, separator, content = text.partition("\n\n")
        first, *lines = head.split("\n")
        word, _, old = first.partition(" ")
        if not separator or word != "old" or not is_count(old) or len(lines) > LONGEST_PATH:
            raise Malformed("expected: old N, up to 63 lines of a proof, an empty line, a checkpoint")
        note = Note.parse(content)
        return cls(int(old), [base64_bytes(line, "a line of the proof") for line in lines], note, Checkpoint.of(note))


class Seen:
    """The last checkpoint of each log, one file each; held by one witness alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = files.folder(folder, 0o700)
        self._lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._lock)
            raise Unproved(f"another witness uses {folder}: give this one a folder of its own with --state") from error

    def close(self) -> None:
        os.close(self._lock)

    def of(self, origin: str) -> Checkpoint | None:
        """Unproved when it cannot be told: then nothing is cosigned."""
        try:
            return Checkpoint.of(Note.parse(self._path(origin).read_text()))
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise Unproved(f"{self._path(origin)} cannot be read") from error

    def keep(self, note: Note) -> None:
        files.write(self._path(Checkpoint.of(note).origin), str(note).encode(), 0o600)

    def _path(self, origin: str) -> Path:
        return self._folder / f"{sha256(origin.encode()).hexdigest()}.checkpoint"


@dataclass(slots=True)
class Witness:
    """Cosigns as `name` for the logs whose keys it was given."""

    name: str
    key: SigningKey
    logs: Sequence[VerifierKey]
    seen: Seen
    now: Callable[[], float] = time.time
    _one: Lock = field(default_factory=Lock)

    def add_checkpoint(self, text: str) -> Answer:
        """The answer to one request; a refusal says why."""
        try:
            asked = Request.parse(text)
        except Malformed as error:
            return 400, f"{error}\n"
        known = [key for key in self.logs if key.name == asked.checkpoint.origin]
        if not known:
            return 404, f"{asked.checkpoint.origin} is no log that this witness knows\n"
        if not any(asked.note.is_signed_by(key) for key in known):
            return 403, f"{asked.checkpoint.origin} did not sign this\n"
        if asked.old > asked.checkpoint.size:
            return 400, "the old size is larger than the new one\n"
        with self._one:
            return self._continued(asked)

    def _continued(self, asked: Request) -> Answer:
        try:
            seen = self.seen.of(asked.checkpoint.origin)
        except Unproved as error:
            return 500, f"{error}\n"
        if asked.old != (size := seen.size if seen else 0):
            return 409, f"{size}\n"
        try:
            self._check(seen, asked)
        except Unproved as error:
            return 422, f"{error}\n"
        try:
            self.seen.keep(asked.note)
        except OSError as error:
            return 500, f"what was seen cannot be written down: {error.strerror}\n"
        return 200, f"{cosign(asked.note, self.key, self.name, int(self.now()))}\n"

    @staticmethod
    def _check(seen: Checkpoint | None, asked: Request) -> None:
        """Unproved unless the log begins with what was seen of it."""
        new = asked.checkpoint
        if seen is not None and seen.size:
            check_consistency(seen.size, new.size, seen.root, new.root, asked.proof)
        elif asked.proof:
            raise NotSigned("nothing was seen before: there is nothing to prove")
