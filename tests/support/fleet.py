"""A whole vault of real processes on servers of its own: two api, a projector, a worker, PostgreSQL and NATS."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from commands.first_start import open_vault
from domain import ids
from ops.migrations import databases, runner
from ops.runtime import accounts, certificates, files, keys
from ops.runtime.nats import Nats
from ops.runtime.process import start_and_wait
from ops.settings import Settings
from tests.support.child import Child
from tests.support.people import Memory
from tests.support.servers import (
    Database,
    DatabaseServer,
    NatsServer,
    database_server,
    free_port,
    fresh_database,
    in_starter,
    scratch,
)
from tests.support.vault import OWN

KINDS = {"projector": "projector", "worker": "worker", "api-1": "api", "api-2": "api"}
"""In the order of their start: the others read what the projector makes."""


@dataclass
class Fleet:
    """What one vault is made of. Whatever is killed stays so until it is started again, as a supervisor would."""

    settings: Settings
    postgres: DatabaseServer
    nats: NatsServer
    ledger: Database
    views: Database
    children: Mapping[str, Child]
    memory: Memory = field(default_factory=Memory)

    @property
    def ports(self) -> tuple[int, ...]:
        return tuple(child.settings.port for child in self.children.values() if child.kind == "api")

    @property
    def certificate(self) -> Path:
        return certificates.certificate_file(self.settings)

    async def revive(self) -> None:
        """Start what is not running."""
        for child in self.children.values():
            child.disarm()
            child.thaw()
            if not child.alive:
                await child.start()

    @asynccontextmanager
    async def another_worker(self) -> AsyncIterator[None]:
        """One more, for a while."""
        usual = self.children["worker"]
        other = Child("worker", usual.settings.with_(port=free_port()), usual.output.with_name("worker-2.log"))
        await other.start()
        try:
            yield
        finally:
            other.kill()

    async def lose_the_stream(self) -> None:
        """NATS comes back without anything that it held."""
        await self.stop_nats()
        shutil.rmtree(self.nats.nats.state / "nats")
        await self.start_nats()

    def lose_the_read_models(self) -> None:
        """What can be made again from the log: all of it gone."""
        with psycopg.connect(self.views.superuser, autocommit=True) as views:
            for name, generation in views.execute("select name, generation from views.projections").fetchall():
                views.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(f"{name}_g{generation}")))
            views.execute("delete from views.projections")

    def end(self) -> None:
        for child in self.children.values():
            child.kill()

    async def stop_postgres(self, crash: bool = True) -> None:
        await in_starter(self.postgres.stop, crash)

    async def start_postgres(self) -> None:
        def start() -> None:
            self.postgres.process = start_and_wait(self.postgres.postgres)

        await in_starter(start)

    async def stop_nats(self, crash: bool = True) -> None:
        await in_starter(self.nats.stop, crash)

    async def start_nats(self) -> None:
        def start() -> None:
            self.nats.process = start_and_wait(self.nats.nats)

        await in_starter(start)


@contextmanager
def a_fleet(folder: Path) -> Iterator[Fleet]:
    """Servers, databases, keys and an opened vault; its processes are not started yet."""
    with (
        database_server() as postgres,
        fresh_database(postgres, databases.LEDGER, runner.LEDGER) as ledger,
        fresh_database(postgres, databases.VIEWS, runner.VIEWS) as views,
        scratch() as store,
    ):
        settings = _settings(folder, ledger, views)
        nats = _nats(store, settings)
        fleet = Fleet(settings, postgres, nats, ledger, views, _children(folder, settings))
        try:
            yield fleet
        finally:
            fleet.end()
            if fleet.nats.process.poll() is None:
                nats.stop()
            if fleet.postgres.process.poll() is not None:
                fleet.postgres.process = start_and_wait(fleet.postgres.postgres)


def _settings(folder: Path, ledger: Database, views: Database) -> Settings:
    """A worker that is in more of a hurry than in earnest."""
    settings = Settings(
        state=files.folder(folder / "state", 0o711), config=files.folder(folder / "config", 0o700),
        database_url=without_user(ledger), views_url=without_user(views),
        nats_url=f"nats://127.0.0.1:{free_port()}", lease_seconds=10, guess_seconds=1,
    )  # fmt: skip
    files.write(settings.log_id_file, f"{ids.new()}\n".encode(), 0o644)
    keys.make(settings)
    certificates.ensure(settings)
    password = folder / "password"
    files.write(password, OWN.encode(), 0o600)
    open_vault(settings, password)
    return settings


def _nats(store: Path, settings: Settings) -> NatsServer:
    port = int(settings.bus_url.rpartition(":")[2])
    nats = Nats(store, accounts.servers(), port, keys.bus_user_names(settings), keys.store_key(settings))
    return NatsServer(nats, start_and_wait(nats), settings.bus)


def _children(folder: Path, settings: Settings) -> dict[str, Child]:
    return {
        name: Child(kind, settings.with_(port=free_port()), folder / f"{name}.log", stumbles=True)
        for name, kind in KINDS.items()
    }


def without_user(database: Database) -> str:
    """Where it is, as settings say it."""
    given = conninfo_to_dict(database.append)
    return make_conninfo("", **{name: value for name, value in given.items() if name != "user"})
