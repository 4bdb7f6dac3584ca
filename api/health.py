"""Whether this process can do its work, and if not, why not; and how far the read models have come."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from fastapi import APIRouter, Response

from api.caller import Caller
from api.shapes import Shown
from commands.queries import LookAround
from domain.errors import StrongroomError
from ops.ledger.errors import LedgerError
from ops.ledger.log import EventLog
from projections.reading import Reached, Views

PATIENCE = 1.0
OLD_MS = 2000
CLOCK = timedelta(seconds=2)
"""How far our clock may be from the database's, which alone says when: end times are decided by an estimate of it."""


class Check(Shown):
    """One thing that work needs."""

    name: str
    ok: bool
    why: str | None = None


class Readiness(Shown):
    ready: bool
    checks: list[Check]


class Alive(Shown):
    alive: bool = True


class ProjectionStatus(Shown):
    name: str
    position: int
    lag_ms: int


class Status(Shown):
    """How far the log is, and how far behind it what people read is."""

    position: int
    projections: list[ProjectionStatus]
    nats: Literal["connected", "away"]
    stale: bool


@dataclass(frozen=True, slots=True)
class Health:
    """Asks each thing in turn, a second at most. NATS is not among them: its loss costs delay alone."""

    log: EventLog
    views: Views
    keys: Callable[[], Awaitable[object]]
    nats: Callable[[], bool]
    projections: Sequence[str]
    clock_off: Callable[[], timedelta]

    async def readiness(self) -> Readiness:
        checks = [
            await checked("log", self._log),
            await checked("keys", self.keys),
            await checked("read models", self._views),
            await checked("clock", self._clock),
        ]
        return Readiness(ready=all(check.ok for check in checks), checks=checks)

    async def status(self) -> Status:
        head, reached = self.log.head, await self.views.reached()
        newest = max([head, *(each.position for each in reached)])
        shown = [projection_status(each, newest, self.log.now()) for each in reached]
        nats = "connected" if self.nats() else "away"
        return Status(
            position=newest,
            projections=shown,
            nats=nats,  # type: ignore[arg-type]
            stale=any(each.lag_ms > OLD_MS for each in shown) or any(each.halted for each in reached),
        )

    async def _log(self) -> None:
        await self.log.read(max(self.log.head - 1, 0), 1)

    async def _clock(self) -> None:
        if (off := self.clock_off()) > CLOCK:
            raise StrongroomError(f"{off.total_seconds():.1f} s off the database's")

    async def _views(self) -> None:
        reached = {each.name: each for each in await self.views.reached()}
        if missing := [name for name in self.projections if name not in reached]:
            raise StrongroomError(f"not built yet: {', '.join(missing)}")
        if halted := [name for name in self.projections if reached[name].halted]:
            raise StrongroomError(f"halted: {', '.join(halted)}")


async def checked(name: str, ask: Callable[[], Awaitable[object]]) -> Check:
    """The answer of one check; a trouble by its kind, for anybody may ask this."""
    try:
        async with asyncio.timeout(PATIENCE):
            await ask()
    except TimeoutError:
        return Check(name=name, ok=False, why="it does not answer in time")
    except StrongroomError as trouble:
        return Check(name=name, ok=False, why=trouble.detail)
    except LedgerError as trouble:
        return Check(name=name, ok=False, why=type(trouble).__name__)
    return Check(name=name, ok=True)


def projection_status(reached: Reached, head: int, now: datetime) -> ProjectionStatus:
    """A projection at the log's end has no lag, however old the last event is."""
    behind = reached.position < head and reached.recorded_at is not None
    lag = (now - reached.recorded_at).total_seconds() * 1000 if behind and reached.recorded_at else 0
    return ProjectionStatus(name=reached.name, position=reached.position, lag_ms=max(0, round(lag)))


def router(health: Health) -> APIRouter:
    routes = APIRouter(tags=["health"])

    @routes.get("/health/live")
    async def alive() -> Alive:
        """The process runs."""
        return Alive()

    @routes.get("/health/ready", responses={503: {"model": Readiness}})
    async def ready(response: Response) -> Readiness:
        """Whether it can do its work, and what is missing."""
        found = await health.readiness()
        response.status_code = 200 if found.ready else 503
        return found

    @routes.get("/status")
    async def get_status(caller: Caller) -> Status:
        """How far the read models are behind the log."""
        await caller.ask(LookAround())
        return await health.status()

    return routes
