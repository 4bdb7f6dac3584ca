"""When sessions were last used, by the log's time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg

from domain import ids
from ops import database
from ops.ledger.activity import Activity
from tests.support.servers import Database

IDLE = timedelta(minutes=15)
TOMORROW = (
    "insert into ledger.events values (1, gen_random_uuid(), 1, 'x', 1, 1, now() + interval '1 day', 'x',"
    " decode(repeat('00', 32), 'hex')) returning recorded_at"
)


async def test_a_session_that_nobody_used_stays_so(ledger_database: Database) -> None:
    async with database.pool(ledger_database.append) as pool:
        activity, session, now = Activity(pool), ids.new(), datetime.now(UTC)
        assert not await activity.touch(session, now - 2 * IDLE, now, now - IDLE)
        assert await activity.touch(session, now, now, now - IDLE)
        assert not await activity.touch(session, now, now + 2 * IDLE, now + IDLE)


async def test_a_clock_that_was_set_back_shuts_nobody_out(ledger_database: Database) -> None:
    """Times are the log's, which is ahead: what is noted must be so too."""
    with psycopg.connect(ledger_database.superuser, autocommit=True) as hand:
        ((now,),) = hand.execute(TOMORROW.encode()).fetchall()
    async with database.pool(ledger_database.append) as pool:
        activity, session = Activity(pool), ids.new()
        for _ in range(3):
            assert await activity.touch(session, now, now, now - IDLE)
