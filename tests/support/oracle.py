"""What read models must show, said without them: the aggregates as their own events make them, up to a position."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from domain.access import Access, Operation, Scope, Subject, SubjectKind, access_of
from domain.access_lists import AccessList
from domain.accounts import Account
from domain.base import Aggregate, Event
from domain.batches import Batch
from domain.helpers import Helper
from domain.host_keys import fingerprint
from domain.probes import Probe
from domain.registry import AGGREGATES
from domain.resets import Reset
from domain.resources import Resource
from domain.roles import Role
from domain.sessions import Session
from domain.users import User
from ops.ledger.log import Record
from projections.viewer import OWNER

A = TypeVar("A", bound=Aggregate)
Told = Sequence[tuple[Record, Event]]
KINDS = {aggregate.TOPIC: aggregate for aggregate in AGGREGATES}


@dataclass(frozen=True)
class Oracle:
    """The vault as it stood once `told` had happened."""

    told: Told
    streams: dict[UUID, Aggregate]

    @classmethod
    def of(cls, told: Told) -> Oracle:
        streams: dict[UUID, Aggregate | None] = {}
        for _, event in told:
            streams[event.originator_id] = event.mutate(streams.get(event.originator_id))
        return cls(told, cast("dict[UUID, Aggregate]", streams))

    def every(self, kind: type[A]) -> list[A]:
        return [each for each in self.streams.values() if isinstance(each, kind)]

    def find(self, kind: type[A], id: UUID) -> A | None:
        found = self.streams.get(id)
        return found if isinstance(found, kind) else None

    def events(self, *kinds: type[Event]) -> Iterable[tuple[Record, Any]]:
        return ((record, event) for record, event in self.told if isinstance(event, kinds))

    def first(self, stream: UUID) -> Record:
        return next(record for record, event in self.told if event.originator_id == stream)

    def rank(self, user: User, account: Account, moment: datetime) -> int | None:
        """What `user` sees of an account, as a share level or as its owner; None when he sees nothing."""
        wide = self.find(AccessList, AccessList.create_id(account.resource_id))
        narrow = self.find(AccessList, AccessList.create_id(account.id))
        lists = [each.grants for each in (narrow, wide) if each is not None]
        return self._rank(user, wide, access_of(self._subjects(user), lists, moment))

    def rank_on_resource(self, user: User, resource: Resource, moment: datetime) -> int | None:
        wide = self.find(AccessList, AccessList.create_id(resource.id))
        grants = [] if wide is None else [wide.grants]
        return self._rank(user, wide, access_of(self._subjects(user), grants, moment))

    def may(self, user: User, operation: Operation) -> bool:
        """Whether one of his roles includes it, and he may work at all."""
        roles = [role for role in self.every(Role) if role.name in user.roles]
        return user.active and any(operation in role.operations for role in roles)

    @staticmethod
    def _subjects(user: User) -> frozenset[Subject]:
        return frozenset({Subject(SubjectKind.USER, user.id)})

    @staticmethod
    def _rank(user: User, wide: AccessList | None, access: Access) -> int | None:
        if wide is not None and wide.owner == user.id:
            return OWNER
        if user.scope is Scope.ALL:
            return 3
        return None if access.level is None else int(access.level)


def users(oracle: Oracle) -> set[tuple[Any, ...]]:
    """(id, username, display name, email, roles, activated, disabled, version, created, last signed in)."""
    last = {event.user_id: record.recorded_at for record, event in oracle.events(Session.Started)}
    return {
        (
            u.id, u.username, u.display_name, u.email, tuple(sorted(u.roles)), u.activated, u.disabled, u.version,
            oracle.first(u.id).recorded_at, last.get(u.id),
        )
        for u in oracle.every(User)
    }  # fmt: skip


def sessions(oracle: Oracle) -> set[tuple[Any, ...]]:
    ended = {r.stream: (r.recorded_at, e.because.value) for r, e in oracle.events(Session.Ended)}
    return {
        (
            r.stream, e.user_id, r.recorded_at, e.ends_at, e.address, e.agent,
            *ended.get(r.stream, (None, None)),
        )
        for r, e in oracle.events(Session.Started)
    }  # fmt: skip


def resources(oracle: Oracle) -> set[tuple[Any, ...]]:
    return {
        (
            r.id, r.name, r.type.value, r.address, r.port, r.description,
            None if r.host_key is None else fingerprint(r.host_key), r.version, oracle.first(r.id).recorded_at,
        )
        for r in oracle.every(Resource)
    }  # fmt: skip


def accounts(oracle: Oracle) -> set[tuple[Any, ...]]:
    changes = oracle.events(Account.Added, Account.PasswordChanged, Account.PasswordReset)
    since = {record.stream: record.recorded_at for record, _ in changes}
    return {
        (
            a.id, a.resource_id, a.username, a.description, a.password.number, since[a.id], a.reset_id,
            a.in_doubt, a.version,
        )
        for a in oracle.every(Account)
    }  # fmt: skip


def ways(oracle: Oracle) -> set[tuple[Any, ...]]:
    return {(r.id, r.way.login_id, r.way.elevation.value, r.way.root_id, r.jump_id) for r in oracle.every(Resource)}


def helpers(oracle: Oracle) -> set[tuple[Any, ...]]:
    return {(h.account_id, h.refused, h.public_key) for h in oracle.every(Helper)}


def passwords(oracle: Oracle) -> set[tuple[Any, ...]]:
    """(account, number, cause), one each that there was."""
    return {(a.id, each.number, each.cause.value) for a in oracle.every(Account) for each in a.passwords}


def resets(oracle: Oracle) -> set[tuple[Any, ...]]:
    return {(r.id, r.account_id, r.state.value, r.requested_by, r.attempts) for r in oracle.every(Reset)}


def probes(oracle: Oracle) -> set[tuple[Any, ...]]:
    """(id, kind, resource, account, who asked last, the outcome of that look, the host key it showed)."""
    last: dict[UUID, tuple[Any, ...]] = {}
    for record, event in oracle.events(Probe.Requested, Probe.RequestedAgain, Probe.Ended):
        if isinstance(event, Probe.Ended):
            last[record.stream] = (last[record.stream][0], event.outcome.value, event.host_key)
        else:
            last[record.stream] = (event.requested_by, None, None)
    return {(p.id, p.kind.value, p.resource_id, p.account_id, *last[p.id]) for p in oracle.every(Probe)}


def batches(oracle: Oracle) -> set[tuple[Any, ...]]:
    return {(b.id, b.requested_by, len(b.account_ids)) for b in oracle.every(Batch)}


def batch_items(oracle: Oracle) -> set[tuple[Any, ...]]:
    return {(b.id, account, b.reset_of(account)) for b in oracle.every(Batch) for account in b.account_ids}


def entries(oracle: Oracle) -> set[tuple[Any, ...]]:
    """Every position, with who did it."""
    return {(r.position, r.topic, r.stream, r.version, r.recorded_at, e.provenance.actor_id) for r, e in oracle.told}
