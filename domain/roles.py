"""Roles: named sets of operations, kept in events so that a role of one's own needs no new format."""

from __future__ import annotations

from uuid import UUID

from domain import ids
from domain.access import Operation
from domain.base import About, Aggregate, Author, Event, FirstEvent, Ocsf, Severity

_ROLES = UUID("7d6f1c1e-2a55-4f0e-9d0a-3f6b0c6a9b11")


class Role(Aggregate):
    """What its holders may ask for. Its name is no secret, so its id derives from the name alone."""

    TOPIC = "role"

    def __init__(self, name: str, operations: frozenset[Operation]) -> None:
        self.name = name
        self.operations = operations

    @staticmethod
    def create_id(name: str) -> UUID:
        return ids.derived(f"role/{name}", _ROLES)

    def redefine(self, operations: frozenset[Operation]) -> None:
        """Give its holders these operations and no others from now on."""
        if operations != self.operations:
            self.trigger_event(self.Redefined, operations=operations)

    class Defined(FirstEvent):
        """A role exists."""

        TOPIC = "role.defined"
        ABOUT = About(
            "A role was defined", Ocsf.ENTITY_MANAGEMENT, Severity.MEDIUM, (Author.SYSTEM, Author.API), critical=True
        )
        name: str
        operations: frozenset[Operation]

    class Redefined(Event):
        """What a role allows has changed, for all who hold it."""

        TOPIC = "role.redefined"
        ABOUT = About(
            "A role was changed", Ocsf.ENTITY_MANAGEMENT, Severity.HIGH, (Author.SYSTEM, Author.API), critical=True
        )
        operations: frozenset[Operation]

        def apply(self, aggregate: Role) -> None:
            aggregate.operations = self.operations
