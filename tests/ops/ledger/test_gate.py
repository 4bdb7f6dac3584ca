"""What the signer has found not to be what it signed is not written any more, nor what it has not looked at yet."""

from __future__ import annotations

import asyncio

import psycopg
import pytest

from ops.ledger.errors import Away, ReadOnly
from ops.ledger.postgres import PostgresLog
from tests.support.ledger import a_submission, stored
from tests.support.servers import Database

OTHER_SERVER = "update ledger.gate set server_start = server_start - interval '1 second'"


def sign(database: Database, statement: str, *arguments: str) -> None:
    with psycopg.connect(database.dsn("sign"), autocommit=True) as signer:
        signer.execute(statement.encode(), arguments)


def by_hand(database: Database, statement: str) -> None:
    with psycopg.connect(database.superuser, autocommit=True) as hand:
        hand.execute(statement.encode())


async def test_a_log_that_nobody_ever_signed_is_written(ledger_database: Database) -> None:
    async with PostgresLog(ledger_database.append) as log:
        assert (await log.append(a_submission())).position == 1


async def test_behind_a_shut_gate_nothing_is_written_and_everybody_is_told_why(ledger_database: Database) -> None:
    async with PostgresLog(ledger_database.append) as log:
        await log.append(a_submission())
        sign(ledger_database, "select ledger.close_gate('x', 'the log ends at 1: 7 were signed')")
        asked = [log.append(a_submission(since=log.head)) for _ in range(5)]
        said = await asyncio.gather(*asked, return_exceptions=True)
        assert [(type(each), str(each)) for each in said] == [(ReadOnly, "the log ends at 1: 7 were signed")] * 5
        assert len(stored(ledger_database.append)) == 1
        assert len(await log.read(0, 10)) == 1, "who only reads goes on"
        sign(ledger_database, "select ledger.open_gate('x')")
        assert (await log.append(a_submission(since=log.head))).position == 2


async def test_behind_another_server_everybody_waits_for_the_signer(ledger_database: Database) -> None:
    """As after a restore, or when a standby takes over: it may hold less than what was signed."""
    sign(ledger_database, "select ledger.open_gate('x')")
    async with PostgresLog(ledger_database.append) as log:
        await log.append(a_submission())
        by_hand(ledger_database, OTHER_SERVER)
        waiting = asyncio.create_task(log.append(a_submission(since=log.head)))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        sign(ledger_database, "select ledger.open_gate('x')")
        assert (await waiting).position == 2
        by_hand(ledger_database, OTHER_SERVER)
        with pytest.raises(Away):
            await log.append(a_submission(since=log.head))
    assert len(stored(ledger_database.append)) == 2


async def test_a_gate_that_was_shut_stays_shut_over_another_server(ledger_database: Database) -> None:
    sign(ledger_database, "select ledger.open_gate('x')")
    sign(ledger_database, "select ledger.close_gate('x', 'not what was signed')")
    by_hand(ledger_database, OTHER_SERVER)
    async with PostgresLog(ledger_database.append) as log:
        with pytest.raises(ReadOnly):
            await log.append(a_submission())
