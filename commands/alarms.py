"""Closing an alarm: on the record, with a reason, and only as far as it had been raised by then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from commands.base import Command
from commands.checks import reasoned
from commands.work import Work
from domain.access import Operation
from domain.alarms import AlarmClosing, AlarmKind
from domain.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseAlarm(Command[None]):
    """Say that it is settled. That there is such an alarm decides nothing: one that is not there stays away."""

    kind: AlarmKind
    name: str
    position: int
    seen_at: datetime

    needs = Operation.SETTINGS_CHANGE

    async def execute(self, work: Work) -> None:
        await reasoned(work)
        if self.seen_at > work.now:
            raise Invalid("It lies in the future: what has not happened yet cannot be settled.", "seen_at")
        work.add(AlarmClosing(kind=self.kind, name=self.name, position=self.position, seen_at=self.seen_at))
