"""The tree as the database holds it: full tiles in their table, the rest from what lies below them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from ops.ledger import rows
from ops.ledger.merkle import leaf_hash
from ops.proof.errors import Unproved
from ops.proof.leaves import entry_of
from ops.proof.tiles import WIDTH, Tile, TileTree, parse_tile, tile_path

Database = Connection[tuple[Any, ...]]
_FULL = "select hashes from ledger.tiles where level = %s and index = %s"
_ROOTS = "select index, root from ledger.tiles where level = %s and index >= %s and index < %s order by index"
_NEWEST = (
    "select origin, size, root, note, agreed, signed_at from ledger.checkpoints "
    "where (agreed or not %s) and size >= %s order by signed_at desc, size desc limit 1"
)


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint as it is kept: `note` has the signatures, `agreed` says whether the signer's policy was met."""

    origin: str
    size: int
    root: bytes
    note: str
    agreed: bool
    signed_at: datetime


class StoredTiles:
    """Fetches the tiles of one log, full ones and those at its edge."""

    def __init__(self, database: Database, log_id: UUID) -> None:
        self._database = database
        self._log_id = log_id.bytes

    def tree(self, size: int) -> TileTree:
        """The first `size` leaves."""
        return TileTree(size, self.tile)

    def tile(self, level: int, index: int, width: int) -> Tile:
        """Unproved when what it is made of is not there."""
        if width == WIDTH:
            row = self._database.cursor(binary=True).execute(_FULL, (level, index)).fetchone()
            if row is None:
                raise Unproved(
                    f"{tile_path(level, index)} is not kept: the signer has not come this far, or it was removed"
                )
            return parse_tile(level, index, width, bytes(row[0]))
        return Tile(level, index, tuple(self._leaves(index, width) if level == 0 else self._roots(level, index, width)))

    def entries(self, index: int, width: int) -> list[bytes]:
        """The leaf entries of a bundle, from the log's rows."""
        first = index * WIDTH
        found = [rows.parse(row) for row in rows.read(self._database, first, first + width)]
        if [raw[0] for raw in found] != list(range(first + 1, first + width + 1)):
            raise Unproved(f"the log does not hold positions {first + 1} to {first + width}")
        return [entry_of(self._log_id, raw) for raw in found]

    def entry(self, position: int) -> bytes:
        """The leaf entry of one record."""
        for row in rows.read(self._database, position - 1, position):
            return entry_of(self._log_id, rows.parse(row))
        raise Unproved(f"the log does not hold position {position}")

    def _leaves(self, index: int, width: int) -> list[bytes]:
        return [leaf_hash(entry) for entry in self.entries(index, width)]

    def _roots(self, level: int, index: int, width: int) -> list[bytes]:
        first = index * WIDTH
        asked = self._database.cursor(binary=True).execute(_ROOTS, (level - 1, first, first + width)).fetchall()
        if [row[0] for row in asked] != list(range(first, first + width)):
            raise Unproved(f"not all tiles of level {level - 1} from {first} to {first + width - 1} are kept")
        return [bytes(row[1]) for row in asked]


def newest(database: Database, covering: int = 0, agreed: bool = False) -> Signed | None:
    """The newest checkpoint that covers a position; `agreed`: only one on which the quorum agreed."""
    row = database.cursor(binary=True).execute(_NEWEST, (agreed, covering)).fetchone()
    return None if row is None else Signed(row[0], row[1], bytes(row[2]), *row[3:])
