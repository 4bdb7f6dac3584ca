"""Sessions: from signing in to whatever ends it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.base import About, Aggregate, Author, Event, FirstEvent, Ocsf


class EndedBecause(StrEnum):
    """Why a session ended; who ended it stands in the event's provenance."""

    SIGNED_OUT = "signed-out"
    ENDED = "ended"
    PASSWORD_CHANGED = "password-changed"
    USER_DISABLED = "user-disabled"
    USER_INVITED_AGAIN = "user-invited-again"
    DISPLACED = "displaced"
    IDLE = "idle"
    EXPIRED = "expired"


class Session(Aggregate):
    """Proof that a user signed in. When it was last used is a row elsewhere, not an event."""

    TOPIC = "session"

    def __init__(
        self, id: UUID, user_id: UUID, token_hash: bytes, address: str, agent: str | None, ends_at: datetime
    ) -> None:
        self.user_id = user_id
        self.token_hash = token_hash
        self.ends_at = ends_at
        self.ended = False
        self.confirmed_on: datetime | None = None

    @property
    def key_scope(self) -> UUID:
        return self.user_id

    @property
    def started_at(self) -> datetime:
        return self.created_on

    def over(self, now: datetime) -> bool:
        """Whether it has been ended, or has reached its end by itself."""
        return self.ended or now >= self.ends_at

    def confirm(self) -> None:
        """He gave his password again."""
        self.trigger_event(self.Confirmed)

    def end(self, because: EndedBecause) -> None:
        if not self.ended:
            self.trigger_event(self.Ended, because=because)

    class Started(FirstEvent):
        """The one event that keeps address and agent."""

        TOPIC = "session.started"
        ABOUT = About("A session started", Ocsf.AUTHORIZE_SESSION, personal=("address", "agent"))
        user_id: UUID
        token_hash: bytes
        address: str
        agent: str | None
        ends_at: datetime

    class Confirmed(Event):
        """He proved again, within the session, who he is."""

        TOPIC = "session.confirmed"
        ABOUT = About("A session was confirmed", Ocsf.AUTHENTICATION)

        def apply(self, aggregate: Session) -> None:
            aggregate.confirmed_on = self.timestamp

    class Ended(Event):
        """It opens nothing any more."""

        TOPIC = "session.ended"
        ABOUT = About("A session ended", Ocsf.AUTHORIZE_SESSION, authors=(Author.API, Author.WORKER))
        because: EndedBecause

        def apply(self, aggregate: Session) -> None:
            aggregate.ended = True
