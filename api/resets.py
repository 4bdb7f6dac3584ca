"""Resets: asking for one, and following what the worker does about it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter

from api.caller import Caller, Once, Visitor
from api.shapes import ActorName, Body, Created, Done, Id, Listed, PathId, Reason, Shown, Ticket
from commands.queries import ViewAccount
from commands.repairs import RepairAccount
from commands.resets import OpenReset
from domain.resets import Reset as ResetOf
from projections import resets as queries
from projections.access import AccessProjection
from projections.resets import ResetsProjection
from projections.users import UsersProjection

router = APIRouter(tags=["resets"])
READS = (ResetsProjection, AccessProjection, UsersProjection)


class ResetBody(Body):
    reason: Reason
    ticket: Ticket | None = None
    batch_id: Id | None = None


class ResetStep(Shown):
    at: datetime
    what: str
    detail: str


class Reset(Shown):
    id: UUID
    account_id: UUID
    state: Literal["open", "attempting", "confirmed", "failed", "in_doubt"]
    requested_by: ActorName
    reason: str | None
    opened_at: datetime
    attempts: int
    steps: list[ResetStep]
    ended_at: datetime | None
    because: str | None
    next_step: str | None


class ResetList(Listed[Reset]):
    pass


@router.post("/accounts/{account_id}/resets", status_code=201)
async def open_reset(account_id: PathId, body: ResetBody, caller: Caller, once: Once) -> Created:
    """Have the password changed on the resource itself. A worker does it; follow it by its id."""
    done = await caller.create(OpenReset(account_id=account_id, batch_id=body.batch_id), once, body.reason, body.ticket)
    return Created(id=done.value, position=done.position)


@router.post("/accounts/{account_id}/repair")
async def repair_account(account_id: PathId, body: ResetBody, caller: Caller) -> Done:
    """Have the reset that left it in doubt go on now. If the resource has helpers, they set the new password."""
    done = await caller.execute(RepairAccount(account_id=account_id), body.reason, body.ticket)
    return Done(position=done.position)


@router.get("/accounts/{account_id}/resets")
async def list_resets(account_id: PathId, caller: Caller) -> ResetList:
    """The last fifty, newest first."""
    async with caller.reading(ViewAccount(account_id), *READS) as (db, viewer):
        found = await queries.list_resets(db, viewer, account_id)
    return ResetList(items=[Reset.model_validate(row) for row in found])


@router.get("/resets/{reset_id}")
async def get_reset(reset_id: PathId, caller: Caller) -> Reset:
    account_id = await account_of(caller, reset_id)
    found = await caller.find(ViewAccount(account_id), queries.get_reset, reset_id, *READS)
    return Reset.model_validate(found)


async def account_of(caller: Visitor, reset_id: UUID) -> UUID:
    """The account whose reset this is. For a reset that is not there, an account that is not there either."""
    reset = await caller.services.vault.look(caller.author).find(ResetOf, reset_id)
    return reset_id if reset is None else reset.account_id
