"""Ways as people set them up: who changes the passwords of a resource, over which host, and what helpers have met."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from domain.access import Operation
from domain.helpers import Helper
from domain.host_keys import fingerprint
from domain.resources import Resource
from ops.database import Async
from ops.ledger.log import Record
from projections.access import VISIBLE_ACCOUNTS, VISIBLE_RESOURCES, parameters
from projections.base import Poison, Projection, Rows
from projections.viewer import Viewer

SET: LiteralString = "update ways set login_id = %s, elevation = %s, root_id = %s where resource = %s"
OVER: LiteralString = "update ways set jump_id = %s where resource = %s"
REFUSED: LiteralString = "update helpers set refused = %s, refused_at = %s where id = %s"
KEYED: LiteralString = "update helpers set public_key = %s, key_set_at = %s where id = %s"


class WaysProjection(Projection):
    """How passwords are changed, by resource; and what is known of accounts that help, by account."""

    name = "ways"
    version = 1
    follows = (Resource, Helper)
    on_poison = Poison.PARK
    schema = """
        create table ways (
          resource uuid primary key, login_id uuid, elevation text not null, root_id uuid, jump_id uuid
        ) with (fillfactor = 90);
        create table helpers (
          id uuid primary key, account uuid not null, refused bigint, refused_at timestamptz, public_key text,
          key_set_at timestamptz
        ) with (fillfactor = 80);
    """
    indexes = "create index on helpers (account); create index on ways (login_id); create index on ways (root_id)"
    copied = {  # noqa: RUF012
        "ways": ("uuid", "uuid", "text", "uuid", "uuid"),
        "helpers": ("uuid", "uuid", "int8", "timestamptz", "text", "timestamptz"),
    }

    def apply(self, event: Any, record: Record, rows: Rows) -> None:
        stream, at = record.stream, record.recorded_at
        match event:
            case Resource.Added():
                rows.add("ways", stream, None, "none", None, None)
            case Resource.ResetWaySet():
                rows.execute(SET, event.login_id, event.elevation.value, event.root_id, stream)
            case Resource.JumpHostSet():
                rows.execute(OVER, event.jump_id, stream)
            case Helper.Opened():
                rows.add("helpers", stream, event.account_id, None, None, None, None)
            case Helper.PasswordRefused():
                rows.execute(REFUSED, event.number, at, stream)
            case Helper.RefusalLifted():
                rows.execute(REFUSED, None, None, stream)
            case Helper.KeySet():
                rows.execute(KEYED, event.public_key, at, stream)
            case Helper.KeyRemoved():
                rows.execute(KEYED, None, None, stream)


@dataclass(frozen=True, slots=True)
class Named:
    """Something by its name; without one it is not the viewer's to know of."""

    id: UUID
    name: str | None


@dataclass(frozen=True, slots=True)
class WayRow:
    """How the passwords of a resource's accounts are changed."""

    elevation: str
    login: Named | None
    root: Named | None
    jump_host: Named | None
    version: int


@dataclass(frozen=True, slots=True)
class HelperRow:
    """What is known of an account as a helper. `refused_at`: its present password was refused then."""

    helps: bool
    refused_at: datetime | None
    public_key: str | None
    key_fingerprint: str | None
    key_set_at: datetime | None


WAY: LiteralString = (
    f"with {VISIBLE_RESOURCES}, {VISIBLE_ACCOUNTS} select w.elevation, w.login_id, l.username, w.root_id, o.username,"
    " w.jump_id, j.name, r.version from visible_resources v join resources r on r.id = v.resource"
    " join ways w on w.resource = r.id"
    " left join visible_accounts vl on vl.account = w.login_id left join accounts l on l.id = vl.account"
    " left join visible_accounts vo on vo.account = w.root_id left join accounts o on o.id = vo.account"
    " left join visible_resources vj on vj.resource = w.jump_id left join resources j on j.id = vj.resource"
    " where r.id = %s"
)
HELPER: LiteralString = (
    f"with {VISIBLE_ACCOUNTS} select exists (select from ways w where a.id in (w.login_id, w.root_id)),"
    " case when h.refused = a.password_number then h.refused_at end, h.public_key, h.key_set_at"
    " from visible_accounts v join accounts a on a.id = v.account left join helpers h on h.account = a.id"
    " where a.id = %s"
)


async def get_way(db: Async, viewer: Viewer, resource: UUID) -> WayRow | None:
    """None whether it is not there or not the viewer's to know of. Reads ways, resources, accounts and access."""
    viewer.needs(Operation.RESOURCE_VIEW)
    given = (*parameters(viewer), *parameters(viewer), resource)
    row = await (await db.execute(WAY, given, prepare=True)).fetchone()
    if row is None:
        return None
    elevation, login, login_name, root, root_name, jump, jump_name, version = row
    return WayRow(elevation, _named(login, login_name), _named(root, root_name), _named(jump, jump_name), version)


async def get_helper(db: Async, viewer: Viewer, account: UUID) -> HelperRow | None:
    """None whether it is not there or not the viewer's to know of. Reads ways, accounts and access."""
    viewer.needs(Operation.ACCOUNT_VIEW)
    row = await (await db.execute(HELPER, (*parameters(viewer), account), prepare=True)).fetchone()
    if row is None:
        return None
    helps, refused_at, public_key, key_set_at = row
    return HelperRow(helps, refused_at, public_key, public_key and fingerprint(public_key), key_set_at)


def _named(id: UUID | None, name: str | None) -> Named | None:
    return None if id is None else Named(id, name)
