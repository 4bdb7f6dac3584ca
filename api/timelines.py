"""An account's life, from the day it was added: what happened to it, and who did it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fastapi import APIRouter

from api.caller import Caller
from api.shapes import ActorName, PathId, Shown
from commands.queries import ViewAccount
from commands.readings import ReadPasswordHistory
from projections import audit_trail as queries
from projections.access import AccessProjection
from projections.audit import AuditProjection

router = APIRouter(tags=["accounts"])


class Happening(Shown):
    position: int
    recorded_at: datetime
    topic: str
    title: str
    actor: ActorName
    outcome: Literal["done", "refused", "unreadable"]


class Timeline(Shown):
    """The last two hundred, newest first. `complete`: others' disclosures, shares and refusals are among them."""

    items: list[Happening]
    complete: bool


@router.get("/accounts/{account_id}/timeline")
async def get_timeline(account_id: PathId, caller: Caller) -> Timeline:
    """What happened to an account. That it was read is recorded, as with its past passwords."""
    await caller.ask(ReadPasswordHistory(account_id=account_id))
    async with caller.reading(ViewAccount(account_id), AuditProjection, AccessProjection) as (db, viewer):
        found, complete = await queries.list_timeline(db, viewer, account_id)
    return Timeline(items=[Happening.model_validate(row) for row in found], complete=complete)
