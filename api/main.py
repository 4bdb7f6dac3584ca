"""The api process: reads its settings once, loads its keys, becomes nobody special, and serves."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import uvicorn
import uvloop

from api.app import SiteParts, assembled
from api.caller import Services
from api.console import Console
from api.health import Health
from api.idle import IdleWatch
from api.live import Live
from api.measures import Measures
from api.nats_probe import NatsProbe
from api.protocol import BoundedProtocol
from api.tls import Certificate, allowed_hosts
from commands.refusals import RefusalDesk
from commands.sign_ins import Door
from commands.vault import Vault
from commands.work import Tools
from domain import ids
from domain.base import Author
from domain.errors import StrongroomError
from domain.registry import AGGREGATES
from ops import database
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import PostgresKeyStore, Tier
from ops.crypto.keyring import Keyring, name_key, scope_of
from ops.crypto.logins import Logins
from ops.crypto.providers.file import FileRoot
from ops.crypto.random import SystemRandom
from ops.crypto.sealer import Sealer
from ops.ledger.activity import Activity
from ops.ledger.errors import LedgerError
from ops.ledger.mapper import Mapper
from ops.ledger.postgres import PostgresLog
from ops.ledger.topics import Topics
from ops.logging import Log, start_logging
from ops.runtime import certificates, privileges
from ops.runtime.readiness import announce
from ops.settings import Settings
from ops.telemetry import start_telemetry
from projections.catalogue import PROJECTIONS
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


@dataclass(frozen=True, slots=True)
class Keys:
    """What only whoever started us can read."""

    log_id: UUID
    event_root: FileRoot
    secret_root: FileRoot
    authors: AuthorKeys

    @classmethod
    def read(cls, settings: Settings) -> Keys:
        folder = settings.keys
        return cls(
            settings.log_id,
            FileRoot.read(folder / "event.root"),
            FileRoot.read(folder / "secret.root"),
            AuthorKeys.read(folder, Author.API),
        )


def main(settings: Settings) -> int:
    start_logging("api")
    start_telemetry("api", None if settings.traces is None else Path(settings.traces))
    keys = Keys.read(settings)
    certificate = Certificate(certificates.certificate_file(settings), certificates.key_file(settings))
    hosts = allowed_hosts(certificate.names(), settings.port)
    console = Console(CONSOLE if CONSOLE.is_dir() else None)
    listening = listen(settings.host, settings.port)
    privileges.drop(settings, *LATE)
    uvloop.run(serve(settings, keys, certificate, hosts, console, listening))
    return 0


async def serve(
    settings: Settings,
    keys: Keys,
    certificate: Certificate,
    hosts: frozenset[str],
    console: Console,
    listening: socket.socket,
) -> None:
    """Everything that the process is made of, top to bottom; until it is told to stop."""
    async with AsyncExitStack() as stack:
        ledger = await stack.enter_async_context(database.pool(database.ledger_url(settings, "append"), 2, 8))
        reading = await stack.enter_async_context(database.pool(database.views_url(settings, "append"), 2, 8))
        log = await stack.enter_async_context(PostgresLog(database.ledger_url(settings, "append"), forked))
        logins = Logins()
        stack.callback(logins.close)
        event_keys = Keyring(Tier.EVENT, keys.event_root, keys.log_id, PostgresKeyStore(ledger, Tier.EVENT))
        secret_keys = Keyring(Tier.SECRET, keys.secret_root, keys.log_id, PostgresKeyStore(ledger, Tier.SECRET))
        topics = Topics(AGGREGATES)
        mapper = Mapper(keys.log_id, event_keys, keys.authors, topics)
        names = name_key(keys.event_root, keys.log_id)
        tools = Tools(
            random=SystemRandom(),
            sealer=Sealer(keys.log_id, secret_keys),
            logins=logins,
            reserve=lambda kind, name: ids.reserved(names, kind, name),
        )
        vault = Vault(log, mapper, tools, RefusalDesk(asyncio.get_running_loop().time))
        views = Views(reading)
        services = Services(
            vault=vault,
            log=log,
            door=Door(vault),
            idle=IdleWatch(Activity(ledger), IDLE),
            views=views,
            topics=topics,
            body_key=keys.event_root.derive(1, BODY_LABEL + keys.log_id.bytes),
        )
        live = Live(vault, log)
        health = Health(
            log=log,
            views=views,
            keys=lambda: event_keys.data_key(scope_of(None, log.now().date())),
            nats=NatsProbe(settings.bus_url),
            projections=[each.name for each in PROJECTIONS],
        )
        measures = Measures(log, views, live)
        app = assembled(services, live, health, SiteParts(console, hosts, measures.refresh))
        server = Server(app, certificate, live, settings)
        async with asyncio.TaskGroup() as group:
            beside = [
                group.create_task(kept("live updates", live.run)),
                group.create_task(kept("counting refusals", vault.count_refusals)),
                group.create_task(certificate.watch()),
            ]
            await server.serve([listening])
            for task in beside:
                task.cancel()


class Server(uvicorn.Server):
    """uvicorn, which says when it is ready, and lets browsers go before it stops."""

    def __init__(self, app: object, certificate: Certificate, live: Live, settings: Settings) -> None:
        config = uvicorn.Config(
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
        super().__init__(config)
        self._live = live
        self._settings = settings

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        announce(self._settings)
        LOG.info("serving", port=self._settings.port)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._live.close()
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """The port, shared with any other api process on this machine: the kernel deals connections out."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listening.bind((host, port))
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
