"""The administrators' seats: who can administer the vault now, in one stream, so that the last one cannot be lost."""

from __future__ import annotations

from uuid import UUID

from domain.base import About, Aggregate, Author, Event, FirstEvent, Ocsf, Severity
from domain.errors import LastAdministrator
from domain.users import User

_ID = UUID("b3a0a6de-53a4-4f5c-8b44-9a1f7c2e6d20")
_WRITERS = (Author.API, Author.SYSTEM)


class Administrators(Aggregate):
    """A seat is an active user with the administrator's role; every command that could take one away writes here."""

    TOPIC = "administrators"

    def __init__(self, user_id: UUID) -> None:
        self.seated = frozenset({user_id})

    @staticmethod
    def create_id(*_: object, **__: object) -> UUID:
        return _ID

    def follow(self, user: User) -> None:
        """Seat `user`, or take his seat, as he now is; refuse to take the last one."""
        if user.administers and user.id not in self.seated:
            self.trigger_event(self.Seated, user_id=user.id)
        elif not user.administers and user.id in self.seated:
            self._unseat(user.id)

    def _unseat(self, user_id: UUID) -> None:
        if self.seated == {user_id}:
            raise LastAdministrator
        self.trigger_event(self.Unseated, user_id=user_id)

    class FirstSeated(FirstEvent):
        """The vault has its first administrator who can sign in."""

        TOPIC = "administrators.first-seated"
        ABOUT = About("The first administrator took his seat", Ocsf.USER_ACCESS, Severity.MEDIUM, _WRITERS)
        user_id: UUID

    class Seated(Event):
        """One more can administer the vault."""

        TOPIC = "administrators.seated"
        ABOUT = About("An administrator took his seat", Ocsf.USER_ACCESS, Severity.MEDIUM, _WRITERS)
        user_id: UUID

        def apply(self, aggregate: Administrators) -> None:
            aggregate.seated = aggregate.seated | {self.user_id}

    class Unseated(Event):
        """One fewer can administer the vault."""

        TOPIC = "administrators.unseated"
        ABOUT = About("An administrator lost his seat", Ocsf.USER_ACCESS, Severity.MEDIUM, _WRITERS)
        user_id: UUID

        def apply(self, aggregate: Administrators) -> None:
            aggregate.seated = aggregate.seated - {self.user_id}
