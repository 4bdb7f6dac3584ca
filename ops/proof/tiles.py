"""Tiles of 256 hashes, as C2SP tlog-tiles lays them out: the tree in pieces that never change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ops.ledger.merkle import EMPTY, node_hash
from ops.proof.errors import Malformed

WIDTH = 256
HEIGHT = 8
HASH = 32


@dataclass(frozen=True, slots=True)
class Tile:
    """`hashes` of level `level` from `index` · 256 on: of leaves at level 0, of whole tiles below at the others."""

    level: int
    index: int
    hashes: tuple[bytes, ...]

    @property
    def is_full(self) -> bool:
        return len(self.hashes) == WIDTH

    def content(self) -> bytes:
        return b"".join(self.hashes)

    def root(self) -> bytes:
        """Of a full tile: its one hash in the level above."""
        return perfect(self.hashes)

    @property
    def path(self) -> str:
        return tile_path(self.level, self.index, len(self.hashes))


def perfect(hashes: Sequence[bytes]) -> bytes:
    """The root over 2^n hashes."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=True)]
    return level[0]


def parse_tile(level: int, index: int, width: int, content: bytes) -> Tile:
    """A tile from its bytes; Malformed when they are not `width` hashes."""
    if len(content) != width * HASH:
        raise Malformed(f"{tile_path(level, index, width)} has {len(content)} bytes, not {width * HASH}")
    return Tile(level, index, tuple(content[start : start + HASH] for start in range(0, len(content), HASH)))


def tile_path(level: int | str, index: int, width: int = WIDTH) -> str:
    """Where a tile lies: `tile/0/x001/x234/067`, a partial one below `.p/`; level `entries` for bundles."""
    elements = [f"{index % 1000:03d}"]
    while index := index // 1000:
        elements.insert(0, f"x{index % 1000:03d}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(elements)}{partial}"


def widths(size: int) -> list[tuple[int, int, int]]:
    """The tiles that a tree of `size` leaves ends with: level, index, width of each that is not full."""
    found, level = [], 0
    while count := size >> (HEIGHT * level):
        if count % WIDTH:
            found.append((level, count // WIDTH, count % WIDTH))
        level += 1
    return found


def bundle(entries: Sequence[bytes]) -> bytes:
    """Up to 256 entries, each behind its length in two bytes."""
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)


def parse_bundle(content: bytes, width: int, name: str) -> list[bytes]:
    """The entries of a bundle; Malformed when they are not `width`."""
    entries: list[bytes] = []
    at = 0
    while at < len(content):
        end = at + 2 + int.from_bytes(content[at : at + 2])
        if end > len(content):
            raise Malformed(f"{name} breaks off within entry {len(entries)}")
        entries.append(content[at + 2 : end])
        at = end
    if len(entries) != width:
        raise Malformed(f"{name} holds {len(entries)} entries, not {width}")
    return entries


class Edge:
    """The right edge of a tree that grows: of each level the hashes that do not fill a tile yet."""

    def __init__(self, size: int = 0, levels: Sequence[Sequence[bytes]] = ()) -> None:
        self.size = size
        self.levels = [list(level) for level in levels]
        wanted = [(size >> HEIGHT * level) % WIDTH for level in range(len(self.levels))]
        if [len(level) for level in self.levels] != wanted or size >> HEIGHT * len(self.levels):
            raise Malformed(f"this is not the edge of a tree of {size} leaves")

    def extend(self, leaves: Sequence[bytes]) -> list[Tile]:
        """Add leaf hashes; the tiles that became full, lower levels first."""
        full: list[Tile] = []
        for start in range(0, len(leaves), WIDTH):
            self._add(0, leaves[start : start + WIDTH], self.size, full)
            self.size += len(leaves[start : start + WIDTH])
        return full

    def _add(self, level: int, hashes: Sequence[bytes], before: int, full: list[Tile]) -> None:
        """At most 256 hashes, so that at most one tile becomes full; `before`: how many the level held in all."""
        if level == len(self.levels):
            self.levels.append([])
        held = self.levels[level]
        held += hashes
        if len(held) < WIDTH:
            return
        tile = Tile(level, before // WIDTH, tuple(held[:WIDTH]))
        full.append(tile)
        self.levels[level] = held[WIDTH:]
        self._add(level + 1, [tile.root()], tile.index, full)

    def partial(self) -> list[Tile]:
        """The tiles that the tree ends with at this size."""
        return [Tile(level, index, tuple(self.levels[level][:width])) for level, index, width in widths(self.size)]

    def root(self) -> bytes:
        """The tree's root: what stands at its edge, joined from the narrowest on."""
        joined: bytes | None = None
        for level in self.levels:
            for peak in _peaks(level):
                joined = peak if joined is None else node_hash(peak, joined)
        return EMPTY if joined is None else joined


def _peaks(hashes: Sequence[bytes]) -> list[bytes]:
    """The roots of the perfect subtrees over these hashes, narrowest (and last) first."""
    found, end = [], len(hashes)
    while end:
        width = end & -end
        found.append(perfect(hashes[end - width : end]))
        end -= width
    return found


Fetch = Callable[[int, int, int], Tile]
"""(level, index, width) → the tile; Unproved when it is not there."""


class TileTree:
    """The perfect subtrees of a tree of `size` leaves, from its tiles, each fetched once."""

    def __init__(self, size: int, fetch: Fetch) -> None:
        self.size = size
        self._fetch = lru_cache(maxsize=256)(fetch)

    def subtree(self, height: int, index: int) -> bytes:
        level, within = divmod(height, HEIGHT)
        start = index << within
        tile, at = divmod(start, WIDTH)
        width = min((self.size >> HEIGHT * level) - tile * WIDTH, WIDTH)
        return perfect(self._fetch(level, tile, width).hashes[at : at + (1 << within)])
