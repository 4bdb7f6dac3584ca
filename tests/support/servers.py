"""One real PostgreSQL and one real NATS for a test session, and fresh databases for each test that asks."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from ops.migrations import databases, runner
from ops.migrations.databases import Kind
from ops.migrations.runner import Plan
from ops.runtime import accounts, bus_users, files
from ops.runtime.inboxes import inbox
from ops.runtime.nats import FOLLOWER, PUBLISHER, TELLER, Nats
from ops.runtime.postgres import Postgres, everybody
from ops.runtime.process import start_and_wait, stop

SMALL = {"shared_buffers": "64MB", "max_connections": "100", "max_wal_size": "1GB"}


@dataclass
class DatabaseServer:
    """The session's PostgreSQL. The test's OS user may be any role."""

    postgres: Postgres
    process: subprocess.Popen[bytes]

    def dsn(self, database: str, role: str) -> str:
        return self.postgres.url(database, role)

    def superuser(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.dsn(database, "postgres"), autocommit=True)

    def restart(self, crash: bool = False) -> None:
        """Stop it (or kill it dead) and start it again on the same data."""
        self.stop(crash)
        self.process = start_and_wait(self.postgres)

    def stop(self, crash: bool = False) -> None:
        if crash:
            self.process.kill()
            self.process.wait()
        stop(self.postgres, self.process)


@dataclass(frozen=True)
class Database:
    """A database of one test."""

    server: DatabaseServer
    name: str

    def dsn(self, role: str) -> str:
        return self.server.dsn(self.name, role)

    @property
    def append(self) -> str:
        return self.dsn("append")

    @property
    def project(self) -> str:
        return self.dsn("project")

    @property
    def migrate(self) -> str:
        return self.dsn("migrate")

    @property
    def superuser(self) -> str:
        return self.dsn("postgres")


@dataclass
class NatsServer:
    """A NATS, and the seeds of its users."""

    nats: Nats
    process: subprocess.Popen[bytes]
    seeds: Path

    @property
    def url(self) -> str:
        return self.nats.url

    def seed(self, user: str) -> Path:
        """The file of `publisher` or `follower`; connect with `nkeys_seed=str(…)` and `inbox_prefix`."""
        return self.seeds / f"{user}.seed"

    def inbox_prefix(self, user: str) -> bytes:
        return inbox(user).encode()

    def restart(self, crash: bool = False) -> None:
        self.stop(crash)
        self.process = start_and_wait(self.nats)

    def stop(self, crash: bool = False) -> None:
        if crash:
            self.process.kill()
            self.process.wait()
        stop(self.nats, self.process)


_STARTER = ThreadPoolExecutor(1, "starter")


async def in_starter(work: Callable[..., None], *args: object) -> None:
    """Do it beside the loop, in a thread that outlives every test: a child ends with the thread that started it."""
    await asyncio.get_running_loop().run_in_executor(_STARTER, work, *args)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that the servers' OS user can walk to, short enough for a socket."""
    path = Path(tempfile.mkdtemp(prefix="strongroom-test.", dir="/tmp"))
    path.chmod(0o711)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def database_server(settings: Mapping[str, str] = SMALL) -> Iterator[DatabaseServer]:
    with scratch() as folder:
        postgres = Postgres(folder, accounts.servers(), everybody(accounts.me()), settings)
        server = DatabaseServer(postgres, start_and_wait(postgres))
        try:
            with server.superuser() as superuser:
                databases.create_roles(superuser)
            yield server
        finally:
            server.stop()


@contextmanager
def nats_server() -> Iterator[NatsServer]:
    with scratch() as folder:
        seeds = files.folder(folder / "seeds", 0o700)
        users = {name: _user(seeds / f"{name}.seed") for name in (PUBLISHER, FOLLOWER, TELLER)}
        nats = Nats(folder, accounts.servers(), free_port(), users, secrets.token_hex(32))
        server = NatsServer(nats, start_and_wait(nats), seeds)
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def fresh_database(server: DatabaseServer, kind: Kind, plan: Plan) -> Iterator[Database]:
    """A database as `strongroom up` would make it; copied from one that was made so once."""
    name = f"test_{secrets.token_hex(6)}"
    with server.superuser() as superuser:
        databases.create(superuser, kind, name, template=_template(server, superuser, kind, plan))
    try:
        yield Database(server, name)
    finally:
        with server.superuser() as superuser:
            databases.drop(superuser, name)


def free_port() -> int:
    """A TCP port on loopback that nobody had a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _template(server: DatabaseServer, superuser: psycopg.Connection[tuple[object, ...]], kind: Kind, plan: Plan) -> str:
    name = f"template_{kind.database}"
    if not superuser.execute("select from pg_database where datname = %s", [name]).rowcount:
        databases.create(superuser, kind, name)
        with psycopg.connect(server.dsn(name, "migrate")) as database:
            runner.migrate(database, plan)
    return name


def _user(file: Path) -> str:
    seed = bus_users.new_seed()
    files.write(file, seed, 0o600)
    return bus_users.public_half(seed)
