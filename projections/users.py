"""Users as administrators see them, and as people see those they may share with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from domain.access import Operation
from domain.sessions import Session
from domain.users import User
from ops.database import Async
from ops.ledger.log import Record
from projections.base import Poison, Projection, Rows
from projections.pages import Column, Listed, Page, Sorting, matching
from projections.viewer import Viewer

ADD: LiteralString = (
    "insert into users (id, username, display_name, email, roles, version, created_at)"
    " values (%s, %s, %s, %s, %s, %s, %s)"
)
PROFILE: LiteralString = "update users set display_name = %s, email = %s, version = %s where id = %s"
ROLES: LiteralString = "update users set roles = %s, version = %s where id = %s"
ACTIVATED: LiteralString = "update users set activated = %s, version = %s where id = %s"
DISABLED: LiteralString = "update users set disabled = %s, version = %s where id = %s"
VERSION: LiteralString = "update users set version = %s where id = %s"
SIGNED_IN: LiteralString = "update users set last_sign_in_at = %s where id = %s"


class UsersProjection(Projection):
    """Who there is, with which roles, and whether he may sign in."""

    name = "users"
    version = 1
    follows = (User, Session)
    on_poison = Poison.HALT
    schema = """
        create table users (
          id uuid primary key, username text not null, display_name text not null, email text, roles text[] not null,
          activated boolean not null default false, disabled boolean not null default false, version bigint not null,
          created_at timestamptz not null, last_sign_in_at timestamptz
        ) with (fillfactor = 80);
        create index on users (lower(username), id);
    """

    def apply(self, event: Any, record: Record, rows: Rows) -> None:
        user, version = record.stream, record.version
        match event:
            case User.Added():
                roles = sorted(event.roles)
                names = event.username, event.display_name, event.email
                rows.execute(ADD, user, *names, roles, version, record.recorded_at)
            case User.ProfileChanged():
                rows.execute(PROFILE, event.display_name, event.email, version, user)
            case User.RolesGiven():
                rows.execute(ROLES, sorted(event.roles), version, user)
            case User.Activated() | User.InvitedAgain():
                rows.execute(ACTIVATED, isinstance(event, User.Activated), version, user)
            case User.Disabled() | User.Enabled():
                rows.execute(DISABLED, isinstance(event, User.Disabled), version, user)
            case User.ScopeGiven():
                rows.execute(VERSION, version, user)
            case Session.Started():
                rows.execute(SIGNED_IN, record.recorded_at, event.user_id)


@dataclass(frozen=True, slots=True)
class UserRow:
    id: UUID
    username: str
    display_name: str
    email: str | None
    roles: Sequence[str]
    status: str
    version: int
    created_at: datetime
    last_sign_in_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """All that others may know of somebody to share with him."""

    id: UUID
    username: str
    display_name: str


STATUS: LiteralString = "case when disabled then 'disabled' when activated then 'active' else 'invited' end"
COLUMNS: LiteralString = (
    f"id, username, display_name, email, roles, {STATUS} as status, version, created_at, last_sign_in_at"
)
SORTS = {
    "username": Column("lower(username)", str),
    "display_name": Column("lower(display_name)", str),
    "email": Column("coalesce(lower(email), '')", str),
    "status": Column(STATUS, str),
    "created_at": Column("created_at", datetime),
    "last_sign_in_at": Column("coalesce(last_sign_in_at, '0001-01-01Z'::timestamptz)", datetime),
}
MATCHES: LiteralString = "(%s::text is null or username ilike %s or display_name ilike %s or email ilike %s)"


async def list_users(
    db: Async, viewer: Viewer, page: Page, q: str | None = None, status: str | None = None
) -> Listed[UserRow]:
    """All users, for those who administer them."""
    viewer.needs(Operation.USER_VIEW)
    sorting = Sorting(page, SORTS, "username")
    statement: LiteralString = (
        f"select {COLUMNS}, {sorting.expression} from users"
        f" where {MATCHES} and (%s::text is null or {STATUS} = %s) and {sorting.where} order by {sorting.order}"
    )
    like = None if q is None else matching(q)
    found = await db.execute(statement, (like, like, like, like, status, status, *sorting.params, sorting.limit))
    return sorting.page(await found.fetchall()).map(lambda row: UserRow(*row[:-1]))


async def get_user(db: Async, viewer: Viewer, user: UUID) -> UserRow | None:
    """One user, for those who administer them."""
    viewer.needs(Operation.USER_VIEW)
    row = await (await db.execute(f"select {COLUMNS} from users where id = %s", (user,), prepare=True)).fetchone()
    return None if row is None else UserRow(*row)


async def list_people(db: Async, viewer: Viewer, q: str | None, limit: int = 20) -> list[PersonRow]:
    """Active users whose name has `q` in it, for whoever may share something."""
    viewer.needs(Operation.ACCESS_CHANGE)
    like = matching(q or "")
    found = await db.execute(
        "select id, username, display_name from users where activated and not disabled"
        " and (username ilike %s or display_name ilike %s) order by lower(username), id limit %s",
        (like, like, min(limit, 20)),
    )
    return [PersonRow(*row) for row in await found.fetchall()]
