"""Servers of one's own by settings alone: PostgreSQL over TLS with its name proved, NATS with keys; none started."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from domain import ids
from ops import database
from ops.migrations import databases, runner
from ops.runtime import accounts, files, keys
from ops.runtime.nats import Nats
from ops.runtime.process import start_and_wait
from ops.settings import Settings, SettingsError
from tests.support.installation import Installation
from tests.support.proxy import SOCKET
from tests.support.servers import (
    Database,
    DatabaseServer,
    NatsServer,
    database_server,
    free_port,
    fresh_database,
    scratch,
)
from tests.support.tls_relay import Authority, tls_relay

OWN = "correct horse battery staple"
HOST = "db.test"


@dataclass
class Elsewhere:
    """A PostgreSQL that is reached by TLS alone."""

    server: DatabaseServer
    authority: Authority
    port: int

    def url(self, database_: Database, **changes: str) -> str:
        parts = {
            "host": HOST, "hostaddr": "127.0.0.1", "port": str(self.port), "dbname": database_.name,
            "sslmode": "verify-full", "sslrootcert": str(self.authority.ca), **changes,
        }  # fmt: skip
        return " ".join(f"{name}={value}" for name, value in parts.items())


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    with scratch() as folder, database_server() as server:
        authority = Authority.make(folder, HOST)
        with tls_relay(server.postgres.socket / SOCKET, authority, free_port()) as port:
            yield Elsewhere(server, authority, port)


@pytest.fixture(scope="module")
def ledger(elsewhere: Elsewhere) -> Iterator[Database]:
    with fresh_database(elsewhere.server, databases.LEDGER, runner.LEDGER) as made:
        yield made


@pytest.fixture(scope="module")
def views(elsewhere: Elsewhere) -> Iterator[Database]:
    with fresh_database(elsewhere.server, databases.VIEWS, runner.VIEWS) as made:
        yield made


def settings(url: str) -> Settings:
    return Settings(state=Path("/nowhere"), config=Path("/nowhere"), database_url=url, views_url=url)


def test_the_server_is_spoken_to_when_its_name_is_proved(elsewhere: Elsewhere, ledger: Database) -> None:
    with database.connect_now(database.ledger_url(settings(elsewhere.url(ledger)), "append")) as connection:
        assert connection.pgconn.ssl_in_use
        assert connection.execute("select current_user").fetchone() == ("append",)


@pytest.mark.parametrize("change", [{"host": "other.test"}, {"sslrootcert": "ANOTHER"}], ids=["name", "authority"])
def test_another_name_or_another_authority_is_refused(
    elsewhere: Elsewhere, ledger: Database, change: dict[str, str], tmp_path: Path
) -> None:
    another = Authority.make(tmp_path, HOST)
    given = {name: value.replace("ANOTHER", str(another.ca)) for name, value in change.items()}
    with pytest.raises(psycopg.OperationalError, match=r"certificate|SSL error"):
        database.connect_now(database.ledger_url(settings(elsewhere.url(ledger, **given)), "append"))


@pytest.mark.parametrize("mode", ["disable", "prefer", "require", "verify-ca"])
def test_less_than_a_proved_name_is_not_tried(elsewhere: Elsewhere, ledger: Database, mode: str) -> None:
    with pytest.raises(SettingsError, match="sslmode=verify-full"):
        database.ledger_url(settings(elsewhere.url(ledger, sslmode=mode)), "append")


@pytest.mark.slow
async def test_up_starts_our_processes_and_nothing_else(
    elsewhere: Elsewhere, ledger: Database, views: Database
) -> None:
    with scratch() as folder, scratch() as store:
        it = Installation(folder, OWN)
        nats = a_nats(store, it)
        it.told = {
            "STRONGROOM_DATABASE_URL": elsewhere.url(ledger), "STRONGROOM_VIEWS_URL": elsewhere.url(views),
            "STRONGROOM_NATS_URL": nats.url,
        }  # fmt: skip
        try:
            it.up()
            async with it.visitor() as admin:
                await admin.sign_in("admin", OWN)
                made = await admin.post("/resources", {"name": "db1", "type": "linux", "address": "db1.test"})
                shown = await admin.get(f"/resources/{made['id']}", made["position"])
                assert shown["name"] == "db1"
                assert (await admin.get("/status"))["nats"] == "connected"
            children = {each["name"] for each in json.loads((it.state / "standing.json").read_text())}
            assert children == {"signer", "projector", "worker", "api"}
            assert not (it.state / "pgdata").exists()
        finally:
            it.down()
            nats.stop()


def a_nats(store: Path, it: Installation) -> NatsServer:
    """Its operator was given the public halves of the seeds."""
    made = it.settings
    files.folder(made.state, 0o711)
    files.write(made.log_id_file, f"{ids.new()}\n".encode(), 0o644)
    keys.make(made)
    nats = Nats(store, accounts.servers(), free_port(), keys.bus_user_names(made), keys.store_key(made))
    return NatsServer(nats, start_and_wait(nats), made.bus)
