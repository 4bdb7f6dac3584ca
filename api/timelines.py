"""An account's life, from the day it was added: what happened to it, who did it, and who held it when."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api.caller import Caller
from api.resources import ShownLevel
from api.shapes import ActorName, Moment, PathId, Shown
from commands.queries import ViewAccount
from commands.readings import ReadPasswordHistory
from projections import lives as queries
from projections.access import AccessProjection
from projections.audit import AuditProjection
from projections.lives import Window

router = APIRouter(tags=["accounts"])
Outcome = Literal["done", "refused", "unreadable"]


class Happening(Shown):
    position: int
    recorded_at: datetime
    topic: str
    title: str
    actor: ActorName
    outcome: Outcome


class Mark(Shown):
    """Events of one kind that a picture cannot tell apart: `times` of them, the last at `position`."""

    topic: str
    title: str
    outcome: Outcome
    times: int
    first_at: datetime
    last_at: datetime
    position: int


class Held(Shown):
    """What somebody had on the account, from the event at `begun` to that at `ended`; that one is null while it lasts,
    and when it ended by itself, at `ended_at`. `resource` is where the account stood then, null for a share of its own.
    """

    holder: ActorName
    level: ShownLevel
    ground: Literal["owner", "account", "resource"]
    resource: str | None
    begun: int
    begun_at: datetime
    ended: int | None
    ended_at: datetime | None
    until: datetime | None


class Timeline(Shown):
    """`items` are the last two hundred events before `ends`, newest first; `marks` tell of all of them, oldest first.
    `complete`: others' disclosures, shares and refusals are among them. `more_held`: so many held it that these are not
    all."""

    items: list[Happening]
    marks: list[Mark]
    held: list[Held]
    more_held: bool
    complete: bool
    ends: datetime


@router.get("/accounts/{account_id}/timeline")
async def get_timeline(
    account_id: PathId,
    caller: Caller,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    to: Annotated[Moment | None, Query()] = None,
) -> Timeline:
    """What happened to an account and who held it, its whole life unless said. That it was read is recorded, as with
    its past passwords."""
    window = Window(caller.now, since, to)
    await caller.ask(ReadPasswordHistory(account_id=account_id))
    async with caller.reading(ViewAccount(account_id), AuditProjection, AccessProjection) as (db, viewer):
        items, complete = await queries.list_timeline(db, viewer, account_id, window)
        marks = await queries.list_marks(db, viewer, account_id, window)
        held, more = await queries.list_held(db, viewer, account_id, window)
    found = {"items": items, "marks": marks, "held": held, "more_held": more, "complete": complete}
    return Timeline.model_validate({**found, "ends": window.ends}, from_attributes=True)
