"""Who follows the log is not kept from it by what somebody announces."""

from __future__ import annotations

import asyncio

import psycopg
import pytest

from ops.ledger.postgres import PostgresLog
from tests.support.ledger import a_submission
from tests.support.servers import Database


@pytest.mark.parametrize("said", ["", "x", "-1", "9" * 5000, "٣"])
async def test_what_is_announced_may_be_anything(ledger_database: Database, said: str) -> None:
    async with PostgresLog(ledger_database.append) as here, PostgresLog(ledger_database.append) as there:
        await asyncio.sleep(0.3)  # until they listen
        with psycopg.connect(ledger_database.dsn("project"), autocommit=True) as somebody:
            somebody.execute("select pg_notify('ledger', %s)", (said,))
        await asyncio.sleep(0.3)
        last = (await there.append(a_submission(since=there.head))).position
        async with asyncio.timeout(5):
            while here.head < last:
                await asyncio.sleep(0.01)
