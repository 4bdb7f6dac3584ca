"""The audit trail, and the catalogue of everything that can stand in it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field, StringConstraints

from api.caller import Caller
from api.listing import Cursor, Search
from api.problems import NotYet
from api.shapes import ActorName, Id, Listed, Moment, Shown
from commands.queries import LookAround, ViewAuditTrail
from commands.readings import ReadAuditTrail
from domain.errors import NotFound
from ops.ledger.topics import Topic
from projections import audit_trail as queries
from projections.audit import AuditProjection
from projections.audit_trail import Filters
from projections.details import plain
from projections.pages import MOST, Page

router = APIRouter(tags=["audit"])
TopicName = Annotated[str, StringConstraints(pattern="^[a-z][a-z.-]{1,60}$")]
Outcome = Literal["done", "refused", "unreadable"]


class AuditEntry(Shown):
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
    outcome: Outcome


class AuditEntryList(Listed[AuditEntry]):
    pass


class AuditDetail(AuditEntry):
    """All that there is to know; `entry_hash` is the leaf by which the row is proved against the log."""

    stream: UUID
    version: int
    author: str
    details: dict[str, object]
    request_id: UUID | None
    channel: str
    entry_hash: str


class EventType(Shown):
    topic: str
    title: str
    severity: str
    ocsf_class: str
    schema_version: Annotated[int, Field(serialization_alias="schema")]
    author: list[str]
    personal_fields: list[str]


class EventTypeList(Listed[EventType]):
    pass


async def filters(
    actor: Annotated[Id | None, Query()] = None,
    object: Annotated[Id | None, Query()] = None,
    topic: Annotated[list[TopicName] | None, Query(max_length=20)] = None,
    outcome: Annotated[Outcome | None, Query()] = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    to: Annotated[Moment | None, Query()] = None,
    q: Search | None = None,
) -> Filters:
    """Which entries are wanted."""
    return Filters(actor, object, tuple(sorted(topic or ())), outcome, since, to, q)


@router.get("/audit")
async def list_audit(
    caller: Caller,
    wanted: Annotated[Filters, Depends(filters)],
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    cursor: Annotated[Cursor | None, Query()] = None,
) -> AuditEntryList:
    """The newest first. That it was read is recorded: once a session, question and five minutes."""
    await caller.ask(ReadAuditTrail(question=question_of(wanted)))
    async with caller.reading(ViewAuditTrail(), AuditProjection) as (db, viewer):
        found = await queries.list_audit(db, viewer, Page(limit, None, cursor), wanted)
    items = [AuditEntry.model_validate(row) for row in found.items]
    return AuditEntryList(items=items, next_cursor=found.next_cursor)


@router.get("/audit/{position}")
async def get_audit_entry(position: Annotated[int, Path(ge=1, lt=1 << 62)], caller: Caller) -> AuditDetail:
    await caller.ask(ReadAuditTrail(question=f"position {position}"))
    async with caller.reading(ViewAuditTrail(), AuditProjection) as (db, viewer):
        found = await queries.get_audit(db, viewer, position)
    if found is None:
        raise NotYet if await caller.services.log.read(position - 1, 1) else NotFound
    return AuditDetail.model_validate(found)


@router.get("/event-types")
async def list_event_types(caller: Caller) -> EventTypeList:
    """Every kind of event there is: what it is called, how loud it is, what of it is personal."""
    await caller.ask(LookAround())
    topics = sorted(caller.services.topics, key=lambda topic: topic.name)
    return EventTypeList(items=[event_type(topic) for topic in topics])


def event_type(topic: Topic) -> EventType:
    about = topic.about
    return EventType(
        topic=topic.name,
        title=about.title,
        severity=about.severity.name.lower(),
        ocsf_class=about.ocsf.name.lower(),
        schema_version=topic.schema,
        author=[author.name.lower() for author in about.authors],
        personal_fields=list(about.personal),
    )


def question_of(wanted: Filters) -> str:
    """The filters as the record of the reading keeps them."""
    asked = {name: plain(getattr(wanted, name)) for name in Filters.__dataclass_fields__ if getattr(wanted, name)}
    return json.dumps(asked, ensure_ascii=False, sort_keys=True)
