"""The worker process: keys, then no more rights than it needs, then servers, then work."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Self
from uuid import UUID

from commands.base import Caller
from commands.refusals import RefusalDesk
from commands.resets import Orders
from commands.runs import NoteStart, NoteStop
from commands.vault import Vault
from commands.work import Tools
from domain import ids
from domain.base import Author
from domain.errors import Unavailable, WrongRoots
from domain.logs import Log as LogStream
from domain.provenance import SYSTEM_ID, ActorKind, Channel
from domain.registry import AGGREGATES
from ops import database
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import PostgresKeyStore, Tier
from ops.crypto.keyring import Keyring, name_key
from ops.crypto.logins import Logins
from ops.crypto.providers.file import FileRoot
from ops.crypto.random import SystemRandom
from ops.crypto.sealer import Sealer
from ops.database import Pool
from ops.ledger.activity import Activity
from ops.ledger.errors import Away, Forked
from ops.ledger.follower import Follower
from ops.ledger.mapper import Mapper
from ops.ledger.marks import Marker
from ops.ledger.postgres import PostgresLog
from ops.ledger.source import LogSource
from ops.ledger.sweeping import sweep
from ops.ledger.topics import Topics
from ops.logging import Log, start_logging
from ops.product import VERSION
from ops.runtime import privileges
from ops.runtime.readiness import announce
from ops.settings import Settings
from ops.telemetry import start_telemetry
from projections.reading import Views
from workers.attempt import Pace
from workers.base import Agenda
from workers.connectors.base import Connector
from workers.connectors.login import Host, keep_quiet
from workers.connectors.ssh import SshConnector
from workers.connectors.turns import Turns
from workers.finding import Finder, known
from workers.resets import Connect, Resets
from workers.schedules import Schedules, running

LAST_STEPS = 8.0
"""Seconds that attempts get to end by themselves when we are asked to stop: less than the supervisor gives us."""

LATE = ("psycopg.pq._debug",)
SYSTEM = Caller(kind=ActorKind.SYSTEM, id=SYSTEM_ID, channel=Channel.WORKER)

log = Log("strongroom.worker")


@dataclass(frozen=True, slots=True)
class Keys:
    """What only whoever started us can read."""

    log_id: UUID
    event_root: FileRoot
    secret_root: FileRoot
    authors: AuthorKeys

    @classmethod
    def read(cls, settings: Settings) -> Self:
        folder = settings.keys
        roots = FileRoot.read(folder / "event.root"), FileRoot.read(folder / "secret.root")
        return cls(settings.log_id, *roots, AuthorKeys.read(folder, Author.WORKER))


@dataclass(frozen=True, slots=True)
class Ground:
    """What the work stands on."""

    pool: Pool
    views: Views
    log: PostgresLog
    source: LogSource
    sealer: Sealer
    vault: Vault


def main(settings: Settings) -> int:
    start_logging("worker")
    start_telemetry("worker", None if settings.traces is None else Path(settings.traces))
    keep_quiet()
    keys = Keys.read(settings)
    privileges.drop(settings, *LATE)
    try:
        asyncio.run(serve(settings, keys))
    except (Away, Forked, Unavailable) as trouble:
        log.error("the worker cannot go on", trouble, problem=type(trouble).__name__)
        return 1
    return 0


async def serve(settings: Settings, keys: Keys) -> None:
    """Everything that the process is made of; until it is told to stop."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        ground = await lay(stack, settings, keys, stop)
        await check_log(ground.vault, keys)
        me = (await ground.vault.execute(NoteStart(process="worker", product_version=VERSION), SYSTEM)).value
        await work(settings, keys, ground, me, stop)
        if ground.log.is_forked:
            raise Forked("the log was set back")
        await ground.vault.execute(NoteStop(run_id=me, because="asked to"), SYSTEM)


async def lay(stack: AsyncExitStack, settings: Settings, keys: Keys, stop: asyncio.Event) -> Ground:
    url = database.ledger_url(settings, "append")
    pool = await stack.enter_async_context(database.pool(url, largest=4))
    reading = await stack.enter_async_context(database.pool(database.views_url(settings, "append"), largest=2))
    ledger = await stack.enter_async_context(PostgresLog(url, on_forked=stop.set))
    source = LogSource(url)
    stack.push_async_callback(source.close)
    event_keys = Keyring(Tier.EVENT, keys.event_root, keys.log_id, PostgresKeyStore(pool, Tier.EVENT))
    secret_keys = Keyring(Tier.SECRET, keys.secret_root, keys.log_id, PostgresKeyStore(pool, Tier.SECRET))
    mapper = Mapper(keys.log_id, event_keys, keys.authors, Topics(AGGREGATES))
    sealer, logins = Sealer(keys.log_id, secret_keys), Logins()
    stack.callback(logins.close)
    names = name_key(keys.event_root, keys.log_id)
    tools = Tools(SystemRandom(), sealer, logins, lambda kind, name: ids.reserved(names, kind, name))
    vault = Vault(ledger, mapper, tools, RefusalDesk(time.monotonic))
    return Ground(pool, Views(reading), ledger, source, sealer, vault)


async def check_log(vault: Vault, keys: Keys) -> None:
    """Nothing is written to a log that nobody has opened, or under the roots of another one."""
    opened = await vault.look(SYSTEM).find(LogStream, LogStream.create_id(keys.log_id))
    if opened is None:
        raise WrongRoots("This log has not been opened yet: `strongroom up` does that.")
    opened.check_roots(keys.event_root.fingerprint(), keys.secret_root.fingerprint())


async def work(settings: Settings, keys: Keys, ground: Ground, me: UUID, stop: asyncio.Event) -> None:
    now = ground.log.now
    worker = Caller(kind=ActorKind.WORKER, id=me, channel=Channel.WORKER)
    agenda = Agenda(now)
    finder = Finder(Follower(ground.source, None, b"", Marker(keys.log_id)), agenda, now)
    resets = Resets(ground.vault, ground.sealer, by_ssh(Turns()), me, pace(settings), now)
    schedules = Schedules(
        ground.vault, worker, lambda: running(ground.views), Activity(ground.pool), lambda: sweep(ground.pool), now
    )
    found = await known(ground.views)
    announce(settings)
    log.info("the worker is ready", count=len(found.unfinished))
    await until_stopped(stop, agenda, finder.run(found), agenda.run(resets.look), schedules.run())


async def until_stopped(stop: asyncio.Event, agenda: Agenda, *works: Coroutine[None, None, None]) -> None:
    """All works at once, until asked to stop or one of them cannot go on; attempts may end what they have begun."""
    tasks = [asyncio.create_task(each) for each in works]
    stopped = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait([*tasks, stopped], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        await agenda.close(LAST_STEPS)
    finally:
        for pending in (*tasks, stopped):
            pending.cancel()
        await asyncio.gather(*tasks, stopped, return_exceptions=True)


def pace(settings: Settings) -> Pace:
    lease, guesses = timedelta(seconds=settings.lease_seconds), timedelta(seconds=settings.guess_seconds)
    return Pace(lease=lease, between_guesses=guesses)


def by_ssh(turns: Turns) -> Connect:
    """How an account's resource is reached: so far by SSH alone, which the domain sees to."""

    def connect(orders: Orders) -> Connector:
        host = Host(orders.address, orders.port, orders.host_key)
        return turns.taking((host.address, host.port), SshConnector(host))

    return connect
