"""Gives an empty log its first records, made elsewhere and at other times: only for what is invented.

Everybody else writes through `ledger.append`, which alone says when something happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import psycopg
from psycopg import Connection

from ops.crypto.key_store import Tier, WrappedKey
from ops.ledger.errors import LedgerError
from ops.ledger.log import Record

LOCK = "select pg_advisory_xact_lock(hashtext('strongroom.ledger'))"
HELD = (
    "select from ledger.events union all select from ledger.event_keys union all select from ledger.secret_keys limit 1"
)
EVENTS = (
    "copy ledger.events (position, stream, version, topic, key_id, author, recorded_at, state, mac)"
    " from stdin (format binary)"
)
COLUMNS = ("int8", "uuid", "int8", "text", "int8", "int2", "timestamptz", "bytea", "bytea")
KEYS = {tier: f"copy ledger.{tier}_keys (id, scope, kek, wrapped, nonce) from stdin (format binary)" for tier in Tier}
KEY_COLUMNS = ("int8", "text", "int4", "bytea", "bytea")


class AlreadyBegun(LedgerError):
    """The log holds something: nothing is ever put there but by appending."""


def found(url: str, records: Iterable[Record], keys: Mapping[Tier, Iterable[WrappedKey]]) -> None:
    """All of it in one transaction, under the log's own lock, or AlreadyBegun. As a superuser: no role of ours may."""
    with psycopg.connect(url) as database:
        database.execute(LOCK)
        if database.execute(HELD.encode()).rowcount:
            raise AlreadyBegun("this log holds something already: use a state folder in which nothing was ever kept")
        for tier, made in keys.items():
            rows = ((key.id, key.scope, key.kek, key.wrapped, key.nonce) for key in made)
            _pour(database, KEYS[tier], KEY_COLUMNS, rows)
        _pour(database, EVENTS, COLUMNS, map(_columns, records))


def _columns(record: Record) -> tuple[Any, ...]:
    r = record
    return (r.position, r.stream, r.version, r.topic, r.key_id, r.author, r.recorded_at, r.state, r.mac)


def _pour(database: Connection[Any], statement: str, types: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    with database.cursor().copy(statement.encode()) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)
