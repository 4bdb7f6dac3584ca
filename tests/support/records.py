"""Rows of a log that nobody has to be able to open: for what carries records without understanding them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from uuid import UUID

import psycopg

from domain import ids
from ops.ledger.log import Record
from ops.ledger.marks import Marker
from tests.support.servers import Database

LOG_ID = UUID("018f0000-0000-7000-8000-000000000001")
MARKER = Marker(LOG_ID)
KEY = bytes(range(32))

INSERT = (
    "insert into ledger.events (position, stream, version, topic, key_id, author, recorded_at, state, mac)"
    " select %s, %s, 1, %s, 1, 1, clock_timestamp(), %s, %s"
)


def grow(database: Database, positions: Iterable[int], topic: str = "account.added") -> None:
    """Append a record for each of `positions`, and tell whoever listens."""
    with psycopg.connect(database.superuser) as connection:
        rows = [(p, ids.new(), topic, b"\x01\x00\x01" + os.urandom(60), os.urandom(32)) for p in positions]
        connection.cursor().executemany(INSERT, rows)
        connection.execute("notify ledger")


def cut(database: Database, after: int) -> None:
    """What a restored backup does to a log: everything behind `after` has never been."""
    with psycopg.connect(database.superuser) as connection:
        connection.execute("delete from ledger.events where position > %s", (after,))


def stored(database: Database) -> list[Record]:
    with psycopg.connect(database.superuser) as connection:
        columns = "position, stream, version, topic, key_id, author, recorded_at, state, mac"
        rows = connection.execute(f"select {columns} from ledger.events order by position".encode()).fetchall()
        return [Record(*row) for row in rows]
