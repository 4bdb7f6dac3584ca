"""The servers of a test session, started when a test first asks for one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ops.migrations import databases, runner
from tests.support.servers import (
    Database,
    DatabaseServer,
    NatsServer,
    database_server,
    fresh_database,
    nats_server,
)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[DatabaseServer]:
    """The session's PostgreSQL; a test that stops it must start it again."""
    with database_server() as server:
        yield server


@pytest.fixture(scope="session")
def bus_server() -> Iterator[NatsServer]:
    """The session's NATS, shared: a test that needs an empty one asks for `fresh_bus`."""
    with nats_server() as server:
        yield server


@pytest.fixture
def fresh_bus() -> Iterator[NatsServer]:
    """A NATS of this test alone."""
    with nats_server() as server:
        yield server


@pytest.fixture
def ledger_database(postgres_server: DatabaseServer) -> Iterator[Database]:
    """An empty log."""
    with fresh_database(postgres_server, databases.LEDGER, runner.LEDGER) as database:
        yield database


@pytest.fixture(scope="module")
def module_ledger_database(postgres_server: DatabaseServer) -> Iterator[Database]:
    """A log that the tests of one module share."""
    with fresh_database(postgres_server, databases.LEDGER, runner.LEDGER) as database:
        yield database


@pytest.fixture
def views_database(postgres_server: DatabaseServer) -> Iterator[Database]:
    """A database for read models, with none in it yet."""
    with fresh_database(postgres_server, databases.VIEWS, runner.VIEWS) as database:
        yield database


@pytest.fixture(scope="module")
def module_views_database(postgres_server: DatabaseServer) -> Iterator[Database]:
    """A database for read models that the tests of one module share."""
    with fresh_database(postgres_server, databases.VIEWS, runner.VIEWS) as database:
        yield database
