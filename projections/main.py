"""The projector process: keys, then no more rights than it needs; publishes the log, and keeps the read models."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from uuid import UUID

import psycopg

from domain.alarms import AlarmKind
from domain.registry import AGGREGATES
from ops import database
from ops.bus import PROGRESS, Bus, BusAway
from ops.crypto import keyfiles, roots
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import PostgresKeyStore, Tier
from ops.crypto.keyring import Keyring
from ops.crypto.providers.base import Root
from ops.crypto.root_locks import holding_roots
from ops.ledger.errors import Forked
from ops.ledger.follower import Follower
from ops.ledger.mapper import Mapper
from ops.ledger.marks import Marker
from ops.ledger.publisher import Publisher
from ops.ledger.source import LogSource
from ops.ledger.topics import Topics
from ops.ledger.turn import Turn
from ops.logging import Log, start_logging
from ops.runtime import garbage, privileges
from ops.runtime.complaints import CANNOT_GO_ON
from ops.runtime.keys import seed_of
from ops.runtime.nats import FOLLOWER, PUBLISHER
from ops.runtime.readiness import announce
from ops.runtime.seats import as_user
from ops.settings import Settings
from ops.telemetry import start_telemetry
from projections import generations
from projections.builder import Builder
from projections.catalogue import projections_of
from projections.projector import Projector

LATE = ("psycopg.pq._debug",)
PATIENCE = 30.0
"""Seconds that read models may take to be built before we say that we are ready without them."""

log = Log("strongroom.projector")


@dataclass(frozen=True, slots=True)
class Keys:
    """What only whoever started us can read: the event root alone, so that no password can ever be opened here."""

    log_id: UUID
    event_root: Root
    bus: bytes
    seeds: Mapping[str, str]

    @classmethod
    def read(cls, settings: Settings) -> Self:
        seeds = {user: seed_of(settings, user) for user in (PUBLISHER, FOLLOWER)}
        event_root = roots.read(settings, Tier.EVENT)
        return cls(settings.log_id, event_root, keyfiles.read_key(settings.keys / "bus.key"), seeds)


@dataclass(frozen=True, slots=True)
class Parts:
    """What runs in this process."""

    publisher: Publisher
    projector: Projector
    builder: Builder
    alarms: Alarms


def main(settings: Settings) -> int:
    start_logging("projector")
    start_telemetry("projector", None if settings.traces is None else Path(settings.traces))
    keys = Keys.read(settings)
    privileges.drop(settings, *LATE)
    garbage.seldom()
    try:
        asyncio.run(serve(settings, keys))
    except CANNOT_GO_ON as trouble:
        log.error("the projector cannot go on", trouble, problem=type(trouble).__name__)
        raise
    return 0


async def serve(settings: Settings, keys: Keys) -> None:
    """Everything that the process is made of, top to bottom; until it is told to stop."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        parts = await lay(stack, settings, keys)
        await until_stopped(
            stop,
            parts.publisher.run(parts.alarms.stream_forked),
            parts.projector.run(),
            parts.builder.run(),
            announced(settings, parts.builder),
        )


async def lay(stack: AsyncExitStack, settings: Settings, keys: Keys) -> Parts:
    ledger, views = database.ledger_url(settings, "project"), database.views_url(settings, "project")
    await stack.enter_async_context(holding_roots(ledger, {Tier.EVENT: keys.event_root.newest()}, patient=True))
    pool = await stack.enter_async_context(database.pool(ledger, largest=2))
    published, followed, built = (LogSource(ledger) for _ in range(3))
    for source in (published, followed, built):
        stack.push_async_callback(source.close)
    speaking, following = (as_user(settings, user, keys.seeds[user]) for user in (PUBLISHER, FOLLOWER))
    for bus in (speaking, following):
        await bus.start()
        stack.push_async_callback(bus.close)
    turn = Turn(ledger, "publisher")
    stack.push_async_callback(turn.give)
    event_keys = Keyring(Tier.EVENT, keys.event_root, keys.log_id, PostgresKeyStore(pool, Tier.EVENT))
    mapper = Mapper(keys.log_id, event_keys, AuthorKeys.none(), Topics(AGGREGATES))
    marker, alarms = Marker(keys.log_id), Alarms(views)
    follower = Follower(followed, following, keys.bus, marker, alarms.message_refused)
    stack.push_async_callback(follower.close)
    projections = projections_of(keys.log_id)
    return Parts(
        Publisher(published, speaking, turn, keys.bus, marker),
        Projector(views, projections, followed, follower, mapper, marker, Progress(following)),
        Builder(views, projections, built, mapper, marker),
        alarms,
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """Tells on the bus that the read models have moved; while the bus is away, whoever waits polls."""

    bus: Bus

    async def __call__(self, _: Mapping[str, int]) -> None:
        try:
            await self.bus.send(PROGRESS, b"")
        except BusAway:
            return


class Alarms:
    """What people must look at, written where `doctor` and readiness find it."""

    def __init__(self, views_url: str) -> None:
        self._views_url = views_url
        self._writing: set[asyncio.Task[None]] = set()

    async def stream_forked(self, fork: Forked) -> None:
        """The stream LOG is not a beginning of the log: nothing more is published until somebody has looked."""
        log.error("stream and log are not one history", problem="Forked")
        await self._raise(AlarmKind.FORKED, "publisher", 0, str(fork))

    def message_refused(self, position: int, why: str) -> None:
        """A message of the bus was not what its place calls for; its record is read from PostgreSQL instead."""
        log.error("a message of the bus was refused", position=position)
        task = asyncio.get_running_loop().create_task(self._raise(AlarmKind.REFUSED_MESSAGE, "bus", position, why))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _raise(self, kind: AlarmKind, name: str, position: int, why: str) -> None:
        try:
            async with await database.connect(self._views_url) as views:
                await generations.alarm(views, kind, name, position, why)
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            log.warning("an alarm could not be written", problem=type(error).__name__)


async def announced(settings: Settings, builder: Builder) -> None:
    """Say that we are ready once every read model serves, or when that takes too long to be waited for."""
    try:
        async with asyncio.timeout(PATIENCE):
            await builder.built.wait()
    except TimeoutError:
        log.warning("ready before all read models are built", seconds=PATIENCE)
    announce(settings)
    log.info("the projector is ready")
    await asyncio.Event().wait()


async def until_stopped(stop: asyncio.Event, *works: Coroutine[None, None, None]) -> None:
    """All works at once, until asked to stop or one of them cannot go on."""
    tasks = [asyncio.create_task(each) for each in works]
    stopped = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait([*tasks, stopped], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for pending in (*tasks, stopped):
            pending.cancel()
        await asyncio.gather(*tasks, stopped, return_exceptions=True)
