"""Accounts as people browse them, and the passwords they have had: by number, never by value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from domain.access import Operation
from domain.accounts import Account, Cause
from ops.database import Async
from ops.ledger.log import Record
from projections.access import VISIBLE_ACCOUNTS, parameters
from projections.actors import ActorName, actor_name
from projections.base import Poison, Projection, Rows
from projections.pages import Column, Listed, Page, Sorting, matching
from projections.viewer import Viewer, level_name

EDIT: LiteralString = "update accounts set username = %s, description = %s, version = %s where id = %s"
MOVE: LiteralString = "update accounts set resource_id = %s, version = %s where id = %s"
PASSWORD: LiteralString = "update accounts set password_number = %s, password_set_at = %s, version = %s where id = %s"
RESET: LiteralString = "update accounts set reset_id = %s, in_doubt = %s, version = %s where id = %s"
OPERATIONS = frozenset(
    {
        Operation.ACCOUNT_VIEW,
        Operation.ACCOUNT_EDIT,
        Operation.ACCOUNT_DISCLOSE,
        Operation.ACCOUNT_CHANGE,
        Operation.ACCOUNT_RESET,
        Operation.ACCESS_VIEW,
        Operation.ACCESS_CHANGE,
    }
)


class AccountsProjection(Projection):
    """Logins, where they are, and since when their passwords hold."""

    name = "accounts"
    version = 2
    follows = (Account,)
    on_poison = Poison.PARK
    schema = """
        create table accounts (
          id uuid primary key, resource_id uuid not null, username text not null, description text not null,
          password_number bigint not null, password_set_at timestamptz not null, reset_id uuid,
          in_doubt boolean not null, version bigint not null
        ) with (fillfactor = 80);
        create table passwords (
          account uuid not null, number bigint not null, set_at timestamptz not null, actor_kind text not null,
          actor uuid not null, cause text not null, primary key (account, number)
        );
    """
    indexes = "create index on accounts (resource_id)"
    copied = {  # noqa: RUF012
        "accounts": ("uuid", "uuid", "text", "text", "int8", "timestamptz", "uuid", "bool", "int8"),
        "passwords": ("uuid", "int8", "timestamptz", "text", "uuid", "text"),
    }

    def apply(self, event: Any, record: Record, rows: Rows) -> None:
        account, version = record.stream, record.version
        match event:
            case Account.Added():
                words = event.username, event.description
                rows.add("accounts", account, event.resource_id, *words, 1, record.recorded_at, None, False, version)
                _password(event, record, 1, Cause.ADDED, rows)
            case Account.Edited():
                rows.execute(EDIT, event.username, event.description, version, account)
            case Account.Moved():
                rows.execute(MOVE, event.to_id, version, account)
            case Account.PasswordChanged():
                _password(event, record, event.number, Cause.CHANGED, rows)
                rows.execute(PASSWORD, event.number, record.recorded_at, version, account)
            case Account.PasswordReset():
                _password(event, record, event.number, Cause.RESET, rows)
                rows.execute(PASSWORD, event.number, record.recorded_at, version, account)
                rows.execute(RESET, None, False, version, account)
            case Account.ResetOpened() | Account.ResetInDoubt():
                rows.execute(RESET, event.reset_id, isinstance(event, Account.ResetInDoubt), version, account)
            case Account.ResetClosed():
                rows.execute(RESET, None, False, version, account)


def _password(event: Any, record: Record, number: int, cause: Cause, rows: Rows) -> None:
    actor = event.provenance.actor_kind.value, event.provenance.actor_id
    rows.add("passwords", record.stream, number, record.recorded_at, *actor, cause.value)


@dataclass(frozen=True, slots=True)
class ResourceName:
    id: UUID
    name: str
    type: str
    address: str


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as its viewer sees it."""

    id: UUID
    resource: ResourceName
    username: str
    description: str
    password_set_at: datetime
    password_number: int
    level: str
    may: Sequence[str]
    reset_state: str
    version: int


@dataclass(frozen=True, slots=True)
class PasswordRow:
    """One of the passwords that an account has had."""

    number: int
    set_at: datetime
    set_by: ActorName
    cause: str
    current: bool


RESET_STATE: LiteralString = "case when a.reset_id is null then 'none' when a.in_doubt then 'in_doubt' else 'open' end"
SORTS = {
    "username": Column("lower(a.username)", str),
    "resource": Column("lower(r.name)", str),
    "password_set_at": Column("a.password_set_at", datetime),
    "description": Column("lower(a.description)", str),
}
COLUMNS: LiteralString = (
    "a.id, r.id, r.name, r.type, r.address, a.username, a.description, a.password_set_at, a.password_number,"
    f" v.rank, {RESET_STATE}, a.version"
)
FROM: LiteralString = (
    " from visible_accounts v join accounts a on a.id = v.account join resources r on r.id = a.resource_id"
)
KEPT: LiteralString = "exists (select from stars where stars.user_id = %s and stars.object = a.id)"
MATCHES: LiteralString = "(%s::text is null or a.username ilike %s or a.description ilike %s or r.name ilike %s)"


async def list_accounts(
    db: Async, viewer: Viewer, page: Page, q: str | None = None, resource: UUID | None = None, kept: bool = False
) -> Listed[AccountRow]:
    """The accounts that `viewer` may see, everywhere or on one resource; `kept`: of those his favourites, which reads
    preferences too. Reads accounts, access and resources."""
    viewer.needs(Operation.ACCOUNT_VIEW)
    if kept:
        viewer.needs(Operation.OWN_PREFERENCES)
    sorting = Sorting(page, SORTS, "username", "a.id")
    statement: LiteralString = (
        f"with {VISIBLE_ACCOUNTS} select {COLUMNS}, {sorting.expression} {FROM} where {MATCHES}"
        f" and (%s::uuid is null or a.resource_id = %s) and {KEPT if kept else 'true'} and {sorting.where}"
        f" order by {sorting.order}"
    )
    like, his = None if q is None else matching(q), (viewer.id,) if kept else ()
    given = (*parameters(viewer), like, like, like, like, resource, resource, *his, *sorting.params, sorting.limit)
    listed = sorting.page(await (await db.execute(statement, given)).fetchall())
    return listed.map(lambda row: _row(viewer, row))


async def get_account(db: Async, viewer: Viewer, account: UUID) -> AccountRow | None:
    """One account; None whether it is not there or not the viewer's to know of."""
    viewer.needs(Operation.ACCOUNT_VIEW)
    statement: LiteralString = f"with {VISIBLE_ACCOUNTS} select {COLUMNS} {FROM} where a.id = %s"
    row = await (await db.execute(statement, (*parameters(viewer), account), prepare=True)).fetchone()
    return None if row is None else _row(viewer, row)


async def list_passwords(db: Async, viewer: Viewer, account: UUID) -> list[PasswordRow]:
    """Which passwords `account` has had, newest first; none when the viewer does not see it. Reads users too."""
    viewer.needs(Operation.ACCOUNT_VIEW)
    statement: LiteralString = (
        f"with {VISIBLE_ACCOUNTS} select p.number, p.set_at, p.actor_kind, p.actor, u.username, p.cause,"
        " p.number = a.password_number from visible_accounts v join accounts a on a.id = v.account"
        " join passwords p on p.account = a.id left join users u on u.id = p.actor"
        " where a.id = %s order by p.number desc"
    )
    found = await db.execute(statement, (*parameters(viewer), account), prepare=True)
    return [
        PasswordRow(number, set_at, actor_name(kind, actor, username), cause, current)
        for number, set_at, kind, actor, username, cause, current in await found.fetchall()
    ]


def _row(viewer: Viewer, row: tuple[Any, ...]) -> AccountRow:
    id, resource, name, type, address, username, description, set_at, number, rank, reset, version, *_ = row
    where, may = ResourceName(resource, name, type, address), viewer.may(rank, OPERATIONS)
    return AccountRow(id, where, username, description, set_at, number, level_name(rank), may, reset, version)
