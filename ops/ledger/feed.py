"""Keeps a process's heads near the log's end while others append: woken by commits, or looking by itself."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from ops.ledger import tail
from ops.ledger.connection import Connection, Gone, connect, in_time
from ops.ledger.errors import Forked
from ops.ledger.heads import Heads
from ops.ledger.lineage import Lineage

EVERY = 0.25
BREATH = 0.01
"""Commits come by the thousand in a second: those of a hundredth are looked at together."""


class Feed:
    """Being late costs a decision a second try; only `ledger.append` decides what is true."""

    def __init__(self, url: str, heads: Heads, lineage: Lineage) -> None:
        self._url = url
        self._heads = heads
        self._lineage = lineage

    async def run(self) -> None:
        """Until cancelled, or until the log has forked."""
        while not self._lineage.is_forked:
            with suppress(*Gone, Forked):
                async with await connect(self._url) as connection:
                    await in_time(connection, self._lineage.check(connection))
                    await connection.execute("listen ledger")
                    await self._follow(connection)
            await asyncio.sleep(EVERY)

    async def _follow(self, connection: Connection) -> None:
        while not self._lineage.is_forked:
            if await self._heard(connection) > self._heads.head:
                await in_time(connection, tail.catch_up(connection, self._heads))
            await asyncio.sleep(BREATH)

    async def _heard(self, connection: Connection) -> int:
        """The highest position that was announced; when nothing was, one above all, so that we look."""
        announced = [int(note.payload) async for note in connection.notifies(timeout=EVERY, stop_after=1)]
        return max(announced, default=self._heads.head + 1)
