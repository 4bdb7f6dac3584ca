"""Keeps a process's heads near the log's end while others append: woken by commits, or looking by itself."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress

from ops.ledger import tail
from ops.ledger.connection import Connection, Gone, connect, in_time
from ops.ledger.errors import Forked
from ops.ledger.heads import Heads
from ops.ledger.lineage import Lineage

EVERY = 0.25
BREATH = 0.01
"""Commits come by the thousand in a second: those of a hundredth are looked at together."""
POSITION = re.compile(r"[0-9]{1,18}")
QUIET = 0.03
"""Seconds without an append of our own after which we have to be told of others'."""


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
                    await self._follow(connection)
            await asyncio.sleep(EVERY)

    async def _follow(self, connection: Connection) -> None:
        """Listen, but not while we append: every answer then brings the tail, and to be woken by each commit besides
        costs more than the commit."""
        while not self._lineage.is_forked:
            await self._until_quiet()
            await connection.execute("listen ledger")
            await in_time(connection, tail.catch_up(connection, self._heads))
            await self._listen(connection)
            await connection.execute("unlisten ledger")

    async def _until_quiet(self) -> None:
        known = None
        while known != self._heads.head:
            known = self._heads.head
            await asyncio.sleep(QUIET)

    async def _listen(self, connection: Connection) -> None:
        """Until somebody but us has moved the heads: then we are appending."""
        known = self._heads.head
        while self._heads.head == known and not self._lineage.is_forked:
            if await self._heard(connection) > self._heads.head:
                await in_time(connection, tail.catch_up(connection, self._heads))
                known = self._heads.head
            await asyncio.sleep(BREATH)

    async def _heard(self, connection: Connection) -> int:
        """The highest position that was announced; when nothing was, or what is no position, one above all, so that we
        look. Whoever may connect may announce what he likes."""
        notes = [note.payload async for note in connection.notifies(timeout=EVERY, stop_after=1)]
        announced = [int(each) for each in notes if POSITION.fullmatch(each)]
        return max(announced, default=self._heads.head + 1)
