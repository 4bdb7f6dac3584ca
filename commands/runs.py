"""When Strongroom's processes start and stop."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from commands.base import Command
from commands.work import Work
from domain.access import Operation
from domain.heartbeats import Heartbeat
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
class NoteHeartbeat(Command[None]):
    """Record that this hour was seen, unless it was recorded already."""

    needs = Operation.HEARTBEAT_NOTE

    async def execute(self, work: Work) -> None:
        hour = work.now.replace(minute=0, second=0, microsecond=0)
        if await work.find(Heartbeat, Heartbeat.create_id(hour)) is None:
            work.add(Heartbeat(hour))
