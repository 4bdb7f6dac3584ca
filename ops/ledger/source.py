"""The log as a follower reads it from PostgreSQL: the truth, and the way when the bus is away or behind.

Positions are gapless and in commit order, so `position > after` misses nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

import psycopg
from psycopg import AsyncConnection

from ops import database
from ops.ledger.errors import Away
from ops.ledger.log import Record

CHANNEL = "ledger"
COLUMNS = "position, stream, version, topic, key_id, author, recorded_at, state, mac"
AFTER = f"select {COLUMNS} from ledger.events where position > %s order by position limit %s"
AT = f"select {COLUMNS} from ledger.events where position = %s"
HEAD = "select coalesce(max(position), 0) from ledger.events"
AGAIN = 0.25

Connection = AsyncConnection[tuple[Any, ...]]
T = TypeVar("T")


class Source(Protocol):
    """What followers need of the log. `epoch` changes whenever they may have come to another server or history."""

    @property
    def epoch(self) -> int: ...

    @property
    def commits(self) -> int:
        """Grows with every commit that was announced."""

    async def read(self, after: int, limit: int) -> list[Record]: ...

    async def at(self, position: int) -> Record | None: ...

    async def head(self) -> int: ...

    async def woken(self, seen: int, seconds: float) -> None:
        """Wait until `commits` is no longer `seen`, for `seconds` at most."""


class LogSource:
    """Reads by one connection, is woken by another; both come back by themselves. Raises Away meanwhile."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._reading: Connection | None = None
        self._listening: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        self._moved = asyncio.Event()
        self.epoch = 0
        self.commits = 0

    async def read(self, after: int, limit: int) -> list[Record]:
        """The records that follow `after`."""

        async def ask(connection: Connection) -> list[Record]:
            cursor = connection.cursor(binary=True)
            await cursor.execute(AFTER, (after, limit), prepare=True)
            return [Record(*row) for row in await cursor.fetchall()]

        return await self._asked(ask)

    async def at(self, position: int) -> Record | None:
        """The record at `position`, if the log is that long."""

        async def ask(connection: Connection) -> Record | None:
            row = await (await connection.cursor(binary=True).execute(AT, (position,), prepare=True)).fetchone()
            return None if row is None else Record(*row)

        return await self._asked(ask)

    async def head(self) -> int:
        """The position of the last record."""

        async def ask(connection: Connection) -> int:
            row = await (await connection.execute(HEAD, prepare=True)).fetchone()
            assert row is not None
            return int(row[0])

        return await self._asked(ask)

    async def woken(self, seen: int, seconds: float) -> None:
        """Wait for a commit that was announced since `seen`; PostgreSQL may be away, then for `seconds`."""
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.commits == seen:
                    self._moved.clear()
                    await self._moved.wait()

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
            self._listening = None
        await self._drop()

    async def _asked(self, ask: Callable[[Connection], Awaitable[T]]) -> T:
        async with self._lock:
            try:
                return await ask(await self._connected())
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                await self._drop()
                raise Away(type(error).__name__) from error
            except asyncio.CancelledError:
                await self._drop()  # its answer would be taken for the next question's
                raise

    async def _connected(self) -> Connection:
        if self._reading is None or self._reading.closed:
            self._reading = await database.connect(self._url)
            self.epoch += 1
        return self._reading

    async def _drop(self) -> None:
        connection, self._reading = self._reading, None
        if connection is not None:
            await connection.close()

    async def _listen(self) -> None:
        """Until cancelled. A wake-up that is lost with the connection costs at most the quarter second."""
        while True:
            with contextlib.suppress(psycopg.OperationalError, psycopg.InterfaceError):
                async with await database.connect(self._url) as connection:
                    await connection.execute(f"listen {CHANNEL}")
                    self._wake()
                    async for _ in connection.notifies():
                        self._wake()
            await asyncio.sleep(AGAIN)

    def _wake(self) -> None:
        self.commits += 1
        self._moved.set()
