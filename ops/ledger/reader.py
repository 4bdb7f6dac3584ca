"""Reading the log: a few connections, each answer in time or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import suppress
from typing import Any
from uuid import UUID

from ops.ledger import connection as connections
from ops.ledger.arrays import uuids
from ops.ledger.connection import Connection, Gone, in_time
from ops.ledger.errors import Away
from ops.ledger.lineage import Lineage
from ops.ledger.log import Idempotency, Record
from ops.ledger.source import AFTER, COLUMNS

MOST = 4
PATIENCE = 2.5
_STREAM = f"select {COLUMNS} from ledger.events where stream = %s and version > %s order by version"
_HEADS = """
select s, coalesce((select e.version from ledger.events e where e.stream = s order by e.version desc limit 1), 0)
  from unnest(%b::uuid[]) s
"""
_REQUEST = """
select body_mac, position, stream from ledger.requests
 where actor = %s and key_hash = %s and at > clock_timestamp() - interval '24 hours'
"""


class Reader:
    """Asks on a free connection; one that broke is replaced, and the question asked once more."""

    def __init__(self, url: str, lineage: Lineage) -> None:
        self._url = url
        self._lineage = lineage
        self._idle: list[Connection] = []
        self._places = asyncio.Semaphore(MOST)

    async def stream(self, stream: UUID, after: int) -> list[Record]:
        return [Record(*row) for row in await self._ask(_STREAM, (stream, after))]

    async def read(self, after: int, limit: int) -> list[Record]:
        return [Record(*row) for row in await self._ask(AFTER, (after, limit))]

    async def heads(self, streams: Collection[UUID]) -> dict[UUID, int]:
        return dict(await self._ask(_HEADS, (uuids(streams),)))

    async def request(self, key: Idempotency) -> tuple[bytes, int, UUID] | None:
        """The body's mac, position and stream of what `key` led to."""
        rows = await self._ask(_REQUEST, (key.actor, key.key_hash))
        return (rows[0][0], rows[0][1], rows[0][2]) if rows else None

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().close()

    async def _ask(self, query: str, parameters: tuple[object, ...]) -> list[tuple[Any, ...]]:
        self._lineage.refuse()
        try:
            async with asyncio.timeout(PATIENCE):
                await self._places.acquire()
        except TimeoutError as error:
            raise Away("too many questions at once") from error
        try:
            return await self._answered(query, parameters)
        except Gone as error:
            raise Away(type(error).__name__) from error
        finally:
            self._places.release()

    async def _answered(self, query: str, parameters: tuple[object, ...]) -> list[tuple[Any, ...]]:
        if self._idle:
            with suppress(*Gone):
                return await self._on(self._idle.pop(), query, parameters)
            await self.close()  # they were made before that one broke
        return await self._on(await self._connect(), query, parameters)

    async def _on(self, connection: Connection, query: str, parameters: tuple[object, ...]) -> list[tuple[Any, ...]]:
        try:
            rows = await in_time(connection, self._fetch(connection, query, parameters))
        except BaseException:
            connections.cut(connection)
            await connection.close()
            raise
        self._idle.append(connection)
        return rows

    @staticmethod
    async def _fetch(connection: Connection, query: str, parameters: tuple[object, ...]) -> list[tuple[Any, ...]]:
        cursor = connection.cursor(binary=True)
        return await (await cursor.execute(query, parameters, prepare=True)).fetchall()

    async def _connect(self) -> Connection:
        connection = await connections.connect(self._url)
        try:
            await in_time(connection, self._lineage.check(connection))
        except BaseException:
            await connection.close()
            raise
        return connection
