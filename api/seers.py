"""Who could see or use an account at a moment of the past, and by what: for auditors."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from api.caller import Caller
from api.resources import ShownLevel
from api.shapes import Listed, Moment, PathId, Shown
from commands.queries import ViewAuditTrail
from commands.readings import ReadAuditTrail
from domain.errors import NotFound
from projections.access import AccessProjection
from projections.audit import AuditProjection
from projections.audit_trail import position_at
from projections.details import rfc3339
from projections.seers import names_of, who_could_see
from projections.users import UsersProjection

router = APIRouter(tags=["audit"])
READS = (AuditProjection, AccessProjection, UsersProjection)


class SeerName(Shown):
    """By the name that he has now."""

    id: UUID
    username: str


class Seer(Shown):
    """`since` is the position of the event that gave him that: it says who did, and why. `may`: what his roles of that
    moment let him do with it."""

    user: SeerName
    level: ShownLevel
    ground: Literal["owner", "everything", "account", "resource"]
    since: int
    until: datetime | None
    may: list[Literal["account.view", "account.disclose", "account.change", "account.reset", "access.change"]]


class SeerList(Listed[Seer]):
    """As the log stood at `position`, the last that was recorded by then, at `recorded_at`."""

    position: int
    recorded_at: datetime


@router.get("/accounts/{account_id}/seers")
async def list_seers(account_id: PathId, caller: Caller, at: Annotated[Moment | None, Query()] = None) -> SeerList:
    """Everybody who could see or use the account at that moment, now unless said. That it was asked is recorded."""
    at = at or caller.now
    await caller.ask(ReadAuditTrail(question=f"who could see account {account_id} at {rfc3339(at)}"))
    async with caller.reading(ViewAuditTrail(), *READS) as (db, viewer):
        found = await position_at(db, viewer, at)
        if found is None:
            raise NotFound("Nothing had been recorded by then.")
        position, recorded_at = found
        seers = await who_could_see(db, viewer, account_id, position, at)
        names = await names_of(db, seers)
    items = [
        Seer.model_validate({**asdict(each), "user": {"id": each.id, "username": names.get(each.id, "")}})
        for each in sorted(seers, key=lambda each: names.get(each.id, "").lower())
    ]
    return SeerList(items=items, next_cursor=None, position=position, recorded_at=recorded_at)
