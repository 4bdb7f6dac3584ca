"""The log in memory and in PostgreSQL, so that one suite holds both to the same contract."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast

import pytest

from ops.ledger.memory import MemoryLog
from ops.ledger.postgres import PostgresLog
from tests.support.ledger import Pair
from tests.support.servers import Database


@pytest.fixture(params=["memory", "postgres"])
async def pair(request: pytest.FixtureRequest) -> AsyncIterator[Pair]:
    """One log, seen by two processes."""
    if request.param == "memory":
        log = MemoryLog()
        yield Pair(log, log)
        return
    database = cast("Database", request.getfixturevalue("module_ledger_database"))
    async with PostgresLog(database.append) as here, PostgresLog(database.append) as there:
        yield Pair(here, there)


@pytest.fixture
async def log(ledger_database: Database) -> AsyncIterator[PostgresLog]:
    """A log in PostgreSQL, empty."""
    async with PostgresLog(ledger_database.append) as opened:
        yield opened
