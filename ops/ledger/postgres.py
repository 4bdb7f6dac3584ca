"""The event log in PostgreSQL, as one process uses it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Self
from uuid import UUID

from ops.ledger.appender import Appender
from ops.ledger.clock import DatabaseClock
from ops.ledger.errors import Away, Repeated, RepeatedOtherwise
from ops.ledger.feed import Feed
from ops.ledger.heads import Heads
from ops.ledger.lineage import Lineage
from ops.ledger.log import Appended, Idempotency, Record, Submission
from ops.ledger.reader import Reader
from ops.ledger.waiting import Waiting

OPENING = 10.0


class PostgresLog:
    """`async with PostgresLog(url) as log`. Comes back by itself when the server does; `on_forked` is told once."""

    def __init__(self, url: str, on_forked: Callable[[], None] = lambda: None) -> None:
        self._heads = Heads()
        self._lineage = Lineage(self._heads, on_forked)
        self.clock = DatabaseClock()
        self._appender = Appender(url, self._heads, self.clock, self._lineage)
        self._feed = Feed(url, self._heads, self._lineage)
        self._reader = Reader(url, self._lineage)
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def open(self) -> None:
        """Until the log's end is known; Away when its server does not answer."""
        self._tasks = [asyncio.create_task(work()) for work in (self._appender.run, self._appender.watch)]
        try:
            async with asyncio.timeout(OPENING):
                await self._appender.connected.wait()
        except TimeoutError as error:
            await self.close()
            raise Away("the log's server cannot be reached, or holds no log") from error
        self._tasks.append(asyncio.create_task(self._feed.run()))

    async def close(self) -> None:
        """After what waits has been answered."""
        await self._appender.drain()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._reader.close()

    @property
    def head(self) -> int:
        return self._heads.head

    @property
    def is_forked(self) -> bool:
        """Whether the log was set back: then nothing is served from it any more."""
        return self._lineage.is_forked

    def distrust(self) -> None:
        """Somebody else remembers more of this log, or another: nothing is served from it any more."""
        self._lineage.fork()

    @property
    def waiting(self) -> int:
        """Commands that wait for the log just now."""
        return len(self._appender)

    def now(self) -> datetime:
        return self.clock.now()

    async def append(self, submission: Submission) -> Appended:
        command = Waiting.of(submission)
        self._appender.offer(command)
        return await command.answer

    async def stream(self, stream: UUID, after: int = 0) -> list[Record]:
        return await self._reader.stream(stream, after)

    async def heads(self, streams: Collection[UUID]) -> dict[UUID, int]:
        return await self._reader.heads(streams)

    async def read(self, after: int, limit: int) -> list[Record]:
        return await self._reader.read(after, limit)

    async def settle(self, key: Idempotency) -> None:
        """Raise Repeated or RepeatedOtherwise when `key` has led to something before."""
        if (found := await self._reader.request(key)) is None:
            return
        body_mac, position, stream = found
        if body_mac != key.body_mac:
            raise RepeatedOtherwise
        raise Repeated(position, stream)

    def on_moved(self, callback: Callable[[UUID, int], None]) -> None:
        self._heads.on_moved(callback)
