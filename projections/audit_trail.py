"""Questions to the audit trail, for those whose operations include reading it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

import msgspec

from domain.access import Operation
from ops.database import Async
from projections.actors import UNKNOWN, ActorName, actor_name
from projections.pages import MOST, Listed, Page, matching, position_after, position_cursor
from projections.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Filters:
    """Which entries are wanted; None is all of them."""

    actor: UUID | None = None
    object: UUID | None = None
    topic: Sequence[str] = ()
    outcome: str | None = None
    after: datetime | None = None
    before: datetime | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One event, as people read it; names are those of its moment."""

    position: int
    recorded_at: datetime
    topic: str
    title: str
    severity: str
    actor: ActorName
    object: ActorName | None
    summary: str
    reason: str | None
    ticket: str | None
    session_id: UUID | None
    outcome: str


@dataclass(frozen=True, slots=True)
class EntryDetail(EntryRow):
    """All that there is to know of it."""

    stream: UUID
    version: int
    author: str
    details: Mapping[str, object]
    request_id: UUID | None
    channel: str
    entry_hash: str


NAMES: LiteralString = """
    left join lateral (
      select n.name from names n where n.id = e.actor
      order by n.valid_from <= e.position desc,
        case when n.valid_from <= e.position then -n.valid_from else n.valid_from end limit 1
    ) actor on true
    left join parts whole on whole.stream = e.about and whole.kind = 'part'
    left join lateral (
      select n.name, n.kind from names n where n.id = coalesce(whole.whole, e.about)
      order by n.valid_from <= e.position desc,
        case when n.valid_from <= e.position then -n.valid_from else n.valid_from end limit 1
    ) object on true
    left join lateral (
      select h.whole from parts h where h.stream = coalesce(whole.whole, e.about) and h.kind = 'home'
      order by h.valid_from <= e.position desc,
        case when h.valid_from <= e.position then -h.valid_from else h.valid_from end limit 1
    ) home on true
    left join lateral (
      select n.name from names n where n.id = home.whole
      order by n.valid_from <= e.position desc,
        case when n.valid_from <= e.position then -n.valid_from else n.valid_from end limit 1
    ) place on true
"""
COLUMNS: LiteralString = (
    "e.position, e.recorded_at, e.topic, e.title, e.severity, e.actor_kind, e.actor, actor.name,"
    " coalesce(object.kind, e.about_kind), coalesce(whole.whole, e.about), object.name, place.name,"
    " e.summary, e.reason, e.ticket, e.session_id, e.outcome"
)
MORE: LiteralString = ", e.stream, e.version, e.author, e.details, e.request_id, e.channel, e.entry_hash"
ABOUT: LiteralString = (
    "e.about = any(array(select %s::uuid union select stream from parts where whole = %s and kind = 'part'))"
)
SAYS: LiteralString = (
    "(e.title ilike %s or e.summary ilike %s or e.reason ilike %s or e.ticket ilike %s"
    " or e.actor in (select id from names where name ilike %s)"
    " or e.about in (select id from names where name ilike %s)"
    " or e.about in (select p.stream from parts p join names n on n.id = p.whole where n.name ilike %s))"
)


async def list_audit(db: Async, viewer: Viewer, page: Page, filters: Filters) -> Listed[EntryRow]:
    """The newest first."""
    viewer.needs(Operation.AUDIT_READ)
    return (await _page(db, page, filters, COLUMNS)).map(row_of)


async def list_whole(db: Async, viewer: Viewer, page: Page, filters: Filters) -> Listed[EntryDetail]:
    """The same with everything that there is to know of each, for whoever takes a copy."""
    viewer.needs(Operation.AUDIT_EXPORT)
    return (await _page(db, page, filters, COLUMNS + MORE)).map(detail_of)


async def count_audit(db: Async, viewer: Viewer, filters: Filters) -> tuple[int, int]:
    """How many entries match, and up to which position there are any: what comes later is not among them."""
    viewer.needs(Operation.AUDIT_EXPORT)
    conditions, params = _where(filters, None)
    statement: LiteralString = (
        "select count(*), (select coalesce(max(position), 0) from entries) from entries e where "
        + " and ".join(conditions)
    )
    row = await (await db.execute(statement, tuple(params))).fetchone()
    return (0, 0) if row is None else (row[0], row[1])


async def get_audit(db: Async, viewer: Viewer, position: int) -> EntryDetail | None:
    """One entry with everything in it."""
    viewer.needs(Operation.AUDIT_READ)
    statement: LiteralString = f"select {COLUMNS}{MORE} from entries e {NAMES} where e.position = %s"
    row = await (await db.execute(statement, (position,), prepare=True)).fetchone()
    return None if row is None else detail_of(row)


async def position_at(db: Async, viewer: Viewer, moment: datetime) -> tuple[int, datetime] | None:
    """The last position recorded by `moment`, and when that was: what `as_of` means."""
    viewer.needs(Operation.AUDIT_READ)
    statement: LiteralString = (
        "select position, recorded_at from entries where recorded_at <= %s"
        " order by recorded_at desc, position desc limit 1"
    )
    row = await (await db.execute(statement, (moment,), prepare=True)).fetchone()
    return None if row is None else (row[0], row[1])


async def _page(db: Async, page: Page, filters: Filters, columns: LiteralString) -> Listed[tuple[Any, ...]]:
    limit = max(1, min(page.limit, MOST))
    conditions, params = _where(filters, page.cursor)
    inner: LiteralString = "select e.position from entries e where " + " and ".join(conditions)
    statement: LiteralString = (
        f"select {columns} from entries e {NAMES} where e.position in"
        f" ({inner} order by e.position desc limit %s) order by e.position desc"
    )
    found = await (await db.execute(statement, (*params, limit + 1))).fetchall()
    return Listed(found[:limit], position_cursor(found[limit - 1][0]) if len(found) > limit else None)


def _where(filters: Filters, cursor: str | None) -> tuple[list[LiteralString], list[object]]:
    """The conditions that were asked for, and their parameters in order."""
    like = None if filters.q is None else matching(filters.q)
    asked: list[tuple[LiteralString, list[object], bool]] = [
        ("true", [], True),
        ("e.position < %s", [position_after(cursor)], cursor is not None),
        ("e.actor = %s", [filters.actor], filters.actor is not None),
        (ABOUT, [filters.object, filters.object], filters.object is not None),
        ("e.topic = any(%s)", [list(filters.topic)], bool(filters.topic)),
        ("e.outcome = %s", [filters.outcome], filters.outcome is not None),
        ("e.recorded_at >= %s", [filters.after], filters.after is not None),
        ("e.recorded_at < %s", [filters.before], filters.before is not None),
        (SAYS, [like] * 7, like is not None),
    ]
    chosen = [(condition, params) for condition, params, wanted in asked if wanted]
    return [condition for condition, _ in chosen], [each for _, params in chosen for each in params]


def row_of(row: tuple[Any, ...]) -> EntryRow:
    """A row of COLUMNS."""
    return EntryRow(*_fields(row))


def detail_of(row: tuple[Any, ...]) -> EntryDetail:
    """A row of COLUMNS and MORE."""
    stream, version, author, details, request_id, channel, entry_hash = row[17:]
    known = msgspec.json.decode(details)
    rest = stream, version, author, known, request_id, channel, bytes(entry_hash).hex()
    return EntryDetail(*(*_fields(row), *rest))


def _fields(row: tuple[Any, ...]) -> tuple[Any, ...]:
    kind, about, name, place = row[8:12]
    where = None if kind is None else ActorName(kind, about, _placed(name, place))
    return (*row[:5], actor_name(*row[5:8]), where, *row[12:17])


def _placed(name: str | None, place: str | None) -> str:
    """An account is told by its resource too: every system has a `root`."""
    if name is None:
        return UNKNOWN
    return name if place is None else f"{name} on {place}"
