"""The installation, for administrators: what runs, how far each part is, what is wrong and what to do about it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter

from api.caller import Caller
from api.findings import findings_of
from api.health import projection_status
from api.looking import Seen
from api.shapes import Listed, Shown
from commands.queries import ViewSystem
from domain.logs import FORMAT
from ops.product import VERSION
from projections.audit import AuditProjection
from projections.runs import list_runs

router = APIRouter(tags=["system"])


class LogState(Shown):
    """`waiting`: commands that wait to be appended; `bus`: how far the publisher has come, null while NATS is away."""

    position: int
    bytes: int
    format: int
    waiting: int
    forked: bool
    clock_off_ms: int
    bus: int | None


class ReadModel(Shown):
    name: str
    position: int
    behind: int
    lag_ms: int
    halted: str | None


class Process(Shown):
    """As the supervisor knows it; `falls` counts how often it has died."""

    name: str
    ready: bool
    falls: int


class KeyTier(Shown):
    """How many data keys there are, and which root the newest is wrapped under."""

    tier: Literal["event", "secret"]
    count: int
    root: int


class Finding(Shown):
    check: str
    grade: Literal["well", "look", "stops"]
    says: str
    remedy: str


class Run(Shown):
    """A process from its start; without an end it runs, or was killed."""

    started_at: datetime
    process: str
    release: str
    stopped_at: datetime | None
    because: str | None


class System(Shown):
    release: str
    log_id: UUID
    log: LogState
    streams: int
    processes: list[Process]
    read_models: list[ReadModel]
    keys: list[KeyTier]
    findings: list[Finding]


class RunList(Listed[Run]):
    pass


@router.get("/system")
async def get_system(caller: Caller) -> System:
    """Everything that this process can see of the installation, at one moment; no read model need be well for it."""
    await caller.ask(ViewSystem())
    seen = await caller.services.installation.look()
    return System(
        release=VERSION,
        log_id=caller.services.log_id,
        log=log_state(seen),
        streams=seen.streams,
        processes=[Process.model_validate(each) for each in seen.standing],
        read_models=read_models(seen, caller.now),
        keys=[KeyTier.model_validate(each) for each in seen.extent.keys],
        findings=[Finding.model_validate(each) for each in findings_of(seen)],
    )


@router.get("/system/runs")
async def list_starts(caller: Caller) -> RunList:
    """When processes started and stopped, and which release they were: the last ten."""
    async with caller.reading(ViewSystem(), AuditProjection) as (db, viewer):
        return RunList(items=[Run.model_validate(each) for each in await list_runs(db, viewer)])


def log_state(seen: Seen) -> LogState:
    return LogState(
        position=seen.position,
        bytes=seen.extent.size,
        format=FORMAT,
        waiting=seen.waiting,
        forked=seen.is_forked,
        clock_off_ms=round(seen.clock_off.total_seconds() * 1000),
        bus=seen.bus,
    )


def read_models(seen: Seen, now: datetime) -> list[ReadModel]:
    found = []
    for each in seen.reached:
        newest = max(seen.position, each.position)
        lag = projection_status(each, newest, now).lag_ms
        behind = newest - each.position
        found.append(ReadModel(name=each.name, position=each.position, behind=behind, lag_ms=lag, halted=each.halted))
    return found
