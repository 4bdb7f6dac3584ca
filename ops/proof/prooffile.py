"""The proof of one record as a file for somebody who has nothing else: C2SP tlog-proof."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Self

from ops.proof.errors import Malformed
from ops.proof.notes import HASH, Note
from ops.proof.tree import LONGEST_PATH

HEAD = "c2sp.org/tlog-proof@v1"
SUFFIX = ".tlog-proof"


@dataclass(frozen=True, slots=True)
class ProofFile:
    """Where a leaf stands and its path to the root of a signed checkpoint. `extra` is ours, and proves nothing by
    itself: the leaf entry, which whoever checks hashes."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: Note
    extra: bytes = b""

    def __str__(self) -> str:
        extra = [f"extra {b64encode(self.extra).decode()}"] if self.extra else []
        hashes = [b64encode(each).decode() for each in self.path]
        return "\n".join([HEAD, *extra, f"index {self.index}", *hashes, "", str(self.checkpoint)])

    @classmethod
    def parse(cls, content: str) -> Self:
        """Malformed when it is not a proof of one record."""
        head, separator, checkpoint = content.partition("\n\n")
        first, *lines = head.split("\n")
        if first != HEAD or not separator:
            raise Malformed(f"this is no proof of a record: its first line is not {HEAD}")
        extra = _bytes(lines.pop(0)[6:], "extra") if lines and lines[0].startswith("extra ") else b""
        if not lines or not _is_index(lines[0]):
            raise Malformed("this proof does not say `index N`")
        path = tuple(_bytes(line, "a hash") for line in lines[1:])
        if len(path) > LONGEST_PATH or any(len(each) != HASH for each in path):
            raise Malformed(f"the path of this proof is not up to {LONGEST_PATH} hashes of {HASH} bytes")
        return cls(int(lines[0][6:]), path, Note.parse(checkpoint), extra)


def _is_index(line: str) -> bool:
    number = line.removeprefix("index ")
    return line.startswith("index ") and number.isascii() and number.isdigit() and str(int(number)) == number


def _bytes(text: str, what: str) -> bytes:
    try:
        content = b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise Malformed(f"{what} in this proof is not base64") from None
    if b64encode(content).decode() != text:
        raise Malformed(f"{what} in this proof is not base64 in its one spelling")
    return content
