"""Alarms: what people must look at, and saying that it is settled."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from api.caller import Caller, Once
from api.shapes import Body, Done, Listed, Moment, Reason, Shown
from commands.alarms import CloseAlarm
from commands.queries import ViewAuditTrail
from domain.alarms import AlarmKind
from projections import alarms as queries
from projections.alarms import AlarmsProjection

router = APIRouter(tags=["alarms"])
HIGHEST = (1 << 63) - 1
Kind = Literal[
    "forked",
    "halted",
    "parked",
    "forged",
    "refused-message",
    "read-only",
    "unproved",
    "unwitnessed",
    "clock",
    "undelivered",
]


class Alarm(Shown):
    kind: Kind
    name: str
    position: int
    detail: str
    times: int
    first_at: datetime
    last_at: datetime


class AlarmList(Listed[Alarm]):
    pass


class ClosingBody(Body):
    """Which alarm, and when it had last been raised when it was looked at: raised again later it is open again."""

    kind: Kind
    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]
    position: Annotated[int, Field(ge=0, le=HIGHEST)]
    seen_at: Moment
    reason: Reason


@router.get("/alarms")
async def list_alarms(caller: Caller) -> AlarmList:
    """Those that nobody has settled, the latest first."""
    async with caller.reading(ViewAuditTrail(), AlarmsProjection) as (db, viewer):
        found = await queries.list_alarms(db, viewer)
    return AlarmList(items=[Alarm.model_validate(row) for row in found])


@router.post("/alarms/closings", status_code=201)
async def close_alarm(body: ClosingBody, caller: Caller, once: Once) -> Done:
    """Say that an alarm is settled, and why. It is not listed any more, unless it is raised again."""
    told = CloseAlarm(kind=AlarmKind(body.kind), name=body.name, position=body.position, seen_at=body.seen_at)
    done = await caller.create(told, once, body.reason)
    return Done(position=done.position)
