"""Alarms that nobody has settled yet. They are raised beside the read models; here lies up to when each was settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from domain.access import Operation
from domain.alarms import AlarmClosing
from ops.database import Async
from ops.ledger.log import Record
from projections.base import Poison, Projection, Rows
from projections.viewer import Viewer

CLOSE: LiteralString = (
    "insert into closings as c (kind, name, position, seen_at) values (%s, %s, %s, %s)"
    " on conflict (kind, name, position) do update set seen_at = greatest(c.seen_at, excluded.seen_at)"
)


class AlarmsProjection(Projection):
    """Up to when each alarm was settled. Nothing else is asked for the list: it must be there when others are not."""

    name = "alarms"
    version = 1
    follows = (AlarmClosing,)
    on_poison = Poison.PARK
    schema = """
        create table closings (
          kind text not null, name text not null, position bigint not null, seen_at timestamptz not null,
          primary key (kind, name, position)
        );
    """

    def apply(self, event: Any, record: Record, rows: Rows) -> None:
        """No closing reaches beyond its own record: one that somebody forged does not settle the alarm about itself."""
        match event:
            case AlarmClosing.Closed():
                seen_at = min(event.seen_at, record.recorded_at)
                rows.execute(CLOSE, event.kind.value, event.name, event.position, seen_at)


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """Something that people must look at."""

    kind: str
    name: str
    position: int
    detail: str
    times: int
    first_at: datetime
    last_at: datetime


OPEN: LiteralString = (
    "select a.kind, a.name, a.position, a.detail, a.times, a.first_at, a.last_at from views.alarms a"
    " left join closings c using (kind, name, position)"
    " where c.seen_at is null or c.seen_at < a.last_at order by a.last_at desc limit %s"
)


async def list_alarms(db: Async, viewer: Viewer, limit: int = 200) -> list[AlarmRow]:
    """Those that are open, the latest first."""
    viewer.needs(Operation.AUDIT_READ)
    return [AlarmRow(*row) for row in await (await db.execute(OPEN, (limit,), prepare=True)).fetchall()]
