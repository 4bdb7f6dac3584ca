"""One attempt at a reset: write down, act, check, then believe. A crash anywhere is safe: the next attempt goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from commands.base import Command
from commands.resets import (
    ConfirmReset,
    DoubtReset,
    FailReset,
    NoteStep,
    Orders,
    PutOffReset,
    SettleReset,
)
from domain.errors import AttemptSuperseded, Unavailable
from domain.resets import Outcome, Step
from domain.secrets import Secret
from workers.connectors import errors
from workers.connectors.base import Connector
from workers.connectors.errors import Phase, TargetError
from workers.insisting import Execute, insist

PASSING = (errors.Unreachable, errors.HungUp, errors.TimedOut, errors.CutOff, errors.HelperChanged)
"""Troubles that may be over in a moment."""

SAID_NO = (errors.PasswordRefused, errors.NotChanged)
"""The resource answered, and it was no: a login shows whether that is so."""

UNRECORDED = "A step could not be recorded, so it was not taken."


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient a worker is. Two guesses on one account are `between_guesses` apart: resources count them."""

    lease: timedelta = timedelta(seconds=90)
    between_guesses: timedelta = timedelta(seconds=60)
    tries: int = 3
    again: timedelta = timedelta(seconds=5)
    longest: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Passwords:
    """The one that the vault believes in, and the one that is to replace it."""

    current: Secret
    candidate: Secret


class Attempt:
    """Nothing here outlives a crash, and nothing needs to: all that matters is in the log before it is done."""

    def __init__(
        self, orders: Orders, passwords: Passwords, target: Connector, execute: Execute, pace: Pace,
        now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._orders = orders
        self._passwords = passwords
        self._target = target
        self._execute = execute
        self._pace = pace
        self._now = now
        self._handed_over = False

    async def run(self) -> None:
        """Until the reset is decided, or put off."""
        try:
            if not (self._orders.maybe_set and await self._took_before()):
                await self._change()
        except TargetError as trouble:
            await self._give_up(trouble)
        except Unavailable:
            if self._maybe_set:
                raise
            await self._insist(PutOffReset(**self._attempt, because=UNRECORDED, error=Unavailable.__name__))

    async def _took_before(self) -> bool:
        """Whether an earlier attempt set the candidate. It is tried once; the old password only a good while later."""
        if await self._holds(self._passwords.candidate):
            await self._note(Step.NEW_HOLDS)
            await self._confirm()
            return True
        await asyncio.sleep(self._pace.between_guesses.total_seconds())
        return False

    async def _holds(self, candidate: Secret) -> bool:
        """What cannot be told is not believed: to set it once more does no harm."""
        try:
            return await self._target.verify(self._orders.username, candidate)
        except errors.Unclear:
            return False

    async def _change(self) -> None:
        current, candidate = self._passwords.current, self._passwords.candidate
        await self._target.change(self._orders.username, current, candidate, self._note)
        await self._confirm()

    async def _note(self, step: Step) -> None:
        """Recorded before the next step is taken; a worker that was frozen past its lease takes it no more."""
        await self._execute(NoteStep(**self._attempt, step=step))
        if step is Step.HANDING_OVER:
            self._handed_over = True
            if self._now() >= self._orders.until:
                raise AttemptSuperseded("The attempt's lease is over.")

    @property
    def _maybe_set(self) -> bool:
        return self._orders.maybe_set or self._handed_over

    async def _give_up(self, trouble: TargetError) -> None:
        if self._maybe_set:
            await self._leave_in_doubt_unless_proved(trouble)
        elif isinstance(trouble, PASSING) and self._orders.attempt < self._pace.tries:
            await self._put_off(trouble)
        else:
            await self._insist(FailReset(**self._attempt, **_told(trouble)))

    async def _leave_in_doubt_unless_proved(self, trouble: TargetError) -> None:
        """Once the candidate was handed over, only a login can say that the old password still holds."""
        if isinstance(trouble, SAID_NO) and trouble.phase is not Phase.AFTER and await self._old_holds():
            await self._keep_old(trouble)
        elif self._orders.in_doubt or (isinstance(trouble, PASSING) and self._orders.attempt < self._pace.tries):
            await self._put_off(trouble)
        else:
            await self._insist(DoubtReset(**self._attempt, **_told(trouble)))

    async def _old_holds(self) -> bool:
        try:
            return await self._target.verify(self._orders.username, self._passwords.current)
        except TargetError:
            return False

    async def _keep_old(self, trouble: TargetError) -> None:
        await self._insist(NoteStep(**self._attempt, step=Step.OLD_HOLDS))
        if self._orders.in_doubt:
            await self._insist(SettleReset(**self._attempt, outcome=Outcome.OLD))
        else:
            await self._insist(FailReset(**self._attempt, **_told(trouble), certain=True))

    async def _confirm(self) -> None:
        await self._insist(ConfirmReset(**self._attempt))

    async def _put_off(self, trouble: TargetError) -> None:
        await self._insist(PutOffReset(**self._attempt, **_told(trouble)))

    async def _insist(self, command: Command[None]) -> None:
        """The resource has been touched: say so, or until the lease is over."""
        await insist(self._execute, command)

    @property
    def _attempt(self) -> dict[str, Any]:
        return {"reset_id": self._orders.reset_id, "attempt": self._orders.attempt}


def _told(trouble: TargetError) -> dict[str, Any]:
    """What the log keeps of it: a sentence of ours, and its kind."""
    return {"because": str(trouble), "error": type(trouble).__name__}
