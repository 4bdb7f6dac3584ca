"""The worker's part: resets that are confirmed, that fail, and that nobody can tell about for a while or for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from commands.base import Command
from commands.demonstration.office import Office
from commands.demonstration.rights import Login
from commands.resets import BeginAttempt, ConfirmReset, DoubtReset, FailReset, NoteStep, SettleReset
from domain.resets import Outcome, Step

T = TypeVar("T")
LEASE = timedelta(seconds=90)
SECOND = timedelta(seconds=1)
WAY_IN = (Step.CONNECTED, Step.HOST_KEY_CHECKED, Step.SIGNED_IN)
REFUSED = ("The stored password is not accepted.", "LoginRefused")
SILENT = ("The connection broke before the new password was proved.", "CutOff")


@dataclass
class Repairs:
    """One worker."""

    office: Office
    count: int = 0

    async def carry_out(self, reset: UUID, login: Login) -> None:
        """Mostly it works; some hosts do not let the worker in, of some nobody knows what they have."""
        self.count += 1
        attempt = await self._begin(reset)
        if self.count % 8 == 2:
            await self._steps(reset, attempt, *WAY_IN[:2])
            because, error = REFUSED
            await self._does(FailReset(reset_id=reset, attempt=attempt, because=because, error=error))
        elif self.count % 12 == 3:
            await self._steps(reset, attempt, *WAY_IN, Step.HANDING_OVER)
            because, error = SILENT
            await self._does(DoubtReset(reset_id=reset, attempt=attempt, because=because, error=error))
            self._settle_later(reset, login)
            return
        else:
            await self._steps(reset, attempt, *WAY_IN, Step.HANDING_OVER, Step.TAKEN, Step.VERIFIED)
            await self._does(ConfirmReset(reset_id=reset, attempt=attempt))
        login.busy = False

    def _settle_later(self, reset: UUID, login: Login) -> None:
        """Most hosts answer again within a day; one in four is in doubt to this day."""
        if self.office.chance.random() < 0.25:
            return

        async def settle() -> None:
            attempt, taken = await self._begin(reset), self.office.chance.random() < 0.5
            await self._steps(reset, attempt, Step.NEW_HOLDS if taken else Step.OLD_HOLDS)
            if taken:
                await self._does(ConfirmReset(reset_id=reset, attempt=attempt))
            else:
                await self._does(SettleReset(reset_id=reset, attempt=attempt, outcome=Outcome.OLD))
            login.busy = False

        self.office.at(self.office.stage.clock() + self.office.chance.uniform(1, 20) * timedelta(hours=1), settle)

    async def _begin(self, reset: UUID) -> int:
        return (await self._does(BeginAttempt(reset_id=reset, lease=LEASE))).attempt

    async def _steps(self, reset: UUID, attempt: int, *steps: Step) -> None:
        for step in steps:
            await self._does(NoteStep(reset_id=reset, attempt=attempt, step=step))

    async def _does(self, command: Command[T]) -> T:
        assert self.office.worker_run is not None
        self.office.stage.clock.turn(self.office.chance.uniform(0.2, 2) * SECOND)
        return await self.office.stage.as_worker(self.office.worker_run, command)
