"""What the api process is made of, laid part by part: a change to one of them goes where it is made."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Self

from api.app import SiteParts, assembled
from api.asgi import App
from api.caller import Services
from api.console import Console
from api.health import Health
from api.idle import IdleWatch
from api.live import Live
from api.looking import Installation
from api.measures import Measures
from api.server import listen
from api.tls import Certificate, allowed_hosts, loaded
from commands.ground import Ground, Keys, opened
from commands.sign_ins import Door
from domain.base import Author
from ops import database
from ops.bus import Bus
from ops.crypto import labels
from ops.crypto.keyring import scope_of
from ops.ledger.activity import Activity
from ops.ledger.cursors import Cursors
from ops.ledger.marks import Marker
from ops.ledger.source import LogSource
from ops.proof.answers import Answers
from ops.runtime import certificates
from ops.runtime.keys import seed_of
from ops.runtime.nats import FOLLOWER
from ops.runtime.seats import as_user
from ops.settings import Settings
from projections.catalogue import PROJECTIONS
from projections.history import History
from projections.reading import Views

CONSOLE = Path(__file__).resolve().parent.parent / "ui" / "dist"
IDLE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Held:
    """What only whoever started us can have: keys, the certificate's, the port."""

    keys: Keys
    seed: str
    certificate: Certificate
    hosts: frozenset[str]
    console: Console
    listening: socket.socket

    @classmethod
    def read(cls, settings: Settings) -> Self:
        """Before we become nobody special; StartError and KeyFileError say what is wrong."""
        keys, seed = Keys.read(settings, Author.API), seed_of(settings, FOLLOWER)
        certificate = loaded(certificates.certificate_file(settings), certificates.key_file(settings))
        hosts = allowed_hosts(certificate.names(), settings.port)
        console = Console(CONSOLE if CONSOLE.is_dir() else None)
        return cls(keys, seed, certificate, hosts, console, listen(settings.host, settings.port))


@dataclass(frozen=True, slots=True)
class Parts:
    """What runs in this process."""

    ground: Ground
    views: Views
    bus: Bus
    live: Live
    history: History
    app: App


async def lay(stack: AsyncExitStack, settings: Settings, held: Held, forked: Callable[[], None]) -> Parts:
    """Top to bottom, each on those before it; `stack` takes them away again."""
    ground = await stack.enter_async_context(opened(settings, held.keys, 8, forked))
    reading = await stack.enter_async_context(database.pool(database.views_url(settings, "append"), 2, 8))
    bus = as_user(settings, FOLLOWER, held.seed)
    await bus.start()
    stack.push_async_callback(bus.close)
    views, live = Views(reading), Live(ground.vault, ground.log)
    source = LogSource(database.ledger_url(settings, "append"))
    stack.push_async_callback(source.close)
    history = History(source, views, Marker(held.keys.log_id), ground.log.distrust)
    return Parts(ground, views, bus, live, history, _app(settings, held, ground, views, bus, live))


def _app(settings: Settings, held: Held, ground: Ground, views: Views, bus: Bus, live: Live) -> App:
    """Routes and everything around them."""
    health = _health(ground, views, bus)
    clock = ground.log.clock
    looks = Installation(settings, ground.log, ground.pool, bus, views, health, lambda: clock.off, lambda: live.open)
    measures = Measures(ground.log, views, live)
    site = SiteParts(held.console, held.hosts, measures.refresh)
    proofs = Answers(database.ledger_url(settings, "append"), held.keys.log_id, held.keys.trusted)
    return assembled(_services(held.keys, ground, views, looks, proofs), live, health, site)


def _health(ground: Ground, views: Views, bus: Bus) -> Health:
    """Whether we could do our work just now: a key of today is asked for as one that sealed an event would be."""
    log = ground.log
    return Health(
        log=log,
        views=views,
        keys=lambda: ground.event_keys.data_key(scope_of(None, log.now().date())),
        nats=lambda: bus.connected,
        projections=[each.name for each in PROJECTIONS],
        clock_off=lambda: log.clock.off,
    )


def _services(keys: Keys, ground: Ground, views: Views, looks: Installation, proofs: Answers) -> Services:
    """What the routes stand on."""
    return Services(
        vault=ground.vault,
        log=ground.log,
        door=Door(ground.vault),
        idle=IdleWatch(Activity(ground.pool), IDLE),
        views=views,
        topics=ground.topics,
        log_id=keys.log_id,
        installation=looks,
        proofs=proofs,
        cursors=Cursors(ground.pool),
        body_key=keys.event_root.derive(1, labels.bodies(keys.log_id)),
    )
