"""Resources as people browse them: what they own and what is shared with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from domain.access import Operation
from domain.host_keys import fingerprint
from domain.resources import Resource
from ops.database import Async
from ops.ledger.log import Record
from projections.access import VISIBLE_ACCOUNTS, VISIBLE_RESOURCES, OwnerName, parameters
from projections.base import Poison, Projection, Rows
from projections.pages import Column, Listed, Page, Sorting, matching
from projections.viewer import Viewer, level_name

CHANGE: LiteralString = (
    "update resources set name = %s, type = %s, address = %s, port = %s, description = %s, version = %s where id = %s"
)
PIN: LiteralString = "update resources set host_key_fingerprint = %s, version = %s where id = %s"
VERSION: LiteralString = "update resources set version = %s where id = %s"
OPERATIONS = frozenset(
    {
        Operation.RESOURCE_VIEW,
        Operation.RESOURCE_CHANGE,
        Operation.RESOURCE_TRANSFER,
        Operation.ACCOUNT_ADD,
        Operation.ACCESS_VIEW,
        Operation.ACCESS_CHANGE,
    }
)


class ResourcesProjection(Projection):
    """Systems by name and place."""

    name = "resources"
    version = 2
    follows = (Resource,)
    on_poison = Poison.PARK
    schema = """
        create table resources (
          id uuid primary key, name text not null, type text not null, address text not null, port integer,
          description text not null, host_key_fingerprint text, version bigint not null, created_at timestamptz not null
        ) with (fillfactor = 90);
    """
    copied = {  # noqa: RUF012
        "resources": ("uuid", "text", "text", "text", "int4", "text", "text", "int8", "timestamptz")
    }

    def apply(self, event: Any, record: Record, rows: Rows) -> None:
        stream, version = record.stream, record.version
        match event:
            case Resource.Added():
                place = event.name, event.type.value, event.address, event.port, event.description
                rows.add("resources", stream, *place, None, version, record.recorded_at)
            case Resource.Changed():
                place = event.name, event.type.value, event.address, event.port, event.description
                rows.execute(CHANGE, *place, version, stream)
            case Resource.HostKeyPinned():
                rows.execute(PIN, fingerprint(event.host_key), version, stream)
            case Resource.HostKeyUnpinned():
                rows.execute(PIN, None, version, stream)
            case Resource.ResetWaySet() | Resource.JumpHostSet():
                rows.execute(VERSION, version, stream)


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """A resource as its viewer sees it; `accounts` counts those that he sees."""

    id: UUID
    name: str
    type: str
    address: str
    port: int | None
    description: str
    owner: OwnerName
    host_key_fingerprint: str | None
    accounts: int
    level: str
    may: Sequence[str]
    version: int
    created_at: datetime


SORTS = {
    "name": Column("lower(r.name)", str),
    "type": Column("r.type", str),
    "address": Column("lower(r.address)", str),
    "created_at": Column("r.created_at", datetime),
}
FROM: LiteralString = (
    " from visible_resources v join resources r on r.id = v.resource"
    " join standing s on s.resource = r.id"
    " join owned o on o.list = s.list and o.valid_to is null left join users u on u.id = o.owner"
)
COLUMNS: LiteralString = (
    "r.id, r.name, r.type, r.address, r.port, r.description, o.owner, coalesce(u.username, ''),"
    " r.host_key_fingerprint, v.rank, r.version, r.created_at"
)
COUNT: LiteralString = (
    f"with {VISIBLE_ACCOUNTS} select resource, count(*) from visible_accounts where resource = any(%s)"
    " group by resource"
)
KEPT: LiteralString = "exists (select from stars where stars.user_id = %s and stars.object = r.id)"
MATCHES: LiteralString = "(%s::text is null or r.name ilike %s or r.address ilike %s or r.description ilike %s)"


async def list_resources(
    db: Async, viewer: Viewer, page: Page, q: str | None = None, type: str | None = None, kept: bool = False
) -> Listed[ResourceRow]:
    """The resources that `viewer` owns or has a share of; `kept`: of those his favourites, which reads preferences
    too. Reads resources, access and users."""
    viewer.needs(Operation.RESOURCE_VIEW)
    if kept:
        viewer.needs(Operation.OWN_PREFERENCES)
    sorting = Sorting(page, SORTS, "name", "r.id")
    statement: LiteralString = (
        f"with {VISIBLE_RESOURCES} select {COLUMNS}, {sorting.expression} {FROM} where {MATCHES}"
        f" and (%s::text is null or r.type = %s) and {KEPT if kept else 'true'} and {sorting.where}"
        f" order by {sorting.order}"
    )
    like, his = None if q is None else matching(q), (viewer.id,) if kept else ()
    given = (*parameters(viewer), like, like, like, like, type, type, *his, *sorting.params, sorting.limit)
    listed = sorting.page(await (await db.execute(statement, given)).fetchall())
    counts = await _counts(db, viewer, [row[0] for row in listed.items])
    return listed.map(lambda row: _row(viewer, row, counts))


async def get_resource(db: Async, viewer: Viewer, resource: UUID) -> ResourceRow | None:
    """One resource; None whether it is not there or not the viewer's to know of."""
    viewer.needs(Operation.RESOURCE_VIEW)
    statement: LiteralString = f"with {VISIBLE_RESOURCES} select {COLUMNS} {FROM} where r.id = %s"
    row = await (await db.execute(statement, (*parameters(viewer), resource), prepare=True)).fetchone()
    return None if row is None else _row(viewer, row, await _counts(db, viewer, [resource]))


async def _counts(db: Async, viewer: Viewer, resources: list[UUID]) -> dict[UUID, int]:
    if Operation.ACCOUNT_VIEW not in viewer.operations:
        return {}
    return dict(await (await db.execute(COUNT, (*parameters(viewer), resources), prepare=True)).fetchall())


def _row(viewer: Viewer, row: tuple[Any, ...], counts: dict[UUID, int]) -> ResourceRow:
    id, name, type, address, port, description, owner, username, pinned, rank, version, created_at, *_ = row
    may = viewer.may(rank, OPERATIONS)
    return ResourceRow(
        id, name, type, address, port, description, OwnerName(owner, username), pinned,
        counts.get(id, 0), level_name(rank), may, version, created_at,
    )  # fmt: skip
