"""Whom a query answers: he sees what is his, what is shared with him, and nothing by his role alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from domain.access import NEEDS_LEVEL, ONLY_OWNERS, Level, Operation, Scope
from domain.errors import Refused

OWNER = 4
"""Above every level that can be shared."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person as the write side knows him at this moment: a read model would know him as he was."""

    id: UUID
    operations: frozenset[Operation]
    scope: Scope = Scope.SHARED
    session: UUID | None = None

    @property
    def sees_all(self) -> bool:
        return self.scope is Scope.ALL

    def needs(self, operation: Operation) -> None:
        """Refused, unless one of his roles includes `operation`."""
        if operation not in self.operations:
            raise Refused(f"Your role does not include {operation}.")

    def may(self, rank: int, operations: Iterable[Operation]) -> list[str]:
        """Those of `operations` that `rank` on their object is enough for, and his roles include."""
        level, owner = min(rank, Level.MANAGE), rank >= OWNER
        return sorted(
            operation.value
            for operation in self.operations.intersection(operations)
            if level >= NEEDS_LEVEL.get(operation, Level.VIEW) and (owner or operation not in ONLY_OWNERS)
        )


def level_name(rank: int) -> str:
    """A rank as people read it: OWNER, MANAGE, MODIFY or VIEW."""
    return "OWNER" if rank >= OWNER else Level(rank).name
