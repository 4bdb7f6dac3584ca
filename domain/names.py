"""Reservations: a name is taken by whoever holds the stream that a key derives from it."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from domain.base import About, Aggregate, Author, Event, FirstEvent, Ocsf, Severity
from domain.errors import NameTaken

_WRITERS = (Author.API, Author.SYSTEM)


class NameKind(StrEnum):
    """What names are unique for."""

    USERNAME = "username"
    RESOURCE = "resource"
    ACCOUNT = "account"


class Name(Aggregate):
    """One name of one kind. Its id is `work.reserved(kind, name)`: neither id nor events tell the name."""

    TOPIC = "name"

    def __init__(self, id: UUID, kind: NameKind, holder_id: UUID) -> None:
        self.kind = kind
        self.holder_id: UUID | None = holder_id

    def take(self, holder_id: UUID) -> None:
        """Let `holder_id` have a name that was used before."""
        if self.holder_id == holder_id:
            return
        if self.holder_id is not None:
            raise NameTaken
        self.trigger_event(self.ReservedAgain, holder_id=holder_id)

    def release(self, holder_id: UUID) -> None:
        """Free the name, if it is `holder_id` who has it."""
        if self.holder_id == holder_id:
            self.trigger_event(self.Released)

    class Reserved(FirstEvent):
        """A name has its first holder."""

        TOPIC = "name.reserved"
        ABOUT = About("A name was reserved", Ocsf.ENTITY_MANAGEMENT, authors=_WRITERS)
        kind: NameKind
        holder_id: UUID

    class Released(Event):
        """A name is free again."""

        TOPIC = "name.released"
        ABOUT = About("A name was released", Ocsf.ENTITY_MANAGEMENT, Severity.INFORMATIONAL, _WRITERS)

        def apply(self, aggregate: Name) -> None:
            aggregate.holder_id = None

    class ReservedAgain(Event):
        """A name that was free has a holder again."""

        TOPIC = "name.reserved-again"
        ABOUT = About("A name was reserved again", Ocsf.ENTITY_MANAGEMENT, authors=_WRITERS)
        holder_id: UUID

        def apply(self, aggregate: Name) -> None:
            aggregate.holder_id = self.holder_id
