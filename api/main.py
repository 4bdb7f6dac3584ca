"""The api process: reads its settings once, loads its keys, becomes nobody special, and serves."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, nullcontext
from datetime import timedelta
from pathlib import Path

import uvicorn
import uvloop

from api.app import SiteParts, assembled
from api.caller import Services
from api.console import Console
from api.health import Health
from api.idle import IdleWatch
from api.live import Live
from api.looking import Installation
from api.measures import Measures
from api.protocol import BoundedProtocol
from api.tls import Certificate, allowed_hosts, loaded
from commands.ground import Keys, opened, serving
from commands.sign_ins import Door
from domain.base import Author
from domain.errors import StrongroomError
from ops import database
from ops.bus import PROGRESS
from ops.crypto.keyring import scope_of
from ops.ledger.activity import Activity
from ops.ledger.errors import LedgerError
from ops.ledger.marks import Marker
from ops.ledger.source import LogSource
from ops.logging import Log, start_logging
from ops.runtime import certificates, garbage, privileges
from ops.runtime.complaints import CANNOT_GO_ON
from ops.runtime.keys import seed_of
from ops.runtime.nats import FOLLOWER
from ops.runtime.process import StartError
from ops.runtime.readiness import announce
from ops.runtime.seats import as_user
from ops.settings import Settings
from ops.telemetry import start_telemetry
from projections.catalogue import PROJECTIONS
from projections.history import History
from projections.reading import Views

LOG = Log("strongroom.api")
CONSOLE = Path(__file__).resolve().parent.parent / "ui" / "dist"
IDLE = timedelta(minutes=15)
LATE = (
    "anyio._backends._asyncio",
    "uvicorn.lifespan.off",
    "uvicorn.protocols.http.httptools_impl",
    "psycopg.pq._debug",
)
BODY_LABEL = b"strongroom/idempotency/1"
AGAIN = 5.0


def main(settings: Settings) -> int:
    start_logging("api")
    start_telemetry("api", None if settings.traces is None else Path(settings.traces))
    keys = Keys.read(settings, Author.API)
    seed = seed_of(settings, FOLLOWER)
    certificate = loaded(certificates.certificate_file(settings), certificates.key_file(settings))
    hosts = allowed_hosts(certificate.names(), settings.port)
    console = Console(CONSOLE if CONSOLE.is_dir() else None)
    listening = listen(settings.host, settings.port)
    privileges.drop(settings, *LATE)
    garbage.seldom()
    try:
        uvloop.run(serve(settings, keys, seed, certificate, hosts, console, listening))
    except CANNOT_GO_ON as trouble:
        LOG.error("the api cannot go on", trouble, problem=type(trouble).__name__)
        raise
    return 0


async def serve(
    settings: Settings,
    keys: Keys,
    seed: str,
    certificate: Certificate,
    hosts: frozenset[str],
    console: Console,
    listening: socket.socket,
) -> None:
    """Everything that the process is made of, top to bottom; until it is told to stop."""
    async with AsyncExitStack() as stack:
        ground = await stack.enter_async_context(opened(settings, keys, 8, forked))
        reading = await stack.enter_async_context(database.pool(database.views_url(settings, "append"), 2, 8))
        bus = as_user(settings, FOLLOWER, seed)
        await bus.start()
        stack.push_async_callback(bus.close)
        vault, log, views = ground.vault, ground.log, Views(reading)
        live = Live(vault, log)
        health = Health(
            log=log,
            views=views,
            keys=lambda: ground.event_keys.data_key(scope_of(None, log.now().date())),
            nats=lambda: bus.connected,
            projections=[each.name for each in PROJECTIONS],
            clock_off=lambda: log.clock.off,
        )
        looks = Installation(settings, log, ground.pool, bus, views, health, lambda: log.clock.off, lambda: live.open)
        services = Services(
            vault=vault,
            log=log,
            door=Door(vault),
            idle=IdleWatch(Activity(ground.pool), IDLE),
            views=views,
            topics=ground.topics,
            log_id=keys.log_id,
            installation=looks,
            body_key=keys.event_root.derive(1, BODY_LABEL + keys.log_id.bytes),
        )
        history = History(LogSource(database.ledger_url(settings, "append")), views, Marker(keys.log_id), log.distrust)
        stack.push_async_callback(history.close)
        measures = Measures(log, views, live)
        app = assembled(services, live, health, SiteParts(console, hosts, measures.refresh))
        server = Server(app, certificate, live, settings)
        await history.first_look()
        run = nullcontext() if log.is_forked else serving(settings, keys, ground, "api")
        async with run, asyncio.TaskGroup() as group:
            beside = [
                group.create_task(kept("live updates", live.run)),
                group.create_task(kept("counting refusals", vault.count_refusals)),
                group.create_task(kept("hearing of progress", lambda: bus.hear(PROGRESS, views.heard))),
                group.create_task(certificate.watch()),
                group.create_task(history.watch()),
            ]
            await server.serve([listening])
            for task in beside:
                task.cancel()


class Server(uvicorn.Server):
    """uvicorn, which says when it is ready, and lets browsers go before it stops."""

    def __init__(self, app: object, certificate: Certificate, live: Live, settings: Settings) -> None:
        super().__init__(configured(app, certificate))
        self._live = live
        self._settings = settings

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        announce(self._settings)
        LOG.info("serving", port=self._settings.port)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._live.close()
        await super().shutdown(sockets)


def configured(app: object, certificate: Certificate) -> uvicorn.Config:
    """How uvicorn serves here: TLS and bounded HTTP/1.1, and nothing that it would write or guess by itself."""
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        loop="none",
        http=BoundedProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        backlog=2048,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=5,
        ssl_context_factory=lambda _config, _default: certificate.context,
    )


def listen(host: str, port: int) -> socket.socket:
    """The port, shared with any other api process on this machine: the kernel deals connections out."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        raise StartError(
            f"cannot listen on {host} port {port} ({error.strerror}): choose another with STRONGROOM_HOST and "
            "STRONGROOM_PORT"
        ) from error
    listening.set_inheritable(False)
    return listening


async def kept(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Work that goes on beside requests: a log that is away interrupts it, and no more."""
    while True:
        try:
            await work()
        except (StrongroomError, LedgerError) as trouble:
            LOG.warning("work beside requests was interrupted", check=name, problem=type(trouble).__name__)
            await asyncio.sleep(AGAIN)


def forked() -> None:
    """From here on every answer is 503; an operator has to look."""
    LOG.error("the event log was set back: nothing is served any more")
