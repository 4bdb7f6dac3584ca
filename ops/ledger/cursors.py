"""How far SIEM destinations have come: rows beside the log, moved through functions of the database's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg_pool import PoolTimeout

from ops.database import Pool
from ops.ledger.errors import Away

_ALL = "select destination, position, taken_at, trouble, trouble_at from ledger.siem_cursors"
_TAKEN = "select ledger.siem_taken(%s, %s)"
_FAILED = "select ledger.siem_failed(%s, %s, %s)"
TROUBLE = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout)


@dataclass(frozen=True, slots=True)
class Cursor:
    """One destination's: everything up to `position` was taken, the last of it at `taken_at`; what keeps it from taking
    more, since when."""

    position: int
    taken_at: datetime | None = None
    trouble: str | None = None
    trouble_at: datetime | None = None


class Cursors:
    """`ledger.siem_cursors`; raises Away."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def all(self) -> dict[UUID, Cursor]:
        """By destination; one that was never sent to has none."""
        return {row[0]: Cursor(*row[1:]) for row in await self._rows(_ALL, ())}  # type: ignore[misc, arg-type]

    async def taken(self, destination: UUID, up_to: int) -> None:
        await self._rows(_TAKEN, (destination, up_to))

    async def failed(self, destination: UUID, begins: int, why: str) -> None:
        await self._rows(_FAILED, (destination, begins, why))

    async def _rows(self, statement: str, params: tuple[object, ...]) -> list[tuple[object, ...]]:
        try:
            async with self._pool.connection() as connection:
                return await (await connection.execute(statement.encode(), params, prepare=True)).fetchall()
        except TROUBLE as trouble:
            raise Away("the log's database cannot be reached") from trouble
