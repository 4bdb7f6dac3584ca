"""Resets, looked at one by one: whether there is something to do, and if so, one attempt at it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from commands.base import Caller, Closed, Command
from commands.helpers import NoteHelperRefused
from commands.means import HelperOrders, is_held_back, waits_for_helper
from commands.resets import BeginAttempt, Orders
from commands.vault import Vault
from commands.work import Sealer
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
from domain.secrets import Secret
from ops.ledger.errors import Away
from ops.logging import Log
from workers.attempt import INSIST_EVERY, Attempt, Pace, Passwords
from workers.connectors.login import Key
from workers.reaching import Connect, Lent
from workers.trials import Trials

T = TypeVar("T")

WHILE_AWAY = timedelta(seconds=1)
OVERTAKEN = (AttemptRunning, AttemptSuperseded, HelperBusy, ResetEnded, NotFound)

log = Log("strongroom.resets")


class Resets:
    """What a worker does about resets. Any number of workers may: the lease in the log decides who acts."""

    def __init__(
        self, vault: Vault, sealer: Sealer, connect: Connect, worker_id: UUID, pace: Pace, now: Callable[[], datetime]
    ) -> None:
        self._vault = vault
        self._sealer = sealer
        self._connect = connect
        self._caller = Caller(kind=ActorKind.WORKER, id=worker_id, channel=Channel.WORKER)
        self._pace = pace
        self._now = now
        self._trials = Trials(self)

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
        passwords = Passwords(await self._open(orders.current), await self._open(orders.candidate))
        target = self._connect(orders, await self._loan(orders))
        attempt = Attempt(orders, passwords, target, self._execute, self._pace, self._now)
        try:
            async with asyncio.timeout((orders.until - self._now()).total_seconds()):
                await attempt.run()
        except TimeoutError:
            log.warning("an attempt was cut off at its lease's end", stream=orders.reset_id, attempt=orders.attempt)

    async def _loan(self, orders: Orders) -> dict[HelperOrders, Lent]:
        """What the helpers have; nothing is opened unless all of it may be used."""
        if not orders.means.usable:
            return {}
        return {each: await self._lent(each, orders.reset_id) for each in orders.means.helpers}

    async def _lent(self, helper: HelperOrders, reset_id: UUID) -> Lent:
        key = None if helper.key is None else Key(await self._open(helper.key))
        return Lent(await self._open(helper.password), key, self._trials.of(helper, reset_id))

    async def is_held_back(self, helper: HelperOrders) -> bool:
        return await is_held_back(self._vault.look(self._caller), helper)

    async def refused(self, helper: HelperOrders, reset_id: UUID) -> bool:
        """Until the log takes it: whoever comes next must know."""
        said = NoteHelperRefused(account_id=helper.account_id, number=helper.password.number, reset_id=reset_id)
        while True:
            try:
                return await self._execute(said)
            except Unavailable:
                await asyncio.sleep(INSIST_EVERY)

    async def _due(self, reset_id: UUID) -> datetime | None:
        """When the next attempt is; None when there is none to come."""
        reset = await self._find(reset_id)
        if reset is None or reset.over:
            return None
        if reset.attempt is not None:
            return reset.attempt.until
        if await waits_for_helper(self._vault.look(self._caller), reset):
            return self._now() + self._pace.again
        if not reset.attempts:
            return self._now()
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

    async def _open(self, closed: Closed) -> Secret:
        """The attempt is recorded by now, and with it that these are used."""
        return await self._sealer.open(closed.secret, closed.owner, closed.field)

    async def _execute(self, command: Command[T], /) -> T:
        return (await self._vault.execute(command, self._caller)).value
