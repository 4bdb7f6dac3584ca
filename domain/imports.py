"""Imports: that somebody brought resources and accounts in from a file, which file, and what came of it."""

from __future__ import annotations

from uuid import UUID

from domain import ids
from domain.base import About, Aggregate, Event, FirstEvent, Ocsf, Severity
from domain.errors import Conflict


class Import(Aggregate):
    """One file, or those of its rows that were chosen. What each row added stands in the events of that thing."""

    TOPIC = "import"

    def __init__(self, id: UUID, requested_by: UUID, digest: str, rows: int) -> None:
        self.requested_by = requested_by
        self.digest = digest
        self.rows = rows
        self.ended = False

    @classmethod
    def of(cls, requested_by: UUID, digest: str, previewed: str, rows: int) -> Import:
        """A new import of what was previewed, and of nothing else."""
        if digest != previewed:
            raise Conflict("This is not what was previewed: the file or its columns have changed. Preview it again.")
        return cls(id=ids.new(), requested_by=requested_by, digest=digest, rows=rows)

    def end(self, resources: int, accounts: int, there: int, failed: int) -> None:
        """All its rows have been tried. A repeat of the whole adds nothing, and ends nothing twice."""
        if not self.ended:
            self.trigger_event(self.Ended, resources=resources, accounts=accounts, there=there, failed=failed)

    class Opened(FirstEvent):
        """Somebody is bringing in `rows` rows of a file, which is known by a digest under a key: it is kept nowhere."""

        TOPIC = "import.opened"
        ABOUT = About("An import was opened", Ocsf.ENTITY_MANAGEMENT, Severity.MEDIUM)
        requested_by: UUID
        digest: str
        rows: int

    class Ended(Event):
        """How many resources and accounts were added, how many rows were there already, and how many failed."""

        TOPIC = "import.ended"
        ABOUT = About("An import ended", Ocsf.ENTITY_MANAGEMENT)
        resources: int
        accounts: int
        there: int
        failed: int

        def apply(self, aggregate: Import) -> None:
            aggregate.ended = True
