"""The projector: keeps every serving generation at the head of the log, and stops when the log is not what it was."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

import psycopg

from domain.alarms import AlarmKind
from domain.base import Event
from ops import database
from ops.database import Async
from ops.ledger.errors import Away, Forked
from ops.ledger.follower import Follower
from ops.ledger.marks import START, Mark, Marker
from ops.ledger.source import Source
from ops.logging import Log
from ops.telemetry import told_later
from projections import generations
from projections.applier import Applier, Overtaken, marked
from projections.base import Projection
from projections.facts import Opener, facts_of
from projections.generations import Standing

AGAIN = 0.25
QUIET = 10.0
"""So long after it was said that servers are away, it is not said again."""
LOOK = 1.0
SWEEP = 300.0
KEEP_OLD = 3600.0
NEVER = float("-inf")
FORKED = "forked: "

log = Log("strongroom.projector")
Announce = Callable[[Mapping[str, int]], Awaitable[None]]


class Projector:
    """One transaction a batch for all that stand at the same position; those behind catch up beside them."""

    def __init__(
        self, views_url: str, projections: Sequence[Projection], source: Source, follower: Follower,
        opener: Opener, marker: Marker, announce: Announce,
    ) -> None:  # fmt: skip
        self._views_url = views_url
        self._projections = projections
        self._source = source
        self._follower = follower
        self._opener = opener
        self._marker = marker
        self._announce = announce
        self._backlog = Follower(source, None, b"", marker)
        self._standings: list[Standing] = []
        self._known = START
        """The furthest that this process has come: read models that were set back with the log have forgotten it."""
        self._first = True
        self._looked = NEVER
        self._swept = NEVER

    @property
    def positions(self) -> dict[str, int]:
        """How far each has come; those that are being built are not among them."""
        return {standing.name: standing.mark.position for standing in self._standings}

    async def run(self) -> None:
        """Project until cancelled, whatever goes away meanwhile."""
        said = NEVER
        while True:
            try:
                async with await database.connect(self._views_url) as views:
                    await views.execute("set synchronous_commit = off")  # rows and position are lost together, or not
                    await self._follow(views)
            except (psycopg.OperationalError, psycopg.InterfaceError, Away) as error:
                if (now := asyncio.get_running_loop().time()) - said > QUIET:
                    log.warning("the projector waits for its servers", problem=type(error).__name__)
                    said = now
                await asyncio.sleep(AGAIN)

    async def _follow(self, views: Async) -> None:
        applier = Applier(views, self._marker)
        self._looked = NEVER
        while True:
            try:
                await self._step(views, applier)
            except Overtaken:
                self._looked = NEVER
            except Forked as alarm:
                await self._stop(views, alarm)

    async def _step(self, views: Async, applier: Applier) -> None:
        if asyncio.get_running_loop().time() - self._looked > LOOK:
            await self._look(views)
        going = [standing for standing in self._standings if not standing.halted]
        if not going:
            await asyncio.sleep(AGAIN)
            return
        front = marked(going)
        behind = [standing for standing in going if standing.mark.position != front.position]
        for standing in behind:
            await self._catch_up(applier, standing, front)
        await self._advance(applier, [s for s in going if s not in behind], front, 0 if behind else AGAIN)

    async def _advance(self, applier: Applier, standings: Sequence[Standing], front: Mark, patience: float) -> None:
        records = await self._follower.next(front, patience)
        if records:
            began = time.time_ns()
            facts = await facts_of(self._opener, records)
            await applier.together(standings, facts)
            for fact in facts:
                if isinstance(fact.event, Event):
                    told_later("project", fact.event.provenance.request_id, began, fact.record.position)
            await self._announce({standing.name: standing.mark.position for standing in standings})

    async def _catch_up(self, applier: Applier, standing: Standing, front: Mark) -> None:
        """A part of what it lacks: the others are not kept waiting for long."""
        records = await self._backlog.next(standing.mark, 0)
        if lacking := records[: front.position - standing.mark.position]:
            await applier.alone(standing, await facts_of(self._opener, lacking))

    async def _look(self, views: Async) -> None:
        """Which generations serve, and whether the log is still the one that they were made from."""
        found = await generations.serving(views, self._projections)
        self._known = max(self._known, self._front, key=lambda mark: mark.position)
        self._standings = found
        await self._marker.compare(self._source, [self._known, *(standing.mark for standing in found)])
        await self._follower.check_stream()
        await self._release(views, found)
        self._looked = asyncio.get_running_loop().time()
        if self._looked - self._swept > SWEEP:
            self._swept = self._looked
            await self._sweep(views)

    async def _release(self, views: Async, standings: Sequence[Standing]) -> None:
        """The log is as it was: a fork is over. Whoever stumbled over an event may try it once more after a start."""
        for standing in standings:
            if standing.halted and standing.halted.startswith(FORKED):
                await generations.release(views, standing)
            elif self._first:
                standing.halted = None
        self._first = False

    async def _sweep(self, views: Async) -> None:
        """Generations that nobody can be reading any more."""
        for projection in self._projections:
            try:
                await generations.drop(views, projection.name, "old", KEEP_OLD)
            except psycopg.errors.LockNotAvailable:
                log.info("an old generation is still being read", projection=projection.name)

    async def _stop(self, views: Async, fork: Forked) -> None:
        """Serve nothing of a history that the log does not have any more, until the two agree again."""
        why = f"{FORKED}{fork}"
        log.error("the log is not the one that was projected", problem="Forked", position=self._front.position)
        async with views.transaction():
            await generations.halt(views, [projection.name for projection in self._projections], why)
            await generations.alarm(views, AlarmKind.FORKED, "projector", self._front.position, str(fork))
        await asyncio.sleep(LOOK)
        self._looked = NEVER

    @property
    def _front(self) -> Mark:
        return marked(self._standings) if self._standings else START
