"""Trials of helpers' passwords: one at a time, and none once one was refused, so that no number of resets locks one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol
from uuid import UUID
from weakref import WeakValueDictionary

from commands.means import HelperOrders, Standing
from workers.connectors import errors


class Memory(Protocol):
    """What the log knows of helpers' passwords."""

    async def standing(self, helper: HelperOrders, work_id: UUID) -> Standing:
        """Whether it may be tried, as of now."""

    async def refused(self, helper: HelperOrders, work_id: UUID) -> bool:
        """Recorded, however long it takes, for whoever waits for his turn must find it; False: it moved meanwhile."""


class Trials:
    """The turns of this process. Another worker process has its own: as many guesses as there are of those."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._turns: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()
        self._unrecorded: dict[UUID, tuple[HelperOrders, UUID]] = {}

    def of(self, helper: HelperOrders, work_id: UUID) -> Callable[[], AbstractAsyncContextManager[None]]:
        """What is to be put around everything that tells whether this helper's password is right."""
        turn = self._turns.get(helper.account_id)
        if turn is None:
            turn = self._turns[helper.account_id] = asyncio.Lock()

        @asynccontextmanager
        async def trial() -> AsyncIterator[None]:
            async with turn:
                await self._check(helper, work_id)
                try:
                    yield
                except errors.LoginRefused:
                    self._unrecorded[helper.account_id] = helper, work_id
                    if not await self._record(helper.account_id):
                        raise errors.HelperChanged(_whose(helper)) from None
                    raise errors.HelperRefused(what_to_do(helper)) from None
                except errors.KeyRefused as refused:
                    raise errors.KeyRefused(", ".join(filter(None, (refused.detail, _whose(helper))))) from None

        return trial

    async def _check(self, helper: HelperOrders, work_id: UUID) -> None:
        """Whoever had the turn before may have been cut off with a refusal that the log did not take yet."""
        if helper.account_id in self._unrecorded:
            await self._record(helper.account_id)
        standing = await self._memory.standing(helper, work_id)
        if standing is Standing.REFUSED:
            raise errors.HelperHeld(what_to_do(helper))
        if standing is Standing.MOVED:
            raise errors.HelperChanged(_whose(helper))

    async def _record(self, account_id: UUID) -> bool:
        stands = await self._memory.refused(*self._unrecorded[account_id])
        del self._unrecorded[account_id]
        return stands


def what_to_do(helper: HelperOrders) -> str:
    """Whose it is, and what a person can do."""
    return (
        f"{_whose(helper)}. Correct it in the vault, or have it tried again on that account's page, then reset once"
        " more"
    )


def _whose(helper: HelperOrders) -> str:
    return f"it is that of {helper.named}"
