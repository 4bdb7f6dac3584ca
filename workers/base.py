"""The agenda: what is to be looked at when; several things at once, but each by one hand at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

from ops.logging import Log

AT_ONCE = 32

AFTER_A_FAULT = timedelta(seconds=30)

log = Log("strongroom.worker")

Handle = Callable[[UUID], Awaitable[datetime | None]]
"""Look at this now; answers when to look again, None: never, unless something happens to it."""


class Agenda:
    """Times by id. What is put while it is being handled is handled again afterwards."""

    def __init__(self, now: Callable[[], datetime], at_once: int = AT_ONCE) -> None:
        self._now = now
        self._free = asyncio.Semaphore(at_once)
        self._due: dict[UUID, datetime] = {}
        self._busy: set[UUID] = set()
        self._changed = asyncio.Event()
        self._closed = False

    def __len__(self) -> int:
        return len(self._due) + len(self._busy)

    def put(self, thing: UUID, due: datetime) -> None:
        """Look at `thing` at `due`, or before if that was said already."""
        self._due[thing] = min(due, self._due.get(thing, due))
        self._changed.set()

    async def close(self, patience: float) -> None:
        """Begin nothing more, and wait for what has begun."""
        self._closed = True
        try:
            async with asyncio.timeout(patience):
                while self._busy:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            log.warning("some work is left to whoever comes next", count=len(self._busy))

    async def run(self, handle: Handle) -> None:
        """Until cancelled; then what is being handled is cancelled too."""
        async with asyncio.TaskGroup() as hands:
            while True:
                await self._free.acquire()
                thing = await self._next()
                self._busy.add(thing)
                hands.create_task(self._handle(thing, handle))

    async def _next(self) -> UUID:
        """The first that is due and in nobody's hands."""
        while True:
            self._changed.clear()
            idle = [(due, thing) for thing, due in self._due.items() if thing not in self._busy]
            first = min(idle, default=None)
            if first is not None and first[0] <= self._now() and not self._closed:
                del self._due[first[1]]
                return first[1]
            await self._wait(None if first is None or self._closed else (first[0] - self._now()).total_seconds())

    async def _wait(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return

    async def _handle(self, thing: UUID, handle: Handle) -> None:
        try:
            again = await handle(thing)
        except Exception as fault:  # the end of this piece of work, whatever it was; the others go on
            log.error("a piece of work ended in a fault", fault, stream=thing)
            again = self._now() + AFTER_A_FAULT
        finally:
            self._busy.discard(thing)
            self._free.release()
            self._changed.set()
        if again is not None:
            self.put(thing, again)
