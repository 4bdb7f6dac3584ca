"""The proof of one record as a file for somebody who has nothing else: C2SP tlog-proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from ops.proof.errors import Malformed
from ops.proof.notes import HASH, Note
from ops.proof.spelling import base64_bytes, base64_of, is_count
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
        extra = [f"extra {base64_of(self.extra)}"] if self.extra else []
        hashes = [base64_of(each) for each in self.path]
        return "\n".join([HEAD, *extra, f"index {self.index}", *hashes, "", str(self.checkpoint)])

    @classmethod
    def parse(cls, content: str) -> Self:
        """Malformed when it is not a proof of one record."""
        head, separator, checkpoint = content.partition("\n\n")
        first, *lines = head.split("\n")
        if first != HEAD or not separator:
            raise Malformed(f"this is no proof of a record: its first line is not {HEAD}")
        extra = (
            base64_bytes(lines.pop(0)[6:], "the extra of this proof")
            if lines and lines[0].startswith("extra ")
            else b""
        )
        word, _, index = lines[0].partition(" ") if lines else ("", "", "")
        if word != "index" or not is_count(index):
            raise Malformed("this proof does not say `index N`")
        path = tuple(base64_bytes(line, "a hash of this proof") for line in lines[1:])
        if len(path) > LONGEST_PATH or any(len(each) != HASH for each in path):
            raise Malformed(f"the path of this proof is not up to {LONGEST_PATH} hashes of {HASH} bytes")
        return cls(int(index), path, Note.parse(checkpoint), extra)
