"""Resets, looked at one by one: whether there is something to do, and if so, one attempt at it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from commands.base import Caller, Command
from commands.means import tried_before, waits_for_helper
from commands.resets import BeginAttempt, Orders
from commands.vault import Vault
from domain.accounts import Account
from domain.errors import (
    AttemptRunning,
    AttemptSuperseded,
    HelperBusy,
    NotFound,
    ResetEnded,
    Unavailable,
    Unreadable,
)
from domain.provenance import ActorKind, Channel
from domain.resets import Reset, State
from ops.ledger.errors import Away
from ops.logging import Log
from workers.attempt import Attempt, Pace, Passwords
from workers.lending import Lender
from workers.reaching import Connect

T = TypeVar("T")

WHILE_AWAY = timedelta(seconds=1)
OVERTAKEN = (AttemptRunning, AttemptSuperseded, HelperBusy, ResetEnded, NotFound)

log = Log("strongroom.resets")


class Resets:
    """What a worker does about resets. Any number of workers may: the lease in the log decides who acts."""

    def __init__(
        self, vault: Vault, lender: Lender, connect: Connect, worker_id: UUID, pace: Pace, now: Callable[[], datetime]
    ) -> None:
        self._vault = vault
        self._lender = lender
        self._connect = connect
        self._caller = Caller(kind=ActorKind.WORKER, id=worker_id, channel=Channel.WORKER)
        self._pace = pace
        self._now = now

    async def look(self, reset_id: UUID) -> datetime | None:
        """Make an attempt if one is due; answers when to look again."""
        try:
            due = await self._due(reset_id)
            if due is not None and due <= self._now():
                await self._attempt(reset_id)
                due = await self._due(reset_id)
        except Unreadable as trouble:
            log.error("a reset cannot be read", trouble, stream=reset_id)
            return self._now() + self._pace.longest
        except (Unavailable, Away) as trouble:
            log.warning("a reset waits for the log", stream=reset_id, problem=type(trouble).__name__)
            return self._now() + WHILE_AWAY
        return due

    async def _attempt(self, reset_id: UUID) -> None:
        try:
            orders = await self._begin(reset_id)
            log.info("an attempt at a reset begins", stream=reset_id, attempt=orders.attempt)
            await self._carry_out(orders)
        except OVERTAKEN as found:
            log.info("a reset is in other hands", stream=reset_id, problem=type(found).__name__)

    async def _begin(self, reset_id: UUID) -> Orders:
        """The lease leaves time for two guesses where an earlier attempt may have set the candidate."""
        reset = await self._find(reset_id)
        extra = self._pace.between_guesses if reset is not None and reset.maybe_set else timedelta(0)
        return await self._execute(BeginAttempt(reset_id=reset_id, lease=self._pace.lease + extra))

    async def _carry_out(self, orders: Orders) -> None:
        """Cut off at the lease's end: from then on the reset is somebody else's."""
        passwords = Passwords(await self._lender.open(orders.current), await self._lender.open(orders.candidate))
        target = self._connect(orders, await self._lender.loan(orders.means, orders.reset_id))
        attempt = Attempt(orders, passwords, target, self._execute, self._pace, self._now)
        try:
            async with asyncio.timeout((orders.until - self._now()).total_seconds()):
                await attempt.run()
        except TimeoutError:
            log.warning("an attempt was cut off at its lease's end", stream=orders.reset_id, attempt=orders.attempt)

    async def _due(self, reset_id: UUID) -> datetime | None:
        """When the next attempt is; None when there is none to come."""
        reset = await self._find(reset_id)
        if reset is None or reset.over:
            return None
        if reset.attempt is not None:
            return reset.attempt.until
        work = self._vault.look(self._caller)
        account = await work.get(Account, reset.account_id)
        if await waits_for_helper(work, account.resource_id, account):
            return self._now() + self._pace.again
        if not reset.attempts:
            before = await tried_before(work, account)
            return self._now() if before is None else max(self._now(), before + self._pace.between_guesses)
        last: datetime = reset.modified_on
        return last + self._pause(reset)

    def _pause(self, reset: Reset) -> timedelta:
        """Longer each time; where guesses are made, never shorter than between two of them."""
        if reset.asked:
            return self._pace.between_guesses
        shortest = self._pace.between_guesses if reset.maybe_set else self._pace.again
        doublings = reset.attempts if reset.state is State.IN_DOUBT else reset.attempts - 1
        return max(shortest, min(shortest * (1 << min(doublings, 16)), self._pace.longest))

    async def _find(self, reset_id: UUID) -> Reset | None:
        return await self._vault.look(self._caller).find(Reset, reset_id)

    async def _execute(self, command: Command[T], /) -> T:
        return (await self._vault.execute(command, self._caller)).value
