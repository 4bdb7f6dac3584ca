"""All that one person was shown since each was last changed: for auditors, before it is reset."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.caller import Caller
from api.resources import ShownLevel
from api.shapes import Moment, PathId, Shown
from commands.queries import ViewAuditTrail
from commands.readings import ReadAuditTrail
from domain.access import Operation
from domain.errors import NotFound
from projections.access import AccessProjection
from projections.accounts import AccountsProjection
from projections.audit import AuditProjection
from projections.audit_trail import position_at
from projections.details import rfc3339
from projections.resources import ResourcesProjection
from projections.seen import Seen, list_seen
from projections.seers import Seer, what_could_he_see

router = APIRouter(tags=["audit"])
READS = (AuditProjection, AccessProjection, AccountsProjection, ResourcesProjection)
LATEST = 2**63 - 1
"""Whatever position the read models have come to."""


class SeenAccount(Shown):
    """An account whose password he knows. `last` is the position of the last of `times` disclosures, `changed` that of
    the event that gave the account its password. `level` and `may_disclose`: what he could do with it then.
    `may_reset`: whether the one who asks has, as he stands now, what a reset takes; the reset decides it again."""

    account_id: UUID
    username: str
    resource: str
    last: int
    last_at: datetime
    times: int
    copied: bool
    changed: int
    changed_at: datetime
    level: ShownLevel | None
    may_disclose: bool
    may_reset: bool


class SeenList(Shown):
    """As the log stood at `position`, the last that was recorded by then, at `recorded_at`. `more`: these are the
    latest, and as many as one batch may reset; there are others."""

    items: list[SeenAccount]
    more: bool
    position: int
    recorded_at: datetime


@router.get("/users/{user_id}/seen")
async def list_seen_by(user_id: PathId, caller: Caller, at: Annotated[Moment | None, Query()] = None) -> SeenList:
    """The accounts whose password that person had been shown by then and that was not changed since. That it was
    asked is recorded."""
    at = at or caller.now
    await caller.ask(ReadAuditTrail(question=f"what user {user_id} was shown and knew at {rfc3339(at)}"))
    async with caller.reading(ViewAuditTrail(), *READS) as (db, viewer):
        found = await position_at(db, viewer, at)
        if found is None:
            raise NotFound("Nothing had been recorded by then.")
        position, recorded_at = found
        seen, more = await list_seen(db, viewer, user_id, position, at)
        accounts = [each.account_id for each in seen]
        own = await what_could_he_see(db, viewer, viewer.id, accounts, LATEST, caller.now)
    return SeenList(
        items=[_shown(each, own.get(each.account_id)) for each in seen],
        more=more,
        position=position,
        recorded_at=recorded_at,
    )


def _shown(seen: Seen, own: Seer | None) -> SeenAccount:
    still = seen.still
    return SeenAccount.model_validate(
        {
            **{field.name: getattr(seen, field.name) for field in fields(seen) if field.name != "still"},
            "level": still and still.level,
            "may_disclose": still is not None and Operation.ACCOUNT_DISCLOSE in still.may,
            "may_reset": own is not None and Operation.ACCOUNT_RESET in own.may,
        }
    )
