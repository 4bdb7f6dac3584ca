"""Everything that a vault stands on, killed at random and started again, until it is enough."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

from tests.support.child import Child
from tests.support.fleet import Fleet
from tests.support.sshds import Sshd

SOON = (0.3, 2.5)

Blow = Callable[[], Awaitable[None]]


@dataclass
class Havoc:
    """Who may fall, and in `fell` how often who did."""

    fleet: Fleet
    workers: tuple[Child, ...]
    sshds: tuple[Sshd, ...]
    fell: Counter[str] = field(default_factory=Counter)

    @asynccontextmanager
    async def reigns(self) -> AsyncIterator[None]:
        """Meanwhile. At its end all stand again."""
        over = asyncio.Event()
        tasks = [asyncio.create_task(work) for work in self._all(over)]
        try:
            yield
        finally:
            over.set()
            await asyncio.gather(*tasks)
            await self._revive()

    def _all(self, over: asyncio.Event) -> Iterable[Coroutine[None, None, None]]:
        """A worker lives about as long as a reset takes, or longer: some must come to an end."""
        apis = [child for child in self.fleet.children.values() if child.kind == "api"]
        for worker in self.workers:
            yield self._now_and_then(over, 0.5, 9, partial(self._falls, worker))
        yield self._now_and_then(over, 4, 12, lambda: self._falls(random.choice(apis)))
        yield self._now_and_then(over, 3, 9, lambda: self._sshd_falls(random.choice(self.sshds)))
        yield self._now_and_then(over, 15, 30, self._postgres_falls)

    @staticmethod
    async def _now_and_then(over: asyncio.Event, least: float, most: float, blow: Blow) -> None:
        """For the first time soon, while even a few resets are under way."""
        pause = random.uniform(*SOON)
        while not over.is_set():
            try:
                async with asyncio.timeout(pause):
                    await over.wait()
            except TimeoutError:
                await blow()
                pause = random.uniform(least, most)

    async def _falls(self, child: Child) -> None:
        if random.random() < 0.15:
            self.fell[f"{child.kind} frozen for 10 s"] += 1
            await child.freeze(10)
            return
        self.fell[f"{child.kind} killed"] += 1
        child.kill()
        await asyncio.sleep(random.uniform(0, 1))
        await self._rises(child)

    @staticmethod
    async def _rises(child: Child) -> None:
        """As a supervisor would have it: again and again, while the database may be away."""
        while not child.alive:
            try:
                await child.start()
            except AssertionError:
                child.kill()
                await asyncio.sleep(0.5)

    async def _sshd_falls(self, sshd: Sshd) -> None:
        self.fell["sshd killed, with all its connections"] += 1
        sshd.kill()
        await asyncio.sleep(random.uniform(0, 2))
        await asyncio.to_thread(sshd.start)

    async def _postgres_falls(self) -> None:
        self.fell["PostgreSQL killed"] += 1
        await self.fleet.stop_postgres()
        await asyncio.sleep(random.uniform(0, 2))
        await self.fleet.start_postgres()

    async def _revive(self) -> None:
        for child in (*self.fleet.children.values(), *self.workers):
            child.thaw()
            await self._rises(child)
