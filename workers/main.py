"""The worker process: keys, then no more rights than it needs, then servers, then work."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterable
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from commands.base import Caller
from commands.ground import Ground, Keys, opened, serving
from domain.base import Author
from domain.probes import Probe
from domain.provenance import ActorKind, Channel
from domain.resets import Reset
from ops import database
from ops.bus import Bus
from ops.ledger.activity import Activity
from ops.ledger.claims import Claims
from ops.ledger.cursors import Cursors
from ops.ledger.errors import Forked
from ops.ledger.follower import Follower
from ops.ledger.marks import Marker
from ops.ledger.source import LogSource
from ops.ledger.sweeping import sweep
from ops.logging import Log, start_logging
from ops.runtime import garbage, privileges
from ops.runtime.complaints import CANNOT_GO_ON
from ops.runtime.keys import seed_of
from ops.runtime.nats import TELLER
from ops.runtime.readiness import announce
from ops.runtime.seats import as_user
from ops.settings import Settings
from ops.siem.entry import Entry, veil_of
from ops.telemetry import start_telemetry
from projections.audit import AuditProjection
from projections.audit_feed import behind, teller
from projections.history import History
from projections.reading import Views
from workers.attempt import Pace
from workers.base import Agenda
from workers.connectors.examination import Examiner
from workers.connectors.login import keep_quiet
from workers.connectors.turns import Turns
from workers.counting import Counting
from workers.finding import Finder, known
from workers.forwarding.admission import Admission
from workers.forwarding.forwarder import Forwarder, Means
from workers.heartbeats import beat
from workers.lending import Lender
from workers.probes import Probes
from workers.reaching import by_ssh
from workers.resets import Resets
from workers.schedules import Schedules, running
from workers.signatures import Signatures

LAST_STEPS = 8.0
"""Seconds that attempts get to end by themselves when we are asked to stop: less than the supervisor gives us."""

LATE = ("psycopg.pq._debug",)

log = Log("strongroom.worker")


def main(settings: Settings) -> int:
    start_logging("worker")
    start_telemetry("worker", None if settings.traces is None else Path(settings.traces))
    keep_quiet()
    keys = Keys.read(settings, Author.WORKER)
    seed = teller_seed(settings)
    privileges.drop(settings, *LATE)
    garbage.seldom()
    try:
        asyncio.run(serve(settings, keys, seed))
    except CANNOT_GO_ON as trouble:
        log.error("the worker cannot go on", trouble, problem=type(trouble).__name__)
        raise
    return 0


async def serve(settings: Settings, keys: Keys, seed: str | None) -> None:
    """Everything that the process is made of; until it is told to stop."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        ground = await stack.enter_async_context(opened(settings, keys, on_forked=stop.set))
        reading = await stack.enter_async_context(database.pool(database.views_url(settings, "append"), largest=2))
        source = LogSource(database.ledger_url(settings, "append"))
        stack.push_async_callback(source.close)
        views, marker = Views(reading), Marker(keys.log_id)
        history = History(source, views, marker, ground.log.distrust)
        await history.first_look()
        _refuse_forked(ground)
        async with serving(settings, keys, ground, "worker") as me:
            watching = asyncio.create_task(history.watch())
            stack.callback(watching.cancel)
            bus = None if seed is None else as_user(settings, TELLER, seed)
            if bus is not None:
                await bus.start()
                stack.push_async_callback(bus.close)
            claims = Claims(database.ledger_url(settings, "append"))
            stack.push_async_callback(claims.close)
            forwarder = partial(forwarding, settings, keys, ground, views, claims, bus)
            await work(settings, ground, views, lambda: Follower(source, None, b"", marker), me, stop, forwarder)
            _refuse_forked(ground)


def _refuse_forked(ground: Ground) -> None:
    if ground.log.is_forked:
        raise Forked("the log was set back")


async def work(
    settings: Settings, ground: Ground, views: Views, follower: Callable[[], Follower], me: UUID, stop: asyncio.Event,
    forwarder: Callable[[Lender, Caller], Forwarder],
) -> None:  # fmt: skip
    now = ground.log.now
    worker = Caller(kind=ActorKind.WORKER, id=me, channel=Channel.WORKER)
    agendas = {Reset.TOPIC: Agenda(now), Probe.TOPIC: Agenda(now)}
    finder, signatures = Finder(follower(), agendas, now), Signatures(follower(), ground.mapper, views)
    lender, reach = Lender(ground.vault, ground.sealer, me), by_ssh(Turns())
    resets = Resets(ground.vault, lender, reach, me, pace(settings), now)
    probes = Probes(ground.vault, lender, reach, Examiner, me, now)
    schedules = Schedules(
        ground.vault, worker, lambda: running(views), Activity(ground.pool), lambda: sweep(ground.pool), now
    )
    found = await known(views)
    announce(settings)
    log.info("the worker is ready", count=sum(map(len, found.unfinished.values())))
    works = (
        finder.run(found), agendas[Reset.TOPIC].run(resets.look), agendas[Probe.TOPIC].run(probes.look),
        schedules.run(), signatures.run(), forwarder(lender, worker).run(), beat(ground.vault, worker, ground.log),
        Counting(ground.vault, worker, ground.log, ground.mapper).run(),
    )  # fmt: skip
    await until_stopped(stop, agendas.values(), *works)


def forwarding(
    settings: Settings, keys: Keys, ground: Ground, views: Views, claims: Claims, bus: Bus | None, lender: Lender,
    worker: Caller,
) -> Forwarder:  # fmt: skip
    tell = teller(keys.log_id, ground.topics)

    async def read(after: int, limit: int) -> list[Entry]:
        async with views.reading(AuditProjection) as db:
            return await behind(db, tell, after, limit)

    veil = veil_of(keys.event_root, keys.log_id)
    cursors, alarm = Cursors(ground.pool), views.raise_undelivered
    file = settings.state / "siem" / "consumers.json" if settings.nats_url is None else None
    admission = None if bus is None else Admission(bus, file)
    local = settings.siem_local
    return Forwarder(Means(ground.vault, lender, worker, read, cursors, claims, veil, alarm, local, admission))


def teller_seed(settings: Settings) -> str | None:
    """Who tells the stream AUDIT; None in a share that was laid before there was one."""
    if not (settings.bus / f"{TELLER}.seed").exists():
        return None
    return seed_of(settings, TELLER)


async def until_stopped(stop: asyncio.Event, agendas: Iterable[Agenda], *works: Coroutine[None, None, None]) -> None:
    """All works at once, until asked to stop or one of them cannot go on; attempts may end what they have begun."""
    tasks = [asyncio.create_task(each) for each in works]
    stopped = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait([*tasks, stopped], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        await asyncio.gather(*(agenda.close(LAST_STEPS) for agenda in agendas))
    finally:
        for pending in (*tasks, stopped):
            pending.cancel()
        await asyncio.gather(*tasks, stopped, return_exceptions=True)


def pace(settings: Settings) -> Pace:
    lease, guesses = timedelta(seconds=settings.lease_seconds), timedelta(seconds=settings.guess_seconds)
    return Pace(lease=lease, between_guesses=guesses)
