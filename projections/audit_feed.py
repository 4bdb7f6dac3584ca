"""The audit trail in the order in which it happened, as it is told to other systems."""

from __future__ import annotations

from collections.abc import Callable
from typing import LiteralString
from uuid import UUID

from domain.access import Operation
from domain.base import Ocsf, Severity
from ops.database import Async
from ops.ledger.entry import microseconds
from ops.ledger.topics import Topics
from ops.product import VERSION
from ops.siem.entry import Entry
from projections.actors import UNKNOWN, ActorName
from projections.audit_trail import COLUMNS, MORE, NAMES, EntryDetail, detail_of
from projections.details import rfc3339
from projections.viewer import Viewer

Tell = Callable[[EntryDetail], Entry]
BEHIND: LiteralString = (
    "with page as materialized (select * from entries where position > %s order by position limit %s)"
    f" select {COLUMNS}{MORE} from page e {NAMES} order by e.position"
)


async def behind(db: Async, tell: Tell, after: int, limit: int) -> list[Entry]:
    """The entries right behind a position, for whoever sends them on: without a gap, or none."""
    rows = await (await db.execute(BEHIND, (after, limit), prepare=True)).fetchall()
    found = [tell(detail_of(row)) for row in rows]
    return [each for number, each in enumerate(found, after + 1) if each.position == number]


async def pulled(db: Async, viewer: Viewer, tell: Tell, after: int, limit: int) -> list[Entry]:
    """The same for somebody who may take copies of the trail."""
    viewer.needs(Operation.AUDIT_EXPORT)
    return await behind(db, tell, after, limit)


def teller(log_id: UUID, topics: Topics) -> Tell:
    """An entry of the trail → what is told of it elsewhere."""

    def tell(row: EntryDetail) -> Entry:
        topic = topics.get(row.topic)
        about = None if topic is None else topic.about
        return Entry(
            log_id, VERSION, row.position, rfc3339(row.recorded_at), microseconds(row.recorded_at), row.topic,
            1 if topic is None else topic.schema, row.title,
            int(Ocsf.DETECTION_FINDING if about is None else about.ocsf), int(Severity[row.severity.upper()]),
            row.actor.kind, str(row.actor.id), _named(row.actor),
            None if row.object is None else row.object.kind,
            str(row.stream if row.object is None else row.object.id), _named(row.object), row.summary,
            row.reason, row.ticket, _text(row.session_id), _text(row.request_id), row.channel, str(row.stream),
            row.version, row.entry_hash, row.details, () if about is None else about.personal,
        )  # fmt: skip

    return tell


def _named(who: ActorName | None) -> str | None:
    return None if who is None or who.name == UNKNOWN else who.name


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
