"""The log as the signer sees it and writes to it: by functions of the role `sign`, each a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection

from ops.proof.errors import Inconsistent
from ops.proof.notes import Checkpoint, Note
from ops.proof.stored import Signed, StoredTiles
from ops.proof.tiles import Tile, TileTree

_KEEP = "select ledger.keep_tiles(%s::smallint[], %s::bigint[], %s::bytea[], %s::bytea[])"
_PUBLISH = "select ledger.publish_checkpoint(%s, %s, %s, %s, %s)"
_NEWEST = (
    "select origin, size, root, note, agreed, signed_at from ledger.checkpoints "
    "where origin = %s order by size desc limit 1"
)
_ANY = "select exists (select from ledger.checkpoints)"
_BEHIND = "select clock_timestamp(), max(recorded_at) from ledger.events where position = %s"
CONTRADICTED = ("SR030", "SR031", "SR032")


class Store:
    """One connection's. Inconsistent when what is there already contradicts what is to be written."""

    def __init__(self, database: Connection[tuple[Any, ...]], log_id: UUID) -> None:
        self.database = database
        self._tiles = StoredTiles(database, log_id)

    def tree(self, size: int) -> TileTree:
        return self._tiles.tree(size)

    def newest(self, origin: str) -> Signed | None:
        """The largest checkpoint under this name."""
        row = self.database.cursor(binary=True).execute(_NEWEST, (origin,)).fetchone()
        return None if row is None else Signed(row[0], row[1], bytes(row[2]), *row[3:])

    def was_signed(self) -> bool:
        """Whether there is any checkpoint, under whatever name."""
        row = self.database.execute(_ANY).fetchone()
        return row is not None and bool(row[0])

    def seconds_ahead(self, position: int) -> float:
        """How far the last record's time is ahead of the database's clock: it was set back, or the time was not its."""
        row = self.database.execute(_BEHIND, (position,)).fetchone()
        return 0.0 if row is None or row[1] is None else float((row[1] - row[0]).total_seconds())

    def keep(self, tiles: Sequence[Tile]) -> None:
        if tiles:
            columns = (
                [t.level for t in tiles], [t.index for t in tiles],
                [t.content() for t in tiles], [t.root() for t in tiles],
            )  # fmt: skip
            self._do(_KEEP, columns)

    def publish(self, checkpoint: Checkpoint, note: Note, agreed: bool) -> None:
        self._do(_PUBLISH, (checkpoint.origin, checkpoint.size, checkpoint.root, str(note), agreed))

    def open_gate(self, origin: str) -> None:
        self._do("select ledger.open_gate(%s)", (origin,))

    def close_gate(self, origin: str, why: str) -> None:
        self._do("select ledger.close_gate(%s, %s)", (origin, why))

    def _do(self, query: str, arguments: tuple[object, ...]) -> None:
        try:
            self.database.execute(query, arguments)
        except psycopg.Error as error:
            if error.sqlstate in CONTRADICTED:
                raise Inconsistent(str(error.diag.message_primary)) from error
            raise
