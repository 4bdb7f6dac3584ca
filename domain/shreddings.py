"""Shreddings: a person or an account forgotten for good, by deleting the data keys that seal what was said of it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from domain import ids
from domain.base import About, Aggregate, Author, Event, FirstEvent, Ocsf, Severity
from domain.errors import Conflict

_SYSTEM = (Author.SYSTEM,)


class Forgettable(StrEnum):
    """What can be forgotten alone, because its events are sealed under data keys of its own."""

    USER = "user"
    ACCOUNT = "account"


class ShreddingEnded(Conflict):
    title = "This was shredded already"


class Shredding(Aggregate):
    """One thing's. Its first event names the keys: without it, a key that is gone was stolen, not shredded."""

    TOPIC = "shredding"

    def __init__(
        self, subject_id: UUID, kind: Forgettable, event_keys: tuple[int, ...], secret_keys: tuple[int, ...],
        approved_by: tuple[UUID, ...],
    ) -> None:  # fmt: skip
        self.subject_id = subject_id
        self.event_keys = event_keys
        self.secret_keys = secret_keys
        self.ended = False

    @staticmethod
    def create_id(subject_id: UUID) -> UUID:
        return ids.derived("shredding", subject_id)

    def end(self, copies_until: date | None) -> None:
        """Keys and read models are rid of it; the last copy of the keys that is known of is gone on that day."""
        if self.ended:
            raise ShreddingEnded
        self.trigger_event(self.Ended, copies_until=copies_until)

    class Begun(FirstEvent):
        """Two administrators wanted it so; from here on these keys are gone by right."""

        TOPIC = "shredding.begun"
        ABOUT = About("Something is forgotten for good", Ocsf.API_ACTIVITY, Severity.CRITICAL, _SYSTEM, critical=True)
        subject_id: UUID
        kind: Forgettable
        event_keys: tuple[int, ...]
        secret_keys: tuple[int, ...]
        approved_by: tuple[UUID, ...]

    class Ended(Event):
        """Its keys are deleted, and the read models were made anew without it."""

        TOPIC = "shredding.ended"
        ABOUT = About("Something was forgotten for good", Ocsf.API_ACTIVITY, Severity.HIGH, _SYSTEM, critical=True)
        copies_until: date | None

        def apply(self, aggregate: Shredding) -> None:
            aggregate.ended = True
