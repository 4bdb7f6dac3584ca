"""What one keeps at hand for oneself: filters of the audit trail, favourites, what one used last."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import StringConstraints

from api.caller import Caller
from api.shapes import Body, Done, Id, Listed, Name, PathId, Shown
from commands.preferences import RemoveFilter, SaveFilter, StarAccount, StarResource, Unstar
from commands.queries import ViewAuditTrail, ViewPreferences
from projections import preferences as queries
from projections.access import AccessProjection
from projections.accounts import AccountsProjection
from projections.preferences import PreferencesProjection
from projections.resources import ResourcesProjection

router = APIRouter(tags=["preferences"])
Question = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
READS = (PreferencesProjection, AccessProjection, AccountsProjection, ResourcesProjection)


class FilterBody(Body):
    """`question` is the query of a list of the audit trail, as its address has it."""

    name: Name
    question: Question


class StarBody(Body):
    kind: Literal["resource", "account"]
    object_id: Id


class SavedFilter(Shown):
    id: UUID
    name: str
    question: str


class SavedFilterList(Listed[SavedFilter]):
    pass


class Kept(Shown):
    """A resource or an account; `resource` names where an account is."""

    kind: Literal["resource", "account"]
    id: UUID
    name: str
    resource: str | None
    at: datetime


class AtHand(Shown):
    favourites: list[Kept]
    last_used: list[Kept]


@router.get("/me/audit-filters")
async def list_audit_filters(caller: Caller) -> SavedFilterList:
    """One's own, by name."""
    async with caller.reading(ViewAuditTrail(), PreferencesProjection) as (db, viewer):
        found = await queries.list_filters(db, viewer)
    return SavedFilterList(items=[SavedFilter.model_validate(row) for row in found])


@router.post("/me/audit-filters")
async def save_audit_filter(body: FilterBody, caller: Caller) -> Done:
    """Keep it under its name; one that had this name before is replaced."""
    return Done(position=(await caller.execute(SaveFilter(name=body.name, question=body.question))).position)


@router.delete("/me/audit-filters/{filter_id}")
async def remove_audit_filter(filter_id: PathId, caller: Caller) -> Done:
    return Done(position=(await caller.execute(RemoveFilter(filter_id=filter_id))).position)


@router.get("/me/at-hand")
async def list_at_hand(caller: Caller) -> AtHand:
    """Favourites, and the accounts whose passwords one was shown last: as far as one can still see them."""
    async with caller.reading(ViewPreferences(), *READS) as (db, viewer):
        stars, used = await queries.list_stars(db, viewer), await queries.list_last_used(db, viewer)
    return AtHand(
        favourites=[Kept.model_validate(row) for row in stars], last_used=[Kept.model_validate(row) for row in used]
    )


@router.post("/me/favourites")
async def add_favourite(body: StarBody, caller: Caller) -> Done:
    """Keep a resource or an account at hand."""
    account = body.kind == "account"
    star = StarAccount(account_id=body.object_id) if account else StarResource(resource_id=body.object_id)
    return Done(position=(await caller.execute(star)).position)


@router.delete("/me/favourites/{object_id}")
async def remove_favourite(object_id: PathId, caller: Caller) -> Done:
    return Done(position=(await caller.execute(Unstar(object_id=object_id))).position)
