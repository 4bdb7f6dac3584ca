"""What one process alone may do in the whole installation: locks of the log's database, held by a connection."""

from __future__ import annotations

from uuid import UUID

import psycopg

from ops import database
from ops.database import Async
from ops.ledger.errors import Away

SPACE = 0x5352_0010
_TAKE = "select pg_try_advisory_lock(%s, %s)"
_GIVE = "select pg_advisory_unlock(%s, %s)"
TROUBLE = (psycopg.OperationalError, psycopg.InterfaceError)


class Claims:
    """One process's. With its connection all are lost, and others may take them. Raises Away."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Async | None = None
        self._held: set[UUID] = set()

    async def still(self) -> frozenset[UUID]:
        """Those that are held now."""
        if self._connection is not None:
            try:
                await self._connection.execute("select 1")
            except TROUBLE:
                await self.close()
        return frozenset(self._held)

    async def take(self, what: UUID) -> bool:
        """Whether it is ours from now on."""
        if what in self._held:
            return True
        if await self._asked(_TAKE, what):
            self._held.add(what)
        return what in self._held

    async def give(self, what: UUID) -> None:
        if what in self._held:
            self._held.discard(what)
            await self._asked(_GIVE, what)

    async def close(self) -> None:
        self._held.clear()
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _asked(self, statement: str, what: UUID) -> bool:
        try:
            if self._connection is None:
                self._connection = await database.connect(self._url)
            row = await (await self._connection.execute(statement.encode(), (SPACE, _number(what)))).fetchone()
        except TROUBLE as trouble:
            await self.close()
            raise Away("the log's database cannot be reached") from trouble
        return row is not None and bool(row[0])


def _number(what: UUID) -> int:
    """31 bits: two that meet by chance are sent to by one process at a time, and that is all."""
    return int.from_bytes(what.bytes[-4:]) >> 1
