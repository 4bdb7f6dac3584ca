"""Rows, submissions and logs for tests of whatever appends."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg

from domain import ids
from ops.ledger.log import EventLog, Idempotency, Lane, Record, Row, Submission


def a_row(stream: UUID | None = None, version: int = 1, topic: str = "sample.made", size: int = 100) -> Row:
    """A row whose state is like no other's, as a sealed one is."""
    return Row(stream or ids.new(), version, topic, 1, 1, os.urandom(size), os.urandom(32))


def a_submission(
    *rows: Row, reads: Mapping[UUID, int] | None = None, since: int = 0, good_until: datetime | None = None,
    key: Idempotency | None = None, lane: Lane = Lane.COMMAND,
) -> Submission:  # fmt: skip
    return Submission(rows or (a_row(),), reads or {}, since, good_until, key, lane)


def a_key(key_hash: bytes = b"key", body_mac: bytes = b"body", actor: UUID | None = None) -> Idempotency:
    return Idempotency(actor or ids.new(), key_hash, body_mac)


def as_row(record: Record) -> Row:
    r = record
    return Row(r.stream, r.version, r.topic, r.key_id, r.author, r.state, r.mac)


@dataclass(frozen=True)
class Pair:
    """One log as two processes see it; in memory they are one."""

    here: EventLog
    there: EventLog


def stored(dsn: str) -> list[tuple[int, UUID, int, bytes]]:
    """(position, stream, version, state) of the whole log, gapless or else."""
    with psycopg.connect(dsn, autocommit=True) as database:
        rows = database.execute(
            "select position, stream, version, state from ledger.events order by position", binary=True
        ).fetchall()
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    return rows


def once(dsn: str, states: Collection[bytes]) -> bool:
    """Whether each state is stored, and none twice."""
    found = [row[3] for row in stored(dsn)]
    return len(found) == len(set(found)) and set(states) <= set(found)
