"""The feed: events in the order in which they happened, for systems that fetch them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.caller import Caller
from commands.queries import TakeAuditTrail
from commands.readings import ReadAuditTrail
from ops.siem.entry import Entry
from projections.audit import AuditProjection
from projections.audit_feed import pulled, teller
from projections.pages import MOST
from projections.telling import LINES

router = APIRouter(tags=["siem"])
Format = Literal["jsonl", "ocsf", "ocsf-1.9", "ecs", "cloudevents", "cef", "leef"]
LAST = "strongroom-last"
ANSWERS: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}


@router.get("/siem/events", response_class=Response, responses=ANSWERS)
async def pull_events(
    caller: Caller,
    after: Annotated[int, Query(ge=0, lt=1 << 62)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
    format: Annotated[Format, Query()] = "ocsf",
) -> Response:
    """A line an event, from right behind `after` on. The header `Strongroom-Last` is what to say as `after` next: the
    position of the last one, or the same again when there is none yet. That it was fetched is recorded: once a session
    and five minutes."""
    await caller.ask(ReadAuditTrail(question="events for a SIEM system"))
    tell = teller(caller.services.log_id, caller.services.topics)
    async with caller.reading(TakeAuditTrail(), AuditProjection) as (db, viewer):
        found = await pulled(db, viewer, tell, after, limit)
    written = "".join(f"{LINES[format](entry)}\n" for entry in found)
    return Response(written, media_type="text/plain; charset=utf-8", headers={LAST: str(_last(found, after))})


def _last(found: list[Entry], after: int) -> int:
    return found[-1].position if found else after
