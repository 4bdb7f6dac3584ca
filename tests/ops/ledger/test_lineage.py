"""A log that was set back, or is another one: noticed at the next append, at the next connect, and for good."""

from __future__ import annotations

import asyncio

import psycopg
import pytest

from ops.ledger.errors import Away, CommitUnknown, Forked
from ops.ledger.postgres import PostgresLog
from tests.support.ledger import a_row, a_submission
from tests.support.servers import Database

CUT = "delete from ledger.events where position = (select max(position) from ledger.events)"
OTHER = "update ledger.events set mac = sha256(mac) where position = (select max(position) from ledger.events)"
ALL_END = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'strongroom'"


def done_to(database: Database, *statements: str) -> None:
    with psycopg.connect(database.superuser, autocommit=True) as superuser:
        for statement in statements:
            superuser.execute(statement.encode())


@pytest.mark.parametrize("change", [CUT, OTHER], ids=["shorter", "other"])
async def test_the_next_append_notices_and_nothing_is_written_or_read_any_more(
    ledger_database: Database, change: str
) -> None:
    told: list[None] = []
    async with PostgresLog(ledger_database.append, lambda: told.append(None)) as log:
        for _ in range(3):
            await log.append(a_submission(since=log.head))
        done_to(ledger_database, change)
        with pytest.raises(Forked):
            await log.append(a_submission(since=log.head))
        assert log.is_forked
        for asked in (log.heads([a_row().stream]), log.read(0, 10), log.append(a_submission(since=log.head))):
            with pytest.raises(Forked):
                await asked
        assert told == [None]


@pytest.mark.parametrize("change", [CUT, OTHER], ids=["shorter", "other"])
async def test_whoever_connects_again_notices_without_asking_for_anything(
    ledger_database: Database, change: str
) -> None:
    """As after a restore: every connection is gone, and what answers now is not the same log."""
    forked = asyncio.Event()
    async with PostgresLog(ledger_database.append, forked.set) as log:
        for _ in range(3):
            await log.append(a_submission(since=log.head))
        done_to(ledger_database, change, ALL_END)
        async with asyncio.timeout(5):
            await forked.wait()


async def test_a_log_that_went_on_is_the_same_log(ledger_database: Database) -> None:
    async with PostgresLog(ledger_database.append) as here, PostgresLog(ledger_database.append) as there:
        await here.append(a_submission(since=here.head))
        done_to(ledger_database, ALL_END)
        async with asyncio.timeout(10):
            while True:
                try:
                    await there.append(a_submission(since=there.head))
                    await here.append(a_submission(since=here.head))
                    break
                except (Away, CommitUnknown):
                    await asyncio.sleep(0.05)
        assert not here.is_forked
        assert not there.is_forked
