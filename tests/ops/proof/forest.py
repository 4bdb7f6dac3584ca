"""Leaves for trees of any size, and the same trees by programs that are not ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pymerkle import InmemoryTree
from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader

from ops.ledger.merkle import leaf_hash
from ops.proof.errors import Unproved
from ops.proof.tiles import WIDTH, Edge, Tile, bundle, perfect, tile_path


def entries(size: int) -> list[bytes]:
    return [b"entry %d" % at for at in range(size)]


def leaves(size: int) -> list[bytes]:
    return [leaf_hash(entry) for entry in entries(size)]


@dataclass(frozen=True)
class Leaves:
    """The perfect subtrees straight from the leaves."""

    hashes: Sequence[bytes]

    def subtree(self, height: int, index: int) -> bytes:
        return perfect(self.hashes[index << height : index + 1 << height])


def pymerkle_of(size: int) -> InmemoryTree:
    """https://pymerkle.readthedocs.io: RFC 9162 with the same prefixes."""
    tree = InmemoryTree(algorithm="sha256")
    for entry in entries(size):
        tree.append_entry(entry)
    return tree


def tiles_of(size: int) -> dict[tuple[int, int, int], Tile]:
    """All tiles of a tree, full and partial, by level, index and width."""
    edge = Edge()
    full = edge.extend(leaves(size))
    return {(tile.level, tile.index, len(tile.hashes)): tile for tile in [*full, *edge.partial()]}


def laid(folder: Path, size: int, tiles: dict[tuple[int, int, int], Tile]) -> TilesReader:
    """The tiles as files, and a reader of tlog-scales over them."""
    for tile in tiles.values():
        write(folder / tile.path, tile.content())
    for start in range(0, size, WIDTH):
        part = entries(size)[start : start + WIDTH]
        write(folder / tile_path("entries", start // WIDTH, len(part)), bundle(part))
    reader = TilesReader(LocalBackend(folder))
    reader.set_size(size)
    return reader


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def fetch(tiles: dict[tuple[int, int, int], Tile], level: int, index: int, width: int) -> Tile:
    try:
        return tiles[level, index, width]
    except KeyError:
        raise Unproved(f"there is no {tile_path(level, index, width)}") from None
