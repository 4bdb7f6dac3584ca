"""What is recorded of a rotation of keys."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from commands.base import Command
from commands.recovery import are_two
from commands.work import Work
from domain.access import Operation
from domain.keys import KeyRotation


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginRotation(Command[UUID]):
    """Record that a root gets a new version: two administrators agreed, at a terminal."""

    log_id: UUID
    tier: str
    version: int
    approved_by: tuple[UUID, ...]

    needs = Operation.SYSTEM_SET_UP

    async def execute(self, work: Work) -> UUID:
        are_two(self.approved_by)
        rotation = KeyRotation(self.log_id, self.tier, self.version, self.approved_by)
        work.add(rotation)
        return rotation.id


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRotation(Command[None]):
    """Record that every key lies under the new version."""

    rotation_id: UUID
    count: int

    needs = Operation.SYSTEM_SET_UP

    async def execute(self, work: Work) -> None:
        (await work.get(KeyRotation, self.rotation_id)).end(self.count)
