"""Copies of the data keys, kept apart from the log: the newest says how long what was shredded could come back."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from domain import ids
from domain.base import About, Aggregate, Author, Event, FirstEvent, Ocsf, Severity

KEPT = timedelta(days=30)
"""How long a copy is kept."""
_SYSTEM = (Author.SYSTEM,)


class KeyCopies(Aggregate):
    """All copies of one log's keys that `keys backup` made."""

    TOPIC = "key-copies"

    def __init__(self, log_id: UUID) -> None:
        self.newest: date | None = None

    @staticmethod
    def create_id(log_id: UUID) -> UUID:
        return ids.derived("key-copies", log_id)

    def make(self, day: date, event_keys: int, secret_keys: int, digest: bytes) -> None:
        """A copy of so many keys is about to be in a file; `digest` is its SHA-256."""
        self.trigger_event(self.Made, day=day, event_keys=event_keys, secret_keys=secret_keys, digest=digest)

    def gone_by(self, today: date) -> date | None:
        """The day on which the last copy that was made until today is gone; None: there is none."""
        gone = None if self.newest is None else self.newest + KEPT
        return gone if gone is not None and gone >= today else None

    class Begun(FirstEvent):
        """From here on copies are counted."""

        TOPIC = "key-copies.begun"
        ABOUT = About("Copies of keys are counted", Ocsf.API_ACTIVITY, authors=_SYSTEM)
        log_id: UUID

    class Made(Event):
        """A copy of the wrapped data keys was made; without the roots it opens nothing."""

        TOPIC = "key-copies.made"
        ABOUT = About("The data keys were copied", Ocsf.API_ACTIVITY, Severity.MEDIUM, _SYSTEM)
        day: date
        event_keys: int
        secret_keys: int
        digest: bytes

        def apply(self, aggregate: KeyCopies) -> None:
            aggregate.newest = self.day
