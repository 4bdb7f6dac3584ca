"""The tree over the log's leaf entries, as RFC 6962 §2.1 defines it: its root, in memory that grows with log n."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256

LEAF = b"\x00"
NODE = b"\x01"
EMPTY = sha256(b"").digest()
_HIGHEST_RUN = 16


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf; its prefix keeps leaves and nodes apart."""
    return sha256(LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(NODE + left + right).digest()


class Frontier:
    """The roots of the perfect subtrees that cover all leaves so far, widest first."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Add leaf hashes. Runs that fill a perfect subtree are hashed level by level, which is faster."""
        start = 0
        while start < len(leaves):
            height = self._run(len(leaves) - start)
            self._push(_perfect_root(leaves[start : start + (1 << height)]), height)
            start += 1 << height

    def append_subtree(self, root: bytes, height: int) -> None:
        """Add a perfect subtree of 2^height leaves that was hashed elsewhere; the size must be a multiple of it."""
        if self.size % (1 << height):
            raise ValueError("a subtree stands at a multiple of its width")
        self._push(root, height)

    def join(self, other: Frontier) -> None:
        """Add the leaves of `other`, which was begun at this size: a multiple of the widest subtree it has."""
        for root, height in other._subtrees():
            self.append_subtree(root, height)

    def root(self) -> bytes:
        """The tree's root: the peaks joined, narrowest first."""
        if not self._peaks:
            return EMPTY
        *wider, joined = self._peaks
        for peak in reversed(wider):
            joined = node_hash(peak, joined)
        return joined

    def _subtrees(self) -> Iterator[tuple[bytes, int]]:
        heights = [height for height in range(self.size.bit_length()) if self.size >> height & 1]
        return zip(self._peaks, reversed(heights), strict=True)

    def _run(self, left: int) -> int:
        """The height of the widest perfect subtree that begins here and is full."""
        height = 0
        while height < _HIGHEST_RUN and self.size % (2 << height) == 0 and (2 << height) <= left:
            height += 1
        return height

    def _push(self, root: bytes, height: int) -> None:
        count = self.size >> height
        while count & 1:
            root = node_hash(self._peaks.pop(), root)
            count >>= 1
        self._peaks.append(root)
        self.size += 1 << height


def _perfect_root(leaves: Sequence[bytes]) -> bytes:
    level = list(leaves)
    while len(level) > 1:
        level = [sha256(NODE + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=True)]
    return level[0]
