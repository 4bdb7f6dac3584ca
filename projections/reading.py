"""Reading the read models: in a transaction of its own, from the generations that serve, as far as they have come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

import psycopg

from domain.errors import LogForked, Unavailable
from ops.alarms import GENERATION, open_alarms
from ops.database import GONE, Async, Pool
from ops.ledger.marks import START, Mark
from ops.logging import Log
from projections import generations
from projections.base import Projection

POLL = 0.02
ENTER: LiteralString = "select set_config('search_path', views.path(%s::text[], %s::integer[]), true)"
POSITIONS: LiteralString = (
    "select name, position, recorded_at, halted from views.projections where role = 'serving' order by name"
)
FORGED: LiteralString = "select views.raise_forged(%s, %s)"
UNDELIVERED: LiteralString = "select views.raise_undelivered(%s, %s, %s)"
SEEN: LiteralString = "select views.signatures_seen(%s, %s)"
SEEN_UP_TO: LiteralString = "select position, digest from views.signatures"
NOT_BUILT, HALTED = "SR010", "SR011"

log = Log("strongroom.reading")


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a projection has come; `halted` says why its queries answer 503."""

    name: str
    position: int
    recorded_at: datetime | None
    halted: str | None


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that people must look at."""

    kind: str
    name: str
    position: int
    detail: str
    times: int
    first_at: datetime
    last_at: datetime


class Views:
    """The read models, for everybody who asks. Progress is heard of on the bus and looked up while somebody waits."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._moved = asyncio.Event()

    @asynccontextmanager
    async def reading(self, *projections: type[Projection]) -> AsyncIterator[Async]:
        """A transaction in which plain table names are those of the serving generations of `projections`."""
        names = [each.name for each in projections]
        versions = [each.version for each in projections]
        try:
            async with self._pool.connection() as db, db.transaction():
                await db.execute(ENTER, (names, versions), prepare=True)
                yield db
        except GONE as error:
            raise Unavailable("The read models cannot be reached just now.") from error
        except psycopg.DatabaseError as error:
            raise (_refusal(error) or error) from error

    async def reached(self) -> list[Reached]:
        """How far each projection has come."""
        return [Reached(*row) for row in await self._all(POSITIONS)]

    async def marks(self) -> list[Mark]:
        """The last record that each projection was made from."""
        async with self._connection() as db:
            return await generations.marks(db)

    async def alarms(self) -> list[Alarm]:
        """Those that nobody has settled, the latest first."""
        async with self._connection() as db:
            row = await (await db.execute(GENERATION)).fetchone()
            found = await db.execute(open_alarms(None if row is None else row[0]))
            return [Alarm(*alarm) for alarm in await found.fetchall()]

    async def raise_forged(self, position: int, detail: str) -> None:
        """Have people look at a record that its author did not sign."""
        async with self._connection() as db:
            await db.execute(FORGED, (position, detail))

    async def raise_undelivered(self, destination: str, position: int, detail: str) -> None:
        """Have people look at a SIEM destination that takes nothing behind `position`."""
        async with self._connection() as db:
            await db.execute(UNDELIVERED, (destination, position, detail))

    async def signatures_seen(self) -> Mark:
        """The last record of which some worker has said that its signature, and all before it, were looked at."""
        row = next(iter(await self._all(SEEN_UP_TO)), None)
        return START if row is None else Mark(row[0], bytes(row[1]))

    async def see_signatures(self, mark: Mark) -> None:
        """All up to `mark` were looked at."""
        async with self._connection() as db:
            await db.execute(SEEN, (mark.position, mark.digest))

    async def at_least(self, position: int, seconds: float, *projections: type[Projection]) -> bool:
        """Wait until all of `projections` have come to `position`; whether they did in time."""
        names = [each.name for each in projections]
        with_time = asyncio.get_running_loop().time() + seconds
        while not await self._are_at(position, names):
            left = with_time - asyncio.get_running_loop().time()
            if left <= 0:
                return False
            self._moved.clear()
            await _either(self._moved, min(POLL, left))
        return True

    def heard(self, _: bytes = b"") -> None:
        """Progress was announced: whoever waits looks again."""
        self._moved.set()

    async def _are_at(self, position: int, names: Sequence[str]) -> bool:
        behind = "select from views.projections where role = 'serving' and name = any(%s) and position >= %s"
        async with self._connection() as db:
            return (await db.execute(behind, (list(names), position), prepare=True)).rowcount == len(set(names))

    async def _all(self, statement: LiteralString) -> list[tuple[Any, ...]]:
        async with self._connection() as db:
            return await (await db.execute(statement)).fetchall()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Async]:
        try:
            async with self._pool.connection() as db:
                yield db
        except GONE as error:
            raise Unavailable("The read models cannot be reached just now.") from error


async def _either(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


def _refusal(error: psycopg.DatabaseError) -> Exception | None:
    """Why these projections may not be asked; None for an error that is our own."""
    if error.sqlstate == NOT_BUILT:
        return Unavailable("What you ask for is being built; try again in a moment.")
    if error.sqlstate == HALTED:
        forked = "forked: " in str(error)
        return LogForked() if forked else Unavailable("What you ask for has stopped; the administrator can see why.")
    return None
