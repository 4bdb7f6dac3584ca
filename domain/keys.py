"""Rotations of the roots under which data keys are wrapped: who agreed to each, when it began, and when it was done."""

from __future__ import annotations

from uuid import UUID

from domain import ids
from domain.base import About, Aggregate, Author, Event, FirstEvent, Ocsf, Severity
from domain.errors import Conflict

_SYSTEM = (Author.SYSTEM,)


class RotationEnded(Conflict):
    title = "This rotation is done already"


class KeyRotation(Aggregate):
    """One tier's keys, brought under one version of their root."""

    TOPIC = "key-rotation"

    def __init__(self, log_id: UUID, tier: str, root_version: int, approved_by: tuple[UUID, ...]) -> None:
        self.tier = tier
        self.root_version = root_version
        self.ended = False

    @staticmethod
    def create_id(log_id: UUID, tier: str, root_version: int) -> UUID:
        return ids.derived(f"rotation/{tier}/{root_version}", log_id)

    def end(self, count: int) -> None:
        """Every key lies under the version; `count` were brought there."""
        if self.ended:
            raise RotationEnded
        self.trigger_event(self.Ended, count=count)

    class Begun(FirstEvent):
        """A new version of a root was made, and two administrators wanted it so."""

        TOPIC = "key-rotation.begun"
        ABOUT = About("A rotation of keys began", Ocsf.API_ACTIVITY, Severity.HIGH, _SYSTEM, critical=True)
        log_id: UUID
        tier: str
        root_version: int
        approved_by: tuple[UUID, ...]

    class Ended(Event):
        """Every data key of the tier is wrapped under it."""

        TOPIC = "key-rotation.ended"
        ABOUT = About("A rotation of keys was done", Ocsf.API_ACTIVITY, Severity.MEDIUM, _SYSTEM, critical=True)
        count: int

        def apply(self, aggregate: KeyRotation) -> None:
            aggregate.ended = True
