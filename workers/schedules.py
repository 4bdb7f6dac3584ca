"""What is due by the clock alone: sessions that are over are recorded as ended, old rows go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import LiteralString, Protocol
from uuid import UUID

from commands.base import Caller
from commands.sessions import EndLeftSession
from commands.vault import Vault
from domain.errors import NotFound, Unavailable, Unreadable
from ops.ledger.errors import Away
from ops.logging import Log
from projections.reading import Views
from projections.sessions import SessionsProjection

EVERY = 60.0
MOST = 500
IDLE = timedelta(minutes=15)
GRACE = timedelta(minutes=1)
RUNNING: LiteralString = "select id, started_at, ends_at from sessions where ended_at is null order by id limit %s"

log = Log("strongroom.schedules")


class LastUsed(Protocol):
    """When sessions were last used."""

    async def last_used(self, sessions: Sequence[UUID]) -> dict[UUID, datetime]:
        """Of each that was noted."""


@dataclass(frozen=True, slots=True)
class Running:
    """A session that nobody has recorded the end of."""

    id: UUID
    started_at: datetime
    ends_at: datetime


async def running(views: Views) -> list[Running]:
    """Where to look; whether a session is over is decided by its own stream."""
    async with views.reading(SessionsProjection) as db:
        rows = await (await db.execute(RUNNING, (MOST,))).fetchall()
    return [Running(*row) for row in rows]


class Schedules:
    """Once a minute. Any number of workers may: what has been done leaves nothing to do."""

    def __init__(
        self, vault: Vault, caller: Caller, find: Callable[[], Awaitable[list[Running]]], activity: LastUsed,
        sweep: Callable[[], Awaitable[object]], now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._vault = vault
        self._caller = caller
        self._find = find
        self._activity = activity
        self._sweep = sweep
        self._now = now

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.once()
            except (Unavailable, Away) as trouble:
                log.warning("the schedule waits for its servers", problem=type(trouble).__name__)
            await asyncio.sleep(EVERY)

    async def once(self) -> None:
        await self._sweep()
        sessions = await self._find()
        used = await self._activity.last_used([session.id for session in sessions])
        for session in sessions:
            await self._end(session, used.get(session.id, session.started_at))

    async def _end(self, session: Running, last_used: datetime) -> None:
        """A minute after the api has begun to refuse it: by then no request brings it back."""
        idle = self._now() - last_used > IDLE + GRACE
        if idle or self._now() >= session.ends_at:
            try:
                await self._vault.execute(EndLeftSession(session_id=session.id, idle=idle), self._caller)
            except NotFound:
                log.warning("a session is unknown to the log", session=session.id)
            except Unreadable as trouble:  # nobody can use it; the others must not wait for it
                log.error("a session cannot be read", trouble, session=session.id)
