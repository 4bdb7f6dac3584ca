"""Who might do what at each position, told from the log alone, by rules written a second time, as plainly as can be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.access_lists import AccessList
from domain.accounts import Account
from domain.base import Event
from domain.disclosures import Disclosure
from domain.provenance import ActorKind
from domain.resources import Resource
from domain.roles import Role
from domain.sessions import Session
from domain.users import User

VIEW, MODIFY, MANAGE = 1, 2, 3


@dataclass
class Lists:
    """An object's owner, and the level and end of each share."""

    owner: UUID | None
    shares: dict[UUID, tuple[int, datetime | None]] = field(default_factory=dict)


@dataclass
class Law:
    """The rights as they stand after every event that was looked at."""

    roles: dict[str, set[str]] = field(default_factory=dict)
    users: dict[UUID, set[str]] = field(default_factory=dict)
    active: set[UUID] = field(default_factory=set)
    sessions: dict[UUID, tuple[UUID, datetime]] = field(default_factory=dict)
    lists: dict[UUID, Lists] = field(default_factory=dict)
    objects: dict[UUID, UUID] = field(default_factory=dict)
    """Access list → what it is of."""
    resource_of: dict[UUID, UUID] = field(default_factory=dict)

    def broken_by(self, event: Event, at: datetime) -> str | None:
        """Why this event must not stand here; None when it may, or is no deed of a user's that is judged."""
        match event:
            case Disclosure.Disclosed():
                return self._judge(event, at, "account.disclose", event.account_id, VIEW)
            case Account.PasswordChanged():
                return self._judge(event, at, "account.change", event.originator_id, MODIFY)
            case Account.Added():
                return self._judge(event, at, "account.add", event.resource_id, MANAGE)
            case Account.Moved():
                return self._judge(event, at, "account.edit", event.originator_id, MANAGE) or self._judge(
                    event, at, "account.add", event.to_id, MANAGE
                )
            case Resource.Added():
                return self._judge(event, at, "resource.add", None, 0)
            case _:
                return None

    def _judge(self, event: Event, at: datetime, operation: str, thing: UUID | None, level: int) -> str | None:
        who, session = event.provenance.actor_id, event.provenance.session_id
        if event.provenance.actor_kind is not ActorKind.USER:
            return None
        owner, ends_at = self.sessions.get(session or who, (None, at))
        if owner != who or at >= ends_at:
            return "the session was over"
        if who not in self.active:
            return "the user was not active"
        if operation not in set[str]().union(*(self.roles[name] for name in self.users[who])):
            return f"no role of the user held {operation}"
        if thing is not None and self.level(who, thing, at) < level:
            return f"the user had level {self.level(who, thing, at)}, not {level}"
        return None

    def level(self, who: UUID, thing: UUID, at: datetime) -> int:
        """The share on the thing itself decides if there is one, then the one on its resource; an owner has all."""
        resource = self.resource_of.get(thing, thing)
        if self.lists[resource].owner == who:
            return MANAGE
        for place in (thing, resource):
            share = self.lists[place].shares.get(who) if place in self.lists else None
            if share is not None and (share[1] is None or at < share[1]):
                return share[0]
        return 0

    def note(self, event: Event) -> None:
        """What the event changes about anybody's rights."""
        match event:
            case Role.Defined():
                self.roles[event.name] = set(map(str, event.operations))
            case User.Added():
                self.users[event.originator_id] = set(event.roles)
            case User.RolesGiven():
                self.users[event.originator_id] = set(event.roles)
            case User.Activated() | User.Enabled():
                self.active.add(event.originator_id)
            case User.Disabled():
                self.active.discard(event.originator_id)
            case Session.Started():
                self.sessions[event.originator_id] = (event.user_id, event.ends_at)
            case Session.Ended():
                self.sessions.pop(event.originator_id, None)
            case Account.Added():
                self.resource_of[event.originator_id] = event.resource_id
            case Account.Moved():
                self.resource_of[event.originator_id] = event.to_id
            case AccessList.Opened():
                self.objects[event.originator_id] = event.object_id
                self.lists[event.object_id] = Lists(event.owner_id)
            case AccessList.Granted() | AccessList.Changed():
                shares = self.lists[self.objects[event.originator_id]].shares
                shares[event.subject.id] = (int(event.level), event.until)
            case AccessList.Revoked():
                self.lists[self.objects[event.originator_id]].shares.pop(event.subject.id, None)
            case AccessList.OwnerTransferred():
                self.lists[self.objects[event.originator_id]].owner = event.to_id


def unlawful(history: Iterable[tuple[Event, datetime]]) -> list[str]:
    """Every deed that was not lawful where it stands, by position."""
    law, found = Law(), []
    for position, (event, at) in enumerate(history, 1):
        if (why := law.broken_by(event, at)) is not None:
            found.append(f"position {position}: {event.TOPIC} although {why}")
        law.note(event)
    return found
