"""Refusals: what Strongroom would not do, events like any other, counted where they come as a flood."""

from __future__ import annotations

from uuid import UUID

from domain.access import Operation
from domain.base import About, Aggregate, Author, FirstEvent, Ocsf, Severity

_WRITERS = (Author.API, Author.WORKER, Author.SYSTEM)


class Refusal(Aggregate, created_event_name="Recorded"):
    """One refusal, or how many went without an event of their own. It keeps no word of the request."""

    TOPIC = "refusal"

    def __init__(
        self,
        kind: str = "",
        command: str = "",
        operation: Operation | None = None,
        object_id: UUID | None = None,
    ) -> None:
        self.kind = kind
        self.command = command
        self.operation = operation
        self.object_id = object_id
        self.count = 1

    @classmethod
    def counted(cls, count: int) -> Refusal:
        """So many refusals were not recorded one by one."""
        return cls._create(cls.Repeated, count=count)

    class Recorded(FirstEvent):
        """Somebody asked for what he may not have."""

        TOPIC = "refusal.recorded"
        ABOUT = About("A request was refused", Ocsf.API_ACTIVITY, Severity.LOW, _WRITERS)
        kind: str
        command: str
        operation: Operation | None
        object_id: UUID | None

    class Repeated(FirstEvent):
        """A minute's refusals beyond those recorded one by one."""

        TOPIC = "refusal.repeated"
        ABOUT = About("Many requests were refused", Ocsf.DETECTION_FINDING, Severity.HIGH, _WRITERS)
        count: int

        def apply(self, aggregate: Refusal) -> None:
            aggregate.count = self.count
