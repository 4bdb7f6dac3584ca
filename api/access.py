"""Shares: who has which level on a resource or an account, and until when."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.caller import Caller, IfMatched
from api.resources import OwnerName
from api.shapes import Body, Done, Moment, PathId, Shown
from commands.access import GrantAccess, RevokeAccess
from commands.base import OnAccount, OnResource, Thing
from commands.queries import ViewAccountAccess, ViewResourceAccess
from domain import access as domain
from projections import access as queries
from projections.access import AccessProjection, AccessRow
from projections.users import UsersProjection

router = APIRouter(tags=["access"])
READS = (AccessProjection, UsersProjection)


class Level(StrEnum):
    """How far a share goes; each includes those before."""

    VIEW = "VIEW"
    MODIFY = "MODIFY"
    MANAGE = "MANAGE"


class ShareBody(Body):
    level: Annotated[Level, Field(strict=False)]
    until: Moment | None = None


class SubjectName(Shown):
    kind: Literal["user", "group", "api-user"]
    id: UUID
    name: str


class Grant(Shown):
    subject: SubjectName
    level: Level
    until: datetime | None


class Access(Shown):
    owner: OwnerName
    grants: list[Grant]
    version: int


@router.get("/resources/{resource_id}/access")
async def get_resource_access(resource_id: PathId, caller: Caller) -> Access:
    found = await caller.find(ViewResourceAccess(resource_id), queries.resource_access, resource_id, *READS)
    return shown(caller, found)


@router.put("/resources/{resource_id}/access/users/{user_id}")
async def share_resource(
    resource_id: PathId, user_id: PathId, body: ShareBody, caller: Caller, version: IfMatched
) -> Done:
    """Share a resource with a user, or change his share; it holds for all its accounts."""
    return await share(caller, OnResource(resource_id), user_id, body, version)


@router.delete("/resources/{resource_id}/access/users/{user_id}")
async def unshare_resource(resource_id: PathId, user_id: PathId, caller: Caller) -> Done:
    return await unshare(caller, OnResource(resource_id), user_id)


@router.get("/accounts/{account_id}/access")
async def get_account_access(account_id: PathId, caller: Caller) -> Access:
    found = await caller.find(ViewAccountAccess(account_id), queries.account_access, account_id, *READS)
    return shown(caller, found)


@router.put("/accounts/{account_id}/access/users/{user_id}")
async def share_account(
    account_id: PathId, user_id: PathId, body: ShareBody, caller: Caller, version: IfMatched
) -> Done:
    """Share one account, VIEW or MODIFY; this share decides before one of its resource, even when it is lower."""
    return await share(caller, OnAccount(account_id), user_id, body, version)


@router.delete("/accounts/{account_id}/access/users/{user_id}")
async def unshare_account(account_id: PathId, user_id: PathId, caller: Caller) -> Done:
    return await unshare(caller, OnAccount(account_id), user_id)


async def share(caller: Caller, thing: Thing, user_id: UUID, body: ShareBody, version: int | None) -> Done:
    level = domain.Level[body.level]
    command = GrantAccess(thing=thing, user_id=user_id, level=level, until=body.until, expected_version=version)
    return Done(position=(await caller.execute(command)).position)


async def unshare(caller: Caller, thing: Thing, user_id: UUID) -> Done:
    return Done(position=(await caller.execute(RevokeAccess(thing=thing, user_id=user_id))).position)


def shown(caller: Caller, found: AccessRow) -> Access:
    caller.context.etag = found.version
    return Access.model_validate(found)
