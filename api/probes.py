"""Looks at resources by a worker: which host key one shows, and whether the vault's password opens an account."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fastapi import APIRouter

from api.caller import Caller
from api.shapes import ActorName, Body, Done, PathId, Reason, Shown
from commands.probes import LookForHostKey, VerifyPassword
from commands.queries import ChangeableResource, ViewAccount
from domain.probes import Kind
from projections import probes as queries
from projections.access import AccessProjection
from projections.probes import ProbesProjection
from projections.users import UsersProjection

router = APIRouter(tags=["probes"])
READS = (ProbesProjection, AccessProjection, UsersProjection)


class VerificationBody(Body):
    reason: Reason | None = None


class Finding(Shown):
    stage: Literal["way", "name", "connection", "ssh", "host-key", "login"]
    verdict: Literal["passed", "failed"]
    words: str
    next_step: str | None


class Probe(Shown):
    """The latest look, empty until it has ended. A host key that is shown is trusted by nobody yet."""

    state: Literal["none", "waiting", "running", "ended"]
    outcome: Literal["shown", "opened", "refused", "unknown"] | None
    requested_by: ActorName | None
    requested_at: datetime | None
    ended_at: datetime | None
    findings: list[Finding]
    host_key: str | None
    fingerprint: str | None
    password_number: int


@router.post("/resources/{resource_id}/host-key/look", status_code=202)
async def look_for_host_key(resource_id: PathId, caller: Caller) -> Done:
    """Have a worker see which host key the resource shows, over its jump hosts. Compare its fingerprint there before
    you pin it."""
    done = await caller.execute(LookForHostKey(resource_id=resource_id))
    return Done(position=done.position)


@router.get("/resources/{resource_id}/host-key/look")
async def get_host_key_look(resource_id: PathId, caller: Caller) -> Probe:
    """What the latest look has shown."""
    async with caller.reading(ChangeableResource(resource_id), *READS) as (db, viewer):
        found = await queries.latest(db, viewer, Kind.HOST_KEY, resource_id)
    return Probe.model_validate(found)


@router.post("/accounts/{account_id}/verification", status_code=202)
async def verify_password(account_id: PathId, body: VerificationBody, caller: Caller) -> Done:
    """Have a worker find out by one login whether the vault's password opens the account."""
    done = await caller.execute(VerifyPassword(account_id=account_id), body.reason)
    return Done(position=done.position)


@router.get("/accounts/{account_id}/verification")
async def get_verification(account_id: PathId, caller: Caller) -> Probe:
    """What the latest verification has found."""
    async with caller.reading(ViewAccount(account_id), *READS) as (db, viewer):
        found = await queries.latest(db, viewer, Kind.PASSWORD, account_id)
    return Probe.model_validate(found)
