"""Records as PostgreSQL sends them when it copies a table: no driver's objects, so that a million takes seconds."""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct
from typing import Any

from psycopg import Connection

READ = (
    "copy (select position, recorded_at, version, key_id, stream, author, topic, mac, state from ledger.events "
    "where position > {} and position <= {} order by position) to stdout (format binary)"
)
READ_STREAMS = (
    "copy (select stream, version, position from ledger.events order by stream, version, position) "
    "to stdout (format binary)"
)
SINCE_1970 = 946_684_800_000_000
"""Microseconds from 1970 to the year 2000, from which PostgreSQL counts."""

_HEADER = 19
_END = b"\xff\xff"
_FIXED = Struct(">2x4xq4xq4xq4xq4x16s4xHi").unpack_from
_LENGTH = Struct(">i").unpack_from
_STREAM = Struct(">2x4x16s4xq4xq").unpack
_TOPIC = 80
WIDTH_OF_STREAM_ROW = 46

Raw = tuple[int, int, int, int, bytes, int, bytes, bytes, bytes]
"""Position, microseconds since 1970, version, key id, stream, author, topic, mac, state."""


class BrokenRow(Exception):
    """A row that the table's own rules would never have let in."""


def read(connection: Connection[Any], after: int, up_to: int) -> Iterator[bytes]:
    """The rows after one position, up to another, each as it was sent."""
    return _copied(connection, READ.format(int(after), int(up_to)))


def read_streams(connection: Connection[Any]) -> Iterator[bytes]:
    """Stream, version and position of every row, sorted by the server from the table itself."""
    return _copied(connection, READ_STREAMS)


def parse(row: bytes) -> Raw:
    """The columns of one row."""
    try:
        position, moment, version, key_id, stream, author, length = _FIXED(row)
        topic, at = _column(row, _TOPIC, length)
        mac, at = _column(row, at + 4, *_LENGTH(row, at))
        state, at = _column(row, at + 4, *_LENGTH(row, at))
    except ValueError as error:
        raise BrokenRow(str(error)) from error
    if at != len(row):
        raise BrokenRow("it is longer than its columns")
    return position, moment + SINCE_1970, version, key_id, stream, author, topic, mac, state


def parse_stream(row: bytes) -> tuple[bytes, int, int]:
    """Stream, version, position."""
    if len(row) != WIDTH_OF_STREAM_ROW:
        raise BrokenRow("it is not a stream, a version and a position")
    stream, version, position = _STREAM(row)
    return stream, version, position


def _column(row: bytes, start: int, length: int) -> tuple[bytes, int]:
    if length < 0 or start + length > len(row):
        raise ValueError("a column is missing")
    return row[start : start + length], start + length


def _copied(connection: Connection[Any], query: str) -> Iterator[bytes]:
    """The server sends a row a message; a header comes before the first, two bytes of ones after the last."""
    with connection.cursor().copy(query) as copy:
        rows = iter(copy)
        first = bytes(next(rows))[_HEADER:]
        if first != _END and first:
            yield first
        for row in rows:
            if row != _END:
                yield bytes(row)
