"""When Strongroom's processes start and stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commands.base import Command
from commands.work import Work
from domain.access import Operation
from domain.heartbeats import Heartbeat, hour_of
from domain.runs import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteStart(Command[UUID]):
    """Record that a process serves from now on; answers with the run, to be named when it stops."""

    process: str
    product_version: str

    needs = Operation.SYSTEM_SET_UP

    async def execute(self, work: Work) -> UUID:
        run = Run(self.process, self.product_version)
        work.add(run)
        return run.id


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteStop(Command[None]):
    """Record that a process stops, and why."""

    run_id: UUID
    because: str

    needs = Operation.SYSTEM_SET_UP

    async def execute(self, work: Work) -> None:
        run = await work.get(Run, self.run_id)
        run.stop(self.because)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteHeartbeat(Command[datetime]):
    """Record that this hour was seen, unless it was recorded already; answers with the hour. `before` is the hour noted
    before it, as far as the caller could see: nothing is recorded that says so of an hour which is not there."""

    before: datetime | None = None

    needs = Operation.HEARTBEAT_NOTE

    async def execute(self, work: Work) -> datetime:
        hour = hour_of(work.now)
        if await work.find(Heartbeat, Heartbeat.create_id(hour)) is None:
            if self.before is not None:
                await work.get(Heartbeat, Heartbeat.create_id(self.before))
            work.add(Heartbeat(hour, self.before))
        return hour
