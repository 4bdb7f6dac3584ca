"""Batches of resets: many accounts asked for in one go, each opened and followed by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.caller import Caller, Once
from api.listing import Paged
from api.shapes import Body, Created, Id, Listed, PathId, Reason, Shown, Ticket
from commands.batches import ListOwnBatches, OpenBatch, ViewBatch
from domain.batches import MOST
from projections import batches as queries
from projections.access import AccessProjection
from projections.accounts import AccountsProjection
from projections.batches import BatchesProjection
from projections.resets import ResetsProjection
from projections.resources import ResourcesProjection

router = APIRouter(tags=["resets"])
COUNTED = (BatchesProjection, AccessProjection, AccountsProjection, ResetsProjection)
READS = (*COUNTED, ResourcesProjection)


class BatchBody(Body):
    account_ids: Annotated[list[Id], Field(min_length=1, max_length=MOST)]
    reason: Reason
    ticket: Ticket | None = None


class Counts(Shown):
    """Of the accounts that one still sees; `unopened` have no reset by this batch, or not yet."""

    confirmed: int
    running: int
    failed: int
    in_doubt: int
    unopened: int


class BatchName(Shown):
    id: UUID
    reason: str | None
    opened_at: datetime
    size: int
    counts: Counts


class BatchItem(Shown):
    """One account; without a state its reset was not opened, or not yet."""

    account_id: UUID
    username: str
    resource_id: UUID
    resource: str
    reset_id: UUID
    state: Literal["open", "attempting", "confirmed", "failed", "in_doubt"] | None
    because: str | None
    next_step: str | None
    ended_at: datetime | None


class Batch(Shown):
    """With those of its accounts that one sees."""

    id: UUID
    reason: str | None
    opened_at: datetime
    size: int
    items: list[BatchItem]


class BatchList(Listed[BatchName]):
    pass


@router.post("/batches", status_code=201)
async def open_batch(body: BatchBody, caller: Caller, once: Once) -> Created:
    """Say which accounts are to be reset. Then open each reset with this batch's id; twice is the same as once."""
    command = OpenBatch(account_ids=tuple(body.account_ids))
    done = await caller.create(command, once, body.reason, body.ticket)
    return Created(id=done.value, position=done.position)


@router.get("/batches")
async def list_batches(caller: Caller, page: Paged) -> BatchList:
    """One's own, newest first; sorted by opened_at or size."""
    async with caller.reading(ListOwnBatches(), *COUNTED) as (db, viewer):
        found = await queries.list_batches(db, viewer, page)
    return BatchList(items=[BatchName.model_validate(row) for row in found.items], next_cursor=found.next_cursor)


@router.get("/batches/{batch_id}")
async def get_batch(batch_id: PathId, caller: Caller) -> Batch:
    """How far it has come, account by account."""
    return Batch.model_validate(await caller.find(ViewBatch(batch_id), queries.get_batch, batch_id, *READS))
