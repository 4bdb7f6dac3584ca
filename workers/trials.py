"""Trials of helpers' passwords: one at a time, and none once one was refused, so that no number of resets locks one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol
from uuid import UUID
from weakref import WeakValueDictionary

from commands.means import HelperOrders
from workers.connectors import errors


class Memory(Protocol):
    """What the log knows of refused passwords."""

    async def is_held_back(self, helper: HelperOrders) -> bool:
        """Whether it is not to be tried any more, as of now."""

    async def refused(self, helper: HelperOrders, work_id: UUID) -> bool:
        """Recorded, however long it takes, for whoever waits for his turn must find it; False: it moved meanwhile."""


class Trials:
    """The turns of this process. Another worker process has its own: as many guesses as there are of those."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._turns: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

    def of(self, helper: HelperOrders, work_id: UUID) -> Callable[[], AbstractAsyncContextManager[None]]:
        """What is to be put around everything that tells whether this helper's password is right."""
        turn = self._turns.get(helper.account_id)
        if turn is None:
            turn = self._turns[helper.account_id] = asyncio.Lock()

        @asynccontextmanager
        async def trial() -> AsyncIterator[None]:
            async with turn:
                if await self._memory.is_held_back(helper):
                    raise errors.HelperHeld(next_step(helper))
                try:
                    yield
                except errors.LoginRefused:
                    if not await self._memory.refused(helper, work_id):
                        raise errors.HelperChanged(helper.username) from None
                    raise errors.HelperRefused(next_step(helper)) from None

        return trial


def next_step(helper: HelperOrders) -> str:
    """Whose it is, and what a person can do."""
    return (
        f"it is that of {helper.username}. Correct it in the vault, or have it tried again on that account's page,"
        " then reset once more"
    )
