"""The worker process: keys, then no more rights than it needs, then servers, then work."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from importlib import metadata
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
from ops.runtime import privileges
from ops.runtime.readiness import announce
from ops.settings import Settings
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

log = Log("strongroom.worker")


@dataclass(frozen=True, slots=True)
class Keys:
    """What this process was given at its start; the files are out of its reach afterwards."""

    event_root: FileRoot
    secret_root: FileRoot
    authors: AuthorKeys

    @classmethod
    def read(cls, settings: Settings) -> Self:
        folder = settings.keys
        roots = FileRoot.read(folder / "event.root"), FileRoot.read(folder / "secret.root")
        return cls(*roots, AuthorKeys.read(folder, Author.WORKER))


def main(settings: Settings) -> int:
    start_logging("worker")
    keep_quiet()
    keys = Keys.read(settings)
    log_id = settings.log_id
    privileges.drop(settings)
    try:
        return asyncio.run(serve(settings, log_id, keys))
    except (Away, Unavailable, Forked) as trouble:
        log.error("the worker cannot go on", trouble)
        return 1


async def serve(settings: Settings, log_id: UUID, keys: Keys) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    ledger_url = database.ledger_url(settings, "append")
    async with AsyncExitStack() as open_for_us:
        pool = await open_for_us.enter_async_context(database.pool(ledger_url, largest=4))
        views = Views(
            await open_for_us.enter_async_context(database.pool(database.views_url(settings, "append"), largest=2))
        )
        ledger = await open_for_us.enter_async_context(PostgresLog(ledger_url, on_forked=stop.set))
        source = LogSource(ledger_url)
        open_for_us.push_async_callback(source.close)
        event_keys = Keyring(Tier.EVENT, keys.event_root, log_id, PostgresKeyStore(pool, Tier.EVENT))
        secret_keys = Keyring(Tier.SECRET, keys.secret_root, log_id, PostgresKeyStore(pool, Tier.SECRET))
        mapper = Mapper(log_id, event_keys, keys.authors, Topics(AGGREGATES))
        sealer = Sealer(log_id, secret_keys)
        names = name_key(keys.event_root, log_id)
        tools = Tools(SystemRandom(), sealer, Logins(), lambda kind, name: ids.reserved(names, kind, name))
        vault = Vault(ledger, mapper, tools, RefusalDesk(time.monotonic))
        await check_log(vault, log_id, keys)

        system = Caller(kind=ActorKind.SYSTEM, id=SYSTEM_ID, channel=Channel.WORKER)
        start = NoteStart(process="worker", product_version=metadata.version("strongroom"))
        me = (await vault.execute(start, system)).value
        worker = Caller(kind=ActorKind.WORKER, id=me, channel=Channel.WORKER)

        agenda = Agenda(ledger.now)
        resets = Resets(vault, sealer, by_ssh(Turns()), me, pace(settings), ledger.now)
        finder = Finder(Follower(source, None, b"", Marker(log_id)), agenda, ledger.now)
        schedules = Schedules(vault, worker, lambda: running(views), Activity(pool), lambda: sweep(pool), ledger.now)
        start_from = await known(views)
        announce(settings)
        log.info("the worker is ready", count=len(start_from.unfinished))
        await until_stopped(
            stop, agenda, finder.run(start_from), agenda.run(resets.look), schedules.run(), vault.count_refusals()
        )
        if ledger.is_forked:
            raise Forked("the log was set back")
        await vault.execute(NoteStop(run_id=me, because="asked to"), system)
    return 0


async def check_log(vault: Vault, log_id: UUID, keys: Keys) -> None:
    """Nothing is written to a log that nobody has opened, or by the keys of another one."""
    system = Caller(kind=ActorKind.SYSTEM, id=SYSTEM_ID, channel=Channel.WORKER)
    opened = await vault.look(system).find(LogStream, LogStream.create_id(log_id))
    if opened is None:
        raise WrongRoots("This log has not been opened yet: `strongroom up` does that.")
    opened.check_roots(keys.event_root.fingerprint(), keys.secret_root.fingerprint())


async def until_stopped(stop: asyncio.Event, agenda: Agenda, *works: Coroutine[None, None, None]) -> None:
    """All works at once, until asked to stop or one of them cannot go on; attempts may end what they have begun."""
    tasks = [asyncio.create_task(work) for work in works]
    stopped = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait([*tasks, stopped], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {stopped}:
            task.result()
        await agenda.close(LAST_STEPS)
    finally:
        for task in (*tasks, stopped):
            task.cancel()
        await asyncio.gather(*tasks, stopped, return_exceptions=True)


def pace(settings: Settings) -> Pace:
    return Pace(
        lease=timedelta(seconds=settings.lease_seconds), between_guesses=timedelta(seconds=settings.guess_seconds)
    )


def by_ssh(turns: Turns) -> Connect:
    """How an account's resource is reached: so far by SSH alone, which the domain sees to."""

    def connect(orders: Orders) -> Connector:
        host = Host(orders.address, orders.port, orders.host_key)
        return turns.taking((host.address, host.port), SshConnector(host))

    return connect
