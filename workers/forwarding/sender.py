"""One destination's sender: from where it has come to, in order, again and again until it takes it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import UUID

from domain.destinations import Destination
from domain.errors import StrongroomError
from ops.ledger.cursors import Cursors
from ops.ledger.errors import LedgerError
from ops.logging import Log
from ops.siem.entry import Entry
from workers.forwarding.base import Line, NotTaken

BATCH = 100
"""Events in one go: what is in memory for one destination."""
GLANCE = 0.1
"""Seconds between looks at the trail while nothing happens."""
FIRST, LONGEST = 1.0, 30.0
"""Seconds of rest after a failure: twice as many each time."""
PATIENCE = 10.0
"""Seconds for which it may fail before people are told; with the rest between two tries, less than a minute."""

Read = Callable[[int, int], Awaitable[list[Entry]]]
"""(after, limit) → the entries behind a position; StrongroomError while they cannot be had."""
Open = Callable[[int], Awaitable[Line]]
"""Connect, everything up to a position having been taken."""
Alarm = Callable[[str, int, str], Awaitable[None]]
"""(destination, position, why): people have to look."""

log = Log("strongroom.forwarder")


class Sender:
    """Runs until cancelled; then it says farewell, and notes what was taken in the end."""

    def __init__(
        self, destination: Destination, read: Read, connect: Open, cursors: Cursors, veil: Callable[[Entry], Entry],
        alarm: Alarm,
    ) -> None:  # fmt: skip
        self._destination = destination
        self._read = read
        self._connect = connect
        self._cursors = cursors
        self._veil = veil
        self._alarm = alarm
        self._rest = FIRST
        self._failing: float | None = None
        """Since when, by this process's clock."""

    @property
    def _id(self) -> UUID:
        return self._destination.id

    async def run(self) -> None:
        while True:
            try:
                await self._session()
            except NotTaken as why:
                await self._failed(str(why))
            except (LedgerError, StrongroomError) as away:
                log.warning("what is to be sent cannot be read just now", problem=type(away).__name__)
            except Exception as fault:  # one destination's trouble must not end the worker's other work
                log.error("what is to be sent to a SIEM destination cannot be told", fault, server=str(self._id))
                await self._failed("a fault of ours: see worker.log")
            await asyncio.sleep(random.uniform(self._rest / 2, self._rest))
            self._rest = min(self._rest * 2, LONGEST)

    async def _session(self) -> None:
        """One connection, until it is lost."""
        position = await self._position()
        line = await self._connect(position)
        try:
            await self._carry(line, position)
        finally:
            await self._farewell(line, position)

    async def _carry(self, line: Line, position: int) -> None:
        sent, noted = line.behind(position), position
        while True:
            entries = await self._read(sent, BATCH)
            if entries:
                await line.send([self._veil(entry) for entry in entries])
                sent = entries[-1].position
            noted = await self._noted(line, noted)
            if not entries:
                await asyncio.sleep(GLANCE)

    async def _noted(self, line: Line, noted: int) -> int:
        """Where the cursor stands; what was taken is not sent again."""
        taken = await line.taken()
        if taken is None or taken < noted or (taken == noted and self._failing is None):
            return noted
        await self._cursors.taken(self._id, taken)
        self._rest, self._failing = FIRST, None
        return taken

    async def _farewell(self, line: Line, position: int) -> None:
        """Also when we are told to stop: it costs a few seconds at most, and keeps what was taken from coming twice."""
        taken = await asyncio.shield(line.close())
        if taken is not None and taken > position:
            with suppress(LedgerError):
                await self._cursors.taken(self._id, taken)

    async def _position(self) -> int:
        known = (await self._cursors.all()).get(self._id)
        return self._destination.after if known is None else max(known.position, self._destination.after)

    async def _failed(self, why: str) -> None:
        log.warning("a SIEM destination takes nothing", server=str(self._id), problem=why)
        now = time.monotonic()
        self._failing = now if self._failing is None else self._failing
        with suppress(LedgerError, StrongroomError):
            await self._cursors.failed(self._id, self._destination.after, why)
            if now - self._failing >= PATIENCE:
                await self._alarm(str(self._id), await self._position(), f"{self._destination.name}: {why}")
