"""What an installation is made of, for tests that break one part of it and mend it again."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import subprocess
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import psycopg

from commands.ground import Keys, opened, system
from domain.base import Author, Event
from domain.logs import Log
from domain.provenance import Channel
from ops import database
from ops.ledger.follower import Follower
from ops.ledger.log import Submission
from ops.ledger.mapper import Mapper
from ops.ledger.marks import Marker
from ops.ledger.source import LogSource
from ops.runtime.process import Server, start_and_wait, stop
from ops.runtime.standing import standing_file
from ops.settings import Settings
from projections import generations
from projections.applier import Applier
from projections.base import Projection
from projections.builder import Builder
from projections.catalogue import projections_of
from projections.facts import facts_of
from projections.projector import Projector
from tests.support.views import Announced, Digest

LOG, VIEWS = database.LEDGER, database.VIEWS


@dataclass(frozen=True)
class Reading:
    """What a projector reads the log with."""

    projections: Sequence[Projection]
    source: LogSource
    opener: Mapper
    marker: Marker


@dataclass
class Works:
    """The servers of one installation, as `up` starts them."""

    settings: Settings
    running: dict[str, tuple[Server, subprocess.Popen[bytes]]]

    @contextmanager
    def without(self, name: str) -> Iterator[None]:
        """For a while that server does not run."""
        server, process = self.running[name]
        stop(server, process)
        try:
            yield
        finally:
            self.running[name] = (server, start_and_wait(server))

    def do(self, statement: str, name: str = LOG) -> None:
        """As PostgreSQL's superuser, who may do everything."""
        with psycopg.connect(f"host={self.settings.state / 'run'} user=postgres dbname={name}") as superuser:
            superuser.execute(statement.encode())

    @contextmanager
    def supervised(self, pid: int | None = None) -> Iterator[None]:
        """As if a supervisor of that number, ours unless said, looked after an api that is ready."""
        with open(self.settings.state / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            lock.write(f"{pid or os.getpid()}\n")
            lock.flush()
            told = [{"name": "api", "pid": 1, "ready": True, "falls": 0}]
            standing_file(self.settings).write_text(json.dumps(told))
            yield

    async def build(self) -> None:
        """All read models, by the projector's own builder."""
        async with self._reading() as reading:
            url = database.views_url(self.settings, "project")
            builder = Builder(url, reading.projections, reading.source, reading.opener, reading.marker)
            task = asyncio.create_task(builder.run())
            await builder.built.wait()
            task.cancel()

    async def folded(self, size: int, bulk: bool) -> dict[str, Digest]:
        """New generations of all read models, made of so many records at a time; what each comes to."""
        url = database.views_url(self.settings, "project")
        async with self._reading() as r, await database.connect(url) as views:
            standings = [await generations.begin(views, each) for each in r.projections]
            applier, position = Applier(views, r.marker, bulk), 0
            while records := await r.source.read(position, size):
                await applier.together(standings, await facts_of(r.opener, records))
                position = records[-1].position
            return {standing.name: await generations.digest(views, standing) for standing in standings}

    async def project(self, until: str) -> None:
        """Let the projector follow the log until that query of the read models finds something."""
        async with self._reading() as r:
            url, follower = database.views_url(self.settings, "project"), Follower(r.source, None, b"", r.marker)
            projector = Projector(url, r.projections, r.source, follower, r.opener, r.marker, Announced())
            task = asyncio.create_task(projector.run())
            async with asyncio.timeout(15), await database.connect(url) as views:
                while not (await views.execute(until.encode())).rowcount:
                    await asyncio.sleep(0.01)
            task.cancel()

    async def raise_format(self, to: int) -> None:
        """What a newer release writes before its first event of a new kind."""
        keys = Keys.read(self.settings, Author.SYSTEM)
        async with opened(self.settings, keys) as ground:
            log = await ground.vault.look(system(Channel.COMMAND_LINE)).get(Log, Log.create_id(keys.log_id))
            log.raise_format(to)
            (event,) = log.pending_events
            assert isinstance(event, Event)
            now = ground.log.now().date()
            await ground.log.append(Submission([await ground.mapper.seal(event, None, now)], {}, ground.log.head))

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[Reading]:
        keys = Keys.read(self.settings, Author.API)
        source = LogSource(database.ledger_url(self.settings, "project"))
        async with opened(self.settings, keys) as ground:
            yield Reading(projections_of(keys.log_id), source, ground.mapper, Marker(keys.log_id))
            await source.close()
