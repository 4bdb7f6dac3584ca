"""Followers see every position once, in order, whatever is slow and however often they begin again."""

from __future__ import annotations

import asyncio
import random
from uuid import uuid4

import psycopg

from ops.ledger.follower import Follower
from ops.ledger.marks import START, Marker
from ops.ledger.postgres import PostgresLog
from ops.ledger.source import LogSource
from tests.support.ledger import a_row, a_submission
from tests.support.servers import Database

WRITERS = 3
EACH = 120
LOCK = "select pg_advisory_xact_lock(hashtext('strongroom.ledger'))"
SLOW = """
create function ledger.slowly() returns trigger language plpgsql as $$
begin perform pg_sleep(random() * 0.01); return null; end $$;
create constraint trigger slowly after insert on ledger.events deferrable initially deferred
  for each row when (new.position % 3 = 0) execute function ledger.slowly();
"""


async def write(database: Database) -> None:
    async with PostgresLog(database.append) as log:
        for _ in range(EACH):
            await log.append(a_submission(*(a_row() for _ in range(random.randrange(1, 4))), since=log.head))


async def hinder(database: Database, over: asyncio.Event) -> None:
    """Somebody holds the log's lock now and then, as a slow commit would."""
    while not over.is_set():
        async with await psycopg.AsyncConnection.connect(database.append) as holder:
            await holder.execute(LOCK)
            await asyncio.sleep(random.uniform(0, 0.03))


async def follow(database: Database, over: asyncio.Event) -> list[int]:
    """Begins again at random, with nothing but its mark."""
    marker, mark, seen = Marker(uuid4()), START, list[int]()
    while True:
        source = LogSource(database.dsn("project"))
        follower = Follower(source, None, b"", marker)
        for _ in range(random.randrange(1, 6)):
            done = over.is_set()
            records = await follower.next(mark, 0.05)
            seen += [record.position for record in records]
            mark = marker.mark(records[-1]) if records else mark
            if done and not records:
                await source.close()
                return seen
        await source.close()


async def test_every_position_is_seen_once_and_in_order(ledger_database: Database) -> None:
    with psycopg.connect(ledger_database.superuser, autocommit=True) as superuser:
        superuser.execute(SLOW)
    over = asyncio.Event()
    followers = [asyncio.create_task(follow(ledger_database, over)) for _ in range(3)]
    hindering = asyncio.create_task(hinder(ledger_database, over))
    await asyncio.gather(*(write(ledger_database) for _ in range(WRITERS)))
    over.set()
    await hindering
    with psycopg.connect(ledger_database.superuser) as superuser:
        row = superuser.execute("select max(position) from ledger.events").fetchone()
    assert row is not None
    for seen in await asyncio.gather(*followers):
        assert seen == list(range(1, row[0] + 1))
