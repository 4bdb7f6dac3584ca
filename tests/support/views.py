"""Read models of a vault in memory, in a real PostgreSQL; their log can be tampered with on its way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.access import BUILT_IN_ROLES, PASSWORD_USER, Scope
from ops import database
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import Tier
from ops.crypto.keyring import Keyring
from ops.crypto.providers.file import FileRoot
from ops.database import Async, Pool
from ops.ledger.errors import Away
from ops.ledger.follower import Follower
from ops.ledger.log import Record
from ops.ledger.mapper import Mapper
from ops.ledger.marks import Marker
from projections import generations
from projections.applier import Applier
from projections.base import Projection
from projections.catalogue import projections_of
from projections.facts import facts_of
from projections.generations import Standing
from projections.projector import Projector
from projections.reading import Views
from projections.rebuild import Rebuild, Rebuilt
from projections.viewer import Viewer
from tests.support.servers import Database
from tests.support.vault import TOPICS, World

PATIENCE = 15.0
Row = dict[str, Any]
Digest = dict[str, tuple[int, int, int]]


@dataclass
class WorldSource:
    """A world's log as followers read it. `instead` is what stands at a position in its place, None for a hole."""

    world: World
    instead: dict[int, Record | None] = field(default_factory=dict)
    end: int | None = None
    away: bool = False
    epoch: int = 1
    reads: list[tuple[int, int]] = field(default_factory=list)

    @property
    def commits(self) -> int:
        return self.world.log.head

    async def read(self, after: int, limit: int) -> list[Record]:
        self.reads.append((after, limit))
        return (await self._there(after))[:limit]

    async def at(self, position: int) -> Record | None:
        return next((record for record in await self._there(position - 1) if record.position == position), None)

    async def head(self) -> int:
        return max((record.position for record in await self._there(0)), default=0)

    async def woken(self, seen: int, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                while self.commits == seen:
                    await asyncio.sleep(0.005)
        except TimeoutError:
            return

    async def _there(self, after: int) -> list[Record]:
        if self.away:
            raise Away("switched off")
        there = [self.instead.get(r.position, r) for r in await self.world.log.read(after, 1_000_000)]
        return [r for r in there if r is not None and (self.end is None or r.position <= self.end)]


class Announced:
    """What a projector said, for whoever waits for it."""

    def __init__(self) -> None:
        self.said: list[dict[str, int]] = []

    async def __call__(self, positions: Mapping[str, int]) -> None:
        self.said.append(dict(positions))


@dataclass
class Gallery:
    """One world's read models; `as_projector` may write them, `views` reads them as the API does."""

    world: World
    place: Database
    as_projector: Async
    pool: Pool
    source: WorldSource = field(init=False)
    marker: Marker = field(init=False)
    views: Views = field(init=False)

    def __post_init__(self) -> None:
        self.source = WorldSource(self.world)
        self.marker = Marker(self.world.log_id)
        self.views = Views(self.pool)
        self.projections = projections_of(self.world.log_id)

    @property
    def opener(self) -> Mapper:
        """As the projector has it: the event keys, and nobody's author key."""
        keyring = Keyring(Tier.EVENT, FileRoot(b"e" * 32), self.world.log_id, self.world.event_keys)
        return Mapper(self.world.log_id, keyring, AuthorKeys.none(), TOPICS)

    def of(self, name: str) -> Projection:
        return next(each for each in self.projections if each.name == name)

    def rebuild(self, projection: Projection, **parts: Any) -> Rebuild:
        given = {"source": self.source, "opener": self.opener, **parts}
        return Rebuild(self.place.project, projection, marker=self.marker, **given)

    async def build(self, *names: str) -> dict[str, Rebuilt]:
        """Build these, or all, anew, from the log as it is."""
        wanted = names or [each.name for each in self.projections]
        return {name: await self.rebuild(self.of(name)).run() for name in wanted}

    def projector(
        self, projections: Sequence[Projection] | None = None, follower: Follower | None = None,
        announced: Announced | None = None,
    ) -> Projector:  # fmt: skip
        follower = follower or Follower(self.source, None, b"", self.marker)
        return Projector(
            self.place.project, projections or self.projections, self.source, follower, self.opener, self.marker,
            announced or Announced(),
        )  # fmt: skip

    async def fold(self, projection: Projection, size: int, bulk: bool = False, to: int | None = None) -> Standing:
        """A generation that serves nobody, made of all records up to `to`, so many at a time."""
        standing = await generations.begin(self.as_projector, projection)
        await self.continued(standing, size, bulk, to)
        return standing

    async def continued(self, standing: Standing, size: int, bulk: bool = False, to: int | None = None) -> None:
        applier = Applier(self.as_projector, self.marker, bulk)
        records = (await self.source.read(standing.mark.position, 1_000_000))[: None if to is None else to]
        records = [record for record in records if to is None or record.position <= to]
        for start in range(0, len(records), size):
            facts = await facts_of(self.opener, records[start : start + size])
            await applier.alone(standing, facts)

    async def digest(self, standing: Standing) -> Digest:
        return await generations.digest(self.as_projector, standing)

    async def serving(self, name: str) -> Standing:
        return (await generations.serving(self.as_projector, [self.of(name)]))[0]

    async def rows(self, standing: Standing, table: str) -> list[Row]:
        """Everything in a table of a generation."""
        async with self.as_projector.transaction():
            await generations.enter(self.as_projector, standing)
            cursor = await self.as_projector.execute(f"select * from {table}".encode())
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in await cursor.fetchall()]

    async def states(self) -> dict[str, tuple[int, str | None]]:
        """Where each serving generation stands, and why it has halted."""
        found = await self.as_projector.execute(
            "select name, position, halted from views.projections where role = 'serving'"
        )
        return {name: (position, halted) for name, position, halted in await found.fetchall()}

    async def alarms(self) -> set[tuple[str, str, int]]:
        found = await self.as_projector.execute("select kind, name, position from views.alarms")
        return {(kind, name, position) for kind, name, position in await found.fetchall()}

    async def until_at(self, position: int, *names: str) -> None:
        """Until these, or all, have come to `position`."""
        wanted = names or tuple(each.name for each in self.projections)
        async with asyncio.timeout(PATIENCE):
            while True:
                states = await self.states()
                if all(states.get(name, (0, None))[0] >= position for name in wanted):
                    return
                await asyncio.sleep(0.02)

    async def until_halted(self, *names: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                states = await self.states()
                if all(states[name][1] for name in names):
                    return
                await asyncio.sleep(0.02)


@asynccontextmanager
async def gallery(world: World, place: Database) -> AsyncIterator[Gallery]:
    async with (
        await database.connect(place.project) as connection,
        database.pool(place.append, 1, 4) as pool,
    ):
        yield Gallery(world, place, connection, pool)


@asynccontextmanager
async def running(projector: Projector) -> AsyncIterator[asyncio.Task[None]]:
    """A projector at work; what ends it early is raised at the end."""
    task = asyncio.create_task(projector.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def viewer(id: UUID, role: str = PASSWORD_USER, scope: Scope = Scope.SHARED, session: UUID | None = None) -> Viewer:
    return Viewer(id, BUILT_IN_ROLES[role], scope, session)


def damaged(record: Record) -> Record:
    """The same record with its state no longer as it was sealed."""
    r = record
    state = r.state[:-1] + bytes([r.state[-1] ^ 1])
    return Record(r.position, r.stream, r.version, r.topic, r.key_id, r.author, r.recorded_at, state, r.mac)


def later(record: Record) -> Record:
    """Another history's record at the same place."""
    r = record
    at = r.recorded_at + timedelta(seconds=1)
    return Record(r.position, r.stream, r.version, r.topic, r.key_id, r.author, at, r.state, r.mac)
