"""Access as it stands and as it stood: who owns what, who was given what, from which position to which.

Every other query joins what is visible from here. Most specific wins: a share of the account decides before one of its
resource; a share that has reached its end counts for nothing, recorded or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from domain.access import ADMINISTRATOR, Level, Operation, Scope
from domain.access_lists import AccessList
from domain.accounts import Account
from domain.resources import Resource
from domain.roles import Role
from domain.users import User
from ops.database import Async
from ops.ledger.log import Record
from projections.base import Poison, Projection, Rows
from projections.viewer import Viewer

GRANT: LiteralString = "insert into granted values (%s, %s, %s, %s, %s, %s)"
END_GRANT: LiteralString = (
    "update granted set valid_to = %s where list = %s and subject = %s and subject_kind = %s and valid_to is null"
)
OWN: LiteralString = "insert into owned values (%s, %s, %s)"
END_OWN: LiteralString = "update owned set valid_to = %s where list = %s and valid_to is null"
VERSION: LiteralString = "update lists set version = %s / (version = %s - 1)::integer where id = %s"
"""Fails when another version comes next: with positions crossed, a share would stand behind its own revocation."""
LEAVE: LiteralString = "update placed set valid_to = %s where account = %s and valid_to is null"
PLACE: LiteralString = "insert into placed values (%s, %s, %s, %s, %s, null)"
END_PERSON: LiteralString = "update people set valid_to = %s where id = %s and valid_to is null"
COPY_PERSON: LiteralString = (
    "insert into people select id, coalesce(%s, roles), coalesce(%s, scope), coalesce(%s, activated),"
    " coalesce(%s, disabled), %s from people where id = %s and valid_to = %s"
)
END_ROLE: LiteralString = "update roles set valid_to = %s where name_id = %s and valid_to is null"


class AccessProjection(Projection):
    """Owners, shares, places, people and roles, each with the positions between which they held."""

    name = "access"
    version = 2
    follows = (AccessList, Account, Resource, User, Role)
    on_poison = Poison.HALT
    schema = """
        create table lists (id uuid primary key, object uuid not null, kind text not null, version bigint not null);
        create table owned (list uuid not null, owner uuid not null, valid_from bigint not null, valid_to bigint);
        create table granted (
          list uuid not null, subject_kind text not null, subject uuid not null, level smallint not null,
          until timestamptz, valid_from bigint not null, valid_to bigint
        );
        create table placed (
          account uuid not null, resource uuid not null, own_list uuid not null, resource_list uuid not null,
          valid_from bigint not null, valid_to bigint
        );
        create table standing (resource uuid primary key, list uuid not null, valid_from bigint not null);
        create table people (
          id uuid not null, roles text[] not null, scope text not null, activated boolean not null,
          disabled boolean not null, valid_from bigint not null, valid_to bigint
        );
        create table roles (
          name_id uuid not null, name text not null, operations text[] not null,
          valid_from bigint not null, valid_to bigint
        );
        create unique index on owned (list) where valid_to is null;
        create index on owned (owner) where valid_to is null;
        create unique index on granted (list, subject, subject_kind) where valid_to is null;
        create index on granted (subject) where valid_to is null;
        create index on people (id) where valid_to is null;
        create unique index on placed (account) where valid_to is null;
        create index on placed (resource) where valid_to is null;
    """
    indexes = """
        create index on placed (account);
        create index on owned (list);
        create index on granted (list);
        create index on people (id);
    """
    copied = {  # noqa: RUF012
        "placed": ("uuid", "uuid", "uuid", "uuid", "int8", "int8"),
        "standing": ("uuid", "uuid", "int8"),
        "lists": ("uuid", "uuid", "text", "int8"),
    }

    def apply(self, event: Any, record: Record, rows: Rows) -> None:
        match event:
            case Account.Added():
                rows.add("placed", *_place(record.stream, event.resource_id), record.position, None)
            case Account.Moved():
                rows.execute(LEAVE, record.position, record.stream)
                rows.execute(PLACE, *_place(record.stream, event.to_id), record.position)
            case Resource.Added():
                rows.add("standing", record.stream, AccessList.create_id(record.stream), record.position)
        match type(event).TOPIC.partition(".")[0]:
            case AccessList.TOPIC:
                self._change_list(event, record, rows)
            case User.TOPIC:
                _change_person(event, record, rows)
            case Role.TOPIC:
                _change_role(event, record, rows)

    @staticmethod
    def _change_list(event: Any, record: Record, rows: Rows) -> None:
        stream, at = record.stream, record.position
        match event:
            case AccessList.Opened():
                rows.add("lists", stream, event.object_id, event.object_kind.value, record.version)
                if event.owner_id is not None:
                    rows.execute(OWN, stream, event.owner_id, at)
                return
            case AccessList.Granted() | AccessList.Changed() | AccessList.Revoked():
                kind, subject = event.subject.kind.value, event.subject.id
                rows.execute(END_GRANT, at, stream, subject, kind)
                if not isinstance(event, AccessList.Revoked):
                    rows.execute(GRANT, stream, kind, subject, int(event.level), event.until, at)
            case AccessList.OwnerTransferred():
                rows.execute(END_OWN, at, stream)
                rows.execute(OWN, stream, event.to_id, at)
        rows.execute(VERSION, record.version, record.version, stream)


def _place(account: UUID, resource: UUID) -> tuple[UUID, UUID, UUID, UUID]:
    return account, resource, AccessList.create_id(account), AccessList.create_id(resource)


def _change_person(event: Any, record: Record, rows: Rows) -> None:
    """People by versions: the one before ends where the next begins."""
    roles = scope = activated = disabled = None
    match event:
        case User.Added():
            insert: LiteralString = "insert into people values (%s, %s, %s, false, false, %s)"
            rows.execute(insert, record.stream, sorted(event.roles), Scope.SHARED.value, record.position)
            return
        case User.RolesGiven():
            roles = sorted(event.roles)
            scope = None if ADMINISTRATOR in event.roles else Scope.SHARED.value
        case User.ScopeGiven():
            scope = event.scope.value
        case User.Activated():
            activated = True
        case User.InvitedAgain():
            activated = False
        case User.Disabled():
            disabled = True
        case User.Enabled():
            disabled = False
        case _:
            return
    stream, at = record.stream, record.position
    rows.execute(END_PERSON, at, stream)
    rows.execute(COPY_PERSON, roles, scope, activated, disabled, at, stream, at)


def _change_role(event: Any, record: Record, rows: Rows) -> None:
    stream, at = record.stream, record.position
    operations = sorted(operation.value for operation in event.operations)
    if isinstance(event, Role.Defined):
        rows.execute("insert into roles values (%s, %s, %s, %s)", stream, event.name, operations, at)
        return
    rows.execute(END_ROLE, at, stream)
    copy: LiteralString = (
        "insert into roles select name_id, name, %s, %s from roles where name_id = %s and valid_to = %s"
    )
    rows.execute(copy, operations, at, stream, at)


VISIBLE_RESOURCES: LiteralString = """
    visible_resources as (
      select s.resource, case when o.owner is not null then 4 when v.sees_all then 3 else g.level end as rank
      from (select %s::uuid as viewer, %s::boolean as sees_all) v
      cross join standing s
      left join owned o on o.list = s.list and o.valid_to is null and o.owner = v.viewer
      left join granted g on g.list = s.list and g.subject = v.viewer and g.subject_kind = 'user'
        and g.valid_to is null and (g.until is null or g.until > now())
      where o.owner is not null or v.sees_all or g.level is not null
    )
"""
"""What a viewer sees of the resources, with his rank on each. Takes `parameters(viewer)`."""

VISIBLE_ACCOUNTS: LiteralString = """
    visible_accounts as (
      select p.account, p.resource,
        case when o.owner is not null then 4 when v.sees_all then 3 else coalesce(n.level, w.level) end as rank
      from (select %s::uuid as viewer, %s::boolean as sees_all) v
      join placed p on p.valid_to is null
      left join owned o on o.list = p.resource_list and o.valid_to is null and o.owner = v.viewer
      left join granted n on n.list = p.own_list and n.subject = v.viewer and n.subject_kind = 'user'
        and n.valid_to is null and (n.until is null or n.until > now())
      left join granted w on w.list = p.resource_list and w.subject = v.viewer and w.subject_kind = 'user'
        and w.valid_to is null and (w.until is null or w.until > now())
      where o.owner is not null or v.sees_all or n.level is not null or w.level is not null
    )
"""
"""The same of the accounts: the share of the account before that of its resource."""


def parameters(viewer: Viewer) -> tuple[UUID, bool]:
    return viewer.id, viewer.sees_all


@dataclass(frozen=True, slots=True)
class OwnerName:
    id: UUID
    username: str


@dataclass(frozen=True, slots=True)
class SubjectName:
    kind: str
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class GrantRow:
    """One share on one list, whether or not it has reached its end."""

    subject: SubjectName
    level: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class AccessRow:
    """An access list as people read it; `version` is 0 while the object has none of its own."""

    owner: OwnerName
    grants: Sequence[GrantRow]
    version: int


async def resource_access(db: Async, viewer: Viewer, resource: UUID) -> AccessRow | None:
    """Who has what on a resource, for those who manage it. Reads access and users."""
    statement: LiteralString = (
        f"with {VISIBLE_RESOURCES} select s.list, s.list from standing s"
        " join visible_resources using (resource) where s.resource = %s and rank >= %s"
    )
    return await _access(db, viewer, statement, resource)


async def account_access(db: Async, viewer: Viewer, account: UUID) -> AccessRow | None:
    """Who has what on an account itself; its owner is its resource's."""
    statement: LiteralString = (
        f"with {VISIBLE_ACCOUNTS} select p.own_list, p.resource_list from placed p"
        " join visible_accounts using (account) where p.account = %s and p.valid_to is null and rank >= %s"
    )
    return await _access(db, viewer, statement, account)


async def _access(db: Async, viewer: Viewer, statement: LiteralString, object_id: UUID) -> AccessRow | None:
    viewer.needs(Operation.ACCESS_VIEW)
    params = (*parameters(viewer), object_id, int(Level.MANAGE))
    lists = await (await db.execute(statement, params, prepare=True)).fetchone()
    if lists is None:
        return None
    own, owning = lists
    owner = await (await db.execute(
        "select o.owner, coalesce(u.username, '') from owned o left join users u on u.id = o.owner"
        " where o.list = %s and o.valid_to is null", (owning,), prepare=True,
    )).fetchone()  # fmt: skip
    grants = await (await db.execute(
        "select g.subject_kind, g.subject, coalesce(u.username, ''), g.level, g.until from granted g"
        " left join users u on u.id = g.subject where g.list = %s and g.valid_to is null"
        " order by lower(u.username), g.subject", (own,), prepare=True,
    )).fetchall()  # fmt: skip
    version = await (await db.execute("select version from lists where id = %s", (own,), prepare=True)).fetchone()
    if owner is None:
        return None
    shares = [
        GrantRow(SubjectName(kind, id, name), Level(level).name, until) for kind, id, name, level, until in grants
    ]
    return AccessRow(OwnerName(*owner), shares, 0 if version is None else version[0])
