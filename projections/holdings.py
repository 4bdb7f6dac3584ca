"""Holdings: what somebody owns, by the names that the rows of an import are held against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import LiteralString

from domain.access import Operation
from domain.forecasts import Holding, Known
from domain.ids import folded
from domain.resources import ResourceType
from ops.database import Async
from projections.viewer import Viewer

OWN: LiteralString = (
    "select r.id, r.name, r.type, r.address, r.port from owned o join standing s on s.list = o.list"
    " join resources r on r.id = s.resource where o.owner = %s and o.valid_to is null"
)
USERNAMES: LiteralString = (
    "select p.resource, a.username from placed p join accounts a on a.id = p.account"
    " where p.resource = any(%s) and p.valid_to is null"
)


async def list_holdings(db: Async, viewer: Viewer, names: Collection[str]) -> Mapping[str, Holding]:
    """Those of the viewer's own resources that have these folded names. Reads access, resources and accounts."""
    viewer.needs(Operation.ACCOUNT_ADD)
    rows = await (await db.execute(OWN, (viewer.id,), prepare=True)).fetchall()
    own = [Known(id, name, ResourceType(kind), *place) for id, name, kind, *place in rows if folded(name) in names]
    on: dict[object, set[str]] = defaultdict(set)
    for resource, username in await (await db.execute(USERNAMES, ([each.id for each in own],))).fetchall():
        on[resource].add(username)
    return {folded(each.name): Holding(each, frozenset(on[each.id])) for each in own}
