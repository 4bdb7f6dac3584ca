"""Whose turn it is: a name that one process at a time holds, for as long as its connection to the database lives."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
from psycopg import AsyncConnection

from ops import database
from ops.ledger.errors import Away

EVERY = 1.0


class Turn:
    """Keeps work from being done twice at a time; what makes doing it twice harmless is elsewhere."""

    def __init__(self, url: str, name: str) -> None:
        self._url = url
        self._name = f"strongroom.{name}"
        self._connection: AsyncConnection[tuple[Any, ...]] | None = None
        self._confirmed = 0.0

    async def mine(self) -> bool:
        """Take the turn if it is free; confirm once a second that it still is ours."""
        now = asyncio.get_running_loop().time()
        if self._connection is not None and now - self._confirmed < EVERY:
            return True
        try:
            held = await (self._confirm() if self._connection is not None else self._take())
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            await self.give()
            raise Away(type(error).__name__) from error
        self._confirmed = now
        return held

    async def give(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _confirm(self) -> bool:
        assert self._connection is not None
        await self._connection.execute("select 1")
        return True

    async def _take(self) -> bool:
        connection = await database.connect(self._url)
        cursor = await connection.execute("select pg_try_advisory_lock(hashtext(%s))", (self._name,))
        row = await cursor.fetchone()
        if row is not None and row[0]:
            self._connection = connection
            return True
        await connection.close()
        return False
