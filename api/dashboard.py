"""The first page: what there is, what needs somebody, and what happened lately. Numbers of what its viewer sees."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from api.caller import Caller
from api.shapes import Shown
from commands.queries import ListAccounts, LookAround
from domain.access import Operation
from projections import dashboard as queries
from projections.access import AccessProjection
from projections.accounts import AccountsProjection
from projections.audit import AuditProjection
from projections.resets import ResetsProjection
from projections.resources import ResourcesProjection
from projections.users import UsersProjection

router = APIRouter(tags=["dashboard"])
READS = (AccessProjection, AccountsProjection, ResourcesProjection, ResetsProjection, UsersProjection)
LONGEST = 92


class Counts(Shown):
    """`people` is null for those who may not list users; `ages`: set within 30, 90, 180 days, and before."""

    resources: int
    accounts: int
    people: int | None
    resets_running: int
    in_doubt: int
    ages: list[int]


class Need(Shown):
    """A reset that somebody has to look at."""

    reset_id: UUID
    account_id: UUID
    account: str
    resource: str
    state: Literal["open", "attempting", "failed", "in_doubt"]
    because: str | None
    since: datetime


class Needs(Shown):
    items: list[Need]
    total: int


class Dashboard(Shown):
    counts: Counts
    needs: Needs


class Day(Shown):
    """In UTC; every event is counted once."""

    day: date
    disclosed: int
    changed: int
    refused: int
    other: int


class Activity(Shown):
    """`whose`: everybody's for those who may read the audit trail, the caller's own for others."""

    whose: Literal["everybody", "own"]
    days: list[Day]


@router.get("/dashboard")
async def get_dashboard(caller: Caller) -> Dashboard:
    """What one sees, counted, and which resets need somebody."""
    async with caller.reading(ListAccounts(), *READS) as (db, viewer):
        counts, needs = await queries.count_visible(db, viewer), await queries.list_needs(db, viewer)
    return Dashboard(counts=Counts.model_validate(counts), needs=Needs.model_validate(needs))


@router.get("/dashboard/activity")
async def get_activity(caller: Caller, days: Annotated[int, Query(ge=1, le=LONGEST)] = 30) -> Activity:
    """How much happened on each of the last days. Numbers alone: reading them is not reading the trail."""
    async with caller.reading(LookAround(), AuditProjection) as (db, viewer):
        found = await queries.count_activity(db, viewer, days)
    whose: Literal["everybody", "own"] = "everybody" if Operation.AUDIT_READ in viewer.operations else "own"
    return Activity(whose=whose, days=[Day.model_validate(row) for row in found])
