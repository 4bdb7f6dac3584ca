"""Who sees a thing and why, and what a share would change: to be read before one shares, and deciding nothing."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from api.access import Level
from api.caller import Caller
from api.resources import OwnerName, ShownLevel
from api.shapes import Listed, Moment, PathId, Shown
from commands.queries import ViewAccountAccess, ViewResourceAccess
from domain import access as domain
from projections import sight as queries
from projections.access import AccessProjection
from projections.accounts import AccountsProjection
from projections.preferences import PreferencesProjection
from projections.users import UsersProjection

router = APIRouter(tags=["access"])
READS = (AccessProjection, UsersProjection)
FURTHER = (*READS, AccountsProjection, PreferencesProjection)
Wanted = Annotated[Level | None, Query()]
End = Annotated[Moment | None, Query()]


class Levels(Shown):
    """Accounts on which one has View, Modify, Manage: each is counted once."""

    view: int
    modify: int
    manage: int


class Stand(Shown):
    """What somebody has on the thing, if anything, and on what ground; `hides`: a wider share that does not count."""

    level: ShownLevel | None
    ground: Literal["owner", "everything", "account", "resource"] | None
    until: datetime | None
    hides: Level | None
    accounts: Levels


class Sight(Shown):
    """`able`: he can sign in, and his roles let him see accounts."""

    user: OwnerName
    able: bool
    stand: Stand


class SightList(Listed[Sight]):
    pass


class Known(Shown):
    """An account of which he was shown a password since the present one was set."""

    account_id: UUID
    username: str
    shown_at: datetime


class Consequence(Shown):
    """`narrower`: accounts with a share of their own, which decides; `known`: null for who may not read the trail."""

    user: OwnerName
    able: bool
    accounts: int
    before: Stand
    after: Stand
    narrower: int
    known: list[Known] | None


@router.get("/resources/{resource_id}/sight")
async def list_sight_of_resource(resource_id: PathId, caller: Caller) -> SightList:
    """Everybody who has something of a resource or of one of its accounts, and why."""
    look = partial(queries.list_sight_of_resource, now=caller.now)
    found = await caller.find(ViewResourceAccess(resource_id), look, resource_id, *READS)
    return SightList(items=[Sight.model_validate(each) for each in found])


@router.get("/accounts/{account_id}/sight")
async def list_sight_of_account(account_id: PathId, caller: Caller) -> SightList:
    """Everybody who has something of an account, and why."""
    look = partial(queries.list_sight_of_account, now=caller.now)
    found = await caller.find(ViewAccountAccess(account_id), look, account_id, *READS)
    return SightList(items=[Sight.model_validate(each) for each in found])


@router.get("/resources/{resource_id}/access/users/{user_id}/consequence")
async def get_consequence_on_resource(
    resource_id: PathId, user_id: PathId, caller: Caller, level: Wanted = None, until: End = None
) -> Consequence:
    """What it would change to share a resource so with a user; without a level, to take his share back."""
    look = partial(
        queries.get_consequence_on_resource, user=user_id, grant=grant_of(user_id, level, until), now=caller.now
    )
    found = await caller.find(ViewResourceAccess(resource_id), look, resource_id, *FURTHER)
    return Consequence.model_validate(found)


@router.get("/accounts/{account_id}/access/users/{user_id}/consequence")
async def get_consequence_on_account(
    account_id: PathId, user_id: PathId, caller: Caller, level: Wanted = None, until: End = None
) -> Consequence:
    """What it would change to share an account so with a user; without a level, to take his share of it back."""
    look = partial(
        queries.get_consequence_on_account, user=user_id, grant=grant_of(user_id, level, until), now=caller.now
    )
    found = await caller.find(ViewAccountAccess(account_id), look, account_id, *FURTHER)
    return Consequence.model_validate(found)


def grant_of(user: UUID, level: Level | None, until: datetime | None) -> domain.Grant | None:
    """The share that is asked about; None when it is to be taken back."""
    if level is None:
        return None
    return domain.Grant(domain.Subject(domain.SubjectKind.USER, user), domain.Level[level], until)
