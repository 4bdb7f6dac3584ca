"""What is recorded of the roots: how they are kept, and that they were opened."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from commands.base import Command
from commands.recovery import are_two
from commands.work import Work
from domain.access import Operation
from domain.roots import Attempt, RootProtection, Unsealing


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginProtection(Command[UUID]):
    """Record that the roots are to be kept another way: two administrators agreed, at a terminal."""

    before: str
    provider: str
    threshold: int
    shares: int
    approved_by: tuple[UUID, ...]

    needs = Operation.SYSTEM_SET_UP

    async def execute(self, work: Work) -> UUID:
        are_two(self.approved_by)
        ceremony = RootProtection(self.before, self.provider, self.threshold, self.shares, self.approved_by)
        work.add(ceremony)
        return ceremony.id


@dataclass(frozen=True, slots=True, kw_only=True)
class EndProtection(Command[None]):
    """Record whether they are."""

    ceremony_id: UUID
    done: bool

    needs = Operation.SYSTEM_SET_UP

    async def execute(self, work: Work) -> None:
        ceremony = await work.get(RootProtection, self.ceremony_id)
        ceremony.end() if self.done else ceremony.give_up()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteUnsealing(Command[None]):
    """Record that the roots were opened at this start, and every attempt that did not help."""

    provider: str
    shares: tuple[int, ...]
    refused: int
    attempts: tuple[Attempt, ...]

    needs = Operation.SYSTEM_SET_UP

    async def execute(self, work: Work) -> None:
        work.add(Unsealing(self.provider, self.shares, self.refused, self.attempts))
