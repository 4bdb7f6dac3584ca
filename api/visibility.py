"""Which of the log's changes somebody may hear of: decided from streams, never from a read model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from commands.authorisation import access_on, operations_of, signed_in
from commands.base import Caller, OnAccount, OnResource, Thing
from commands.work import Work
from domain.access import Operation
from domain.access_lists import AccessList, ObjectKind
from domain.base import Event
from domain.errors import NotFound, Unauthenticated
from domain.probes import Probe
from domain.resets import Reset
from domain.sessions import Session
from domain.users import User
from ops.ledger.errors import KeyShredded, Tampered
from ops.ledger.log import Record

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "resource": "resource",
        "account": "account",
        "access": "access-list",
        "reset": "reset",
        "probe": "probe",
        "user": "user",
        "session": "session",
    }
)
"""The first word of a topic, and what a browser calls it; other streams interest the audit trail alone."""

UNREADABLE = (Tampered, KeyShredded)
"""What a stream is that nobody can decide by."""


@dataclass(frozen=True, slots=True)
class Losers:
    """Who had something until now, and may be showing it: users, and whoever sees the resources that it left."""

    users: frozenset[UUID] = frozenset()
    resources: frozenset[UUID] = frozenset()

    def __or__(self, other: Losers) -> Losers:
        return Losers(self.users | other.users, self.resources | other.resources)


NOBODY = Losers()


@dataclass(frozen=True, slots=True)
class Change:
    """Something has moved; `id` is what a browser knows it by."""

    kind: str
    id: UUID
    position: int
    losers: Losers = NOBODY


def losers_in(events: Iterable[Event]) -> dict[UUID, Losers]:
    """By access list, who may have lost something by what happened to it."""
    found: dict[UUID, Losers] = {}
    for event in events:
        found[event.originator_id] = found.get(event.originator_id, NOBODY) | _losers_by(event)
    return found


def _losers_by(event: Event) -> Losers:
    match event:
        case AccessList.Revoked() | AccessList.Changed():
            return Losers(users=frozenset({event.subject.id}))
        case AccessList.OwnerTransferred(from_id=UUID() as leaving):
            return Losers(users=frozenset({leaving}))
        case AccessList.Moved():
            return Losers(resources=frozenset({event.from_id}))
        case _:
            return NOBODY


def changes_in(records: Sequence[Record], losers: Mapping[UUID, Losers]) -> list[Change]:
    """The newest change of each stream, and one for the audit trail."""
    newest = {record.stream: record for record in records}
    found = [
        Change(kind, record.stream, record.position, losers.get(record.stream, NOBODY))
        for record in newest.values()
        if (kind := KINDS.get(record.topic.partition(".")[0]))
    ]
    if records:
        found.append(Change("audit", records[-1].stream, records[-1].position))
    return found


class Watcher:
    """A browser that listens, in the name of its user."""

    def __init__(self, author: Caller) -> None:
        self.author = author
        self._user: User | None = None

    async def signed_in(self, work: Work) -> bool:
        """Whether its session still runs."""
        try:
            self._user = await signed_in(work)
        except Unauthenticated:
            return False
        return True

    async def sees(self, work: Work, changes: Iterable[Change]) -> AsyncIterator[Change]:
        """Those of `changes` that the user can see, by the ids that a browser knows."""
        assert self._user is not None
        operations = await operations_of(work, self._user)
        for change in changes:
            try:
                seen = await self._seen(work, self._user, operations, change)
            except UNREADABLE:
                continue  # of what cannot be read nothing is said; of the rest it is
            if seen is not None:
                yield Change(change.kind, seen, change.position)

    async def _seen(self, work: Work, user: User, operations: frozenset[Operation], change: Change) -> UUID | None:
        match change.kind:
            case "resource":
                return await _reach(work, user, OnResource(change.id), change.id)
            case "account":
                return await _reach(work, user, OnAccount(change.id), change.id)
            case "access-list":
                listed = await work.find(AccessList, change.id)
                return None if listed is None else await _list_reach(work, user, listed, change.losers)
            case "reset":
                reset = await work.find(Reset, change.id)
                return None if reset is None else await _reach(work, user, OnAccount(reset.account_id), change.id)
            case "probe":
                probe = await work.find(Probe, change.id)
                return None if probe is None else await _probe_reach(work, user, probe)
            case "session":
                session = await work.find(Session, change.id)
                return change.id if session is not None and session.user_id == user.id else None
            case "user":
                return change.id if change.id == user.id or Operation.USER_VIEW in operations else None
            case _:
                return change.id if Operation.AUDIT_READ in operations else None


async def _list_reach(work: Work, user: User, listed: AccessList, losers: Losers) -> UUID | None:
    """The list's object, if the user sees it, or saw it until now."""
    if user.id in losers.users:
        return listed.object_id
    for thing in (_object(listed), *map(OnResource, losers.resources)):
        if await _reach(work, user, thing, listed.object_id) is not None:
            return listed.object_id
    return None


def _object(listed: AccessList) -> Thing:
    known = listed.object_kind is ObjectKind.ACCOUNT
    return OnAccount(listed.object_id) if known else OnResource(listed.object_id)


async def _reach(work: Work, user: User, thing: Thing, named: UUID) -> UUID | None:
    """`named`, if the user has any level on `thing`."""
    try:
        found = await access_on(work, user, thing)
    except NotFound:
        return None
    return None if found.level is None else named


async def _probe_reach(work: Work, user: User, probe: Probe) -> UUID | None:
    """The account or the resource that is looked at."""
    if probe.account_id is None:
        return await _reach(work, user, OnResource(probe.resource_id), probe.resource_id)
    return await _reach(work, user, OnAccount(probe.account_id), probe.account_id)
