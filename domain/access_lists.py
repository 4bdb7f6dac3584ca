"""Access lists: who owns an object, and with whom it is shared, at which level, until when."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain import ids
from domain.access import Grant, Level, Subject, SubjectKind
from domain.base import About, Aggregate, Event, FirstEvent, Ocsf, Severity
from domain.errors import Invalid, NotFound, NotOnYourself


class ObjectKind(StrEnum):
    """What can be shared."""

    RESOURCE = "resource"
    ACCOUNT = "account"


class AccessList(Aggregate):
    """One for each shared object, its id derived from the object's. A resource's list names its owner too.

    It also names the accounts with lists of their own, so that a transfer of ownership finds every share that must end.
    An account's list names the resource that the account was moved to: decisions rest on that, not on the account.
    """

    TOPIC = "access"

    def __init__(self, object_id: UUID, object_kind: ObjectKind, owner_id: UUID | None) -> None:
        self.object_id = object_id
        self.object_kind = object_kind
        self.owner = owner_id
        self.grants: tuple[Grant, ...] = ()
        self.narrower: tuple[UUID, ...] = ()
        self.resource_id: UUID | None = None

    @staticmethod
    def create_id(object_id: UUID) -> UUID:
        return ids.derived("access", object_id)

    @property
    def key_scope(self) -> UUID:
        return self.id

    def grant_to(self, subject: Subject) -> Grant | None:
        """What this very list gives to `subject`, expired or not."""
        return next((grant for grant in self.grants if grant.subject == subject), None)

    def grant(self, subject: Subject, level: Level, until: datetime | None, by: UUID) -> None:
        """Share with `subject`, or change his share."""
        self._check(subject, level, by)
        before, after = self.grant_to(subject), Grant(subject, level, until)
        if before is None:
            self.trigger_event(self.Granted, subject=subject, level=level, until=until)
        elif before != after:
            self.trigger_event(self.Changed, subject=subject, level=level, until=until)

    def revoke(self, subject: Subject, by: UUID) -> None:
        """End the share of `subject`; NotFound when he has none here."""
        if subject.id == by:
            raise NotOnYourself
        if self.grant_to(subject) is None:
            raise NotFound
        self.trigger_event(self.Revoked, subject=subject)

    def transfer(self, to: UUID) -> None:
        """Let `to` own it; neither he nor the old owner keeps a share of his own."""
        if to == self.owner:
            return
        leaving = self.owner
        self.trigger_event(self.OwnerTransferred, from_id=leaving, to_id=to)
        self.forget({user for user in (leaving, to) if user is not None})

    def forget(self, users: set[UUID]) -> None:
        """End every share that one of `users` has here."""
        for grant in self.grants:
            if grant.subject.kind is SubjectKind.USER and grant.subject.id in users:
                self.trigger_event(self.Revoked, subject=grant.subject)

    def note_narrower(self, object_id: UUID) -> None:
        """Remember that an account of this resource has a list of its own."""
        if object_id not in self.narrower:
            self.trigger_event(self.NarrowerOpened, object_id=object_id)

    def move(self, from_id: UUID, to_id: UUID, owner_id: UUID | None) -> None:
        """Go with its account to another resource, whose owner needs no share of it any more."""
        self.trigger_event(self.Moved, from_id=from_id, to_id=to_id)
        self.forget(set() if owner_id is None else {owner_id})

    def _check(self, subject: Subject, level: Level, by: UUID) -> None:
        if self.object_kind is ObjectKind.ACCOUNT and level is Level.MANAGE:
            raise Invalid("An account can be shared with VIEW or MODIFY only.", "level")
        if subject.id == by:
            raise NotOnYourself
        if subject.id == self.owner:
            raise Invalid("He owns it already.", "user_id")

    class Opened(FirstEvent):
        """An object can be shared from now on."""

        TOPIC = "access.opened"
        ABOUT = About("An access list was opened", Ocsf.USER_ACCESS)
        object_id: UUID
        object_kind: ObjectKind
        owner_id: UUID | None

    class Granted(Event):
        """Somebody has a share who had none."""

        TOPIC = "access.granted"
        ABOUT = About("Access was shared", Ocsf.USER_ACCESS, Severity.LOW)
        subject: Subject
        level: Level
        until: datetime | None

        def apply(self, aggregate: AccessList) -> None:
            aggregate.grants = (*aggregate.grants, Grant(self.subject, self.level, self.until))

    class Changed(Event):
        """His share is another from now on."""

        TOPIC = "access.changed"
        ABOUT = About("A share was changed", Ocsf.USER_ACCESS, Severity.LOW)
        subject: Subject
        level: Level
        until: datetime | None

        def apply(self, aggregate: AccessList) -> None:
            others = _without(aggregate.grants, self.subject)
            aggregate.grants = (*others, Grant(self.subject, self.level, self.until))

    class Revoked(Event):
        """He has no share here any more."""

        TOPIC = "access.revoked"
        ABOUT = About("A share was revoked", Ocsf.USER_ACCESS, Severity.LOW)
        subject: Subject

        def apply(self, aggregate: AccessList) -> None:
            aggregate.grants = _without(aggregate.grants, self.subject)

    class OwnerTransferred(Event):
        """Another person owns it; whoever owned it before has nothing left of it."""

        TOPIC = "access.owner-transferred"
        ABOUT = About("Ownership was transferred", Ocsf.USER_ACCESS, Severity.MEDIUM)
        from_id: UUID | None
        to_id: UUID

        def apply(self, aggregate: AccessList) -> None:
            aggregate.owner = self.to_id

    class NarrowerOpened(Event):
        """An account of this resource got a list of its own."""

        TOPIC = "access.narrower-opened"
        ABOUT = About("An account got its own access list", Ocsf.USER_ACCESS)
        object_id: UUID

        def apply(self, aggregate: AccessList) -> None:
            aggregate.narrower = (*aggregate.narrower, self.object_id)

    class Moved(Event):
        """Its account is on this resource now: what this list does not say is said by that one's."""

        TOPIC = "access.moved"
        ABOUT = About("Access to an account went to another resource with it", Ocsf.USER_ACCESS, Severity.LOW)
        from_id: UUID
        to_id: UUID

        def apply(self, aggregate: AccessList) -> None:
            aggregate.resource_id = self.to_id


def _without(grants: tuple[Grant, ...], subject: Subject) -> tuple[Grant, ...]:
    return tuple(grant for grant in grants if grant.subject != subject)
