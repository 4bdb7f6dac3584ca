"""Records as PostgreSQL sends them when it copies a table: no driver's objects, so that a million takes seconds."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from struct import Struct
from typing import Any

from psycopg import Connection, Error, OperationalError
from psycopg.errors import error_from_result

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
_STREAM = Struct(">2x4x16s4xq4xq")
_TOPIC = 80

Raw = tuple[int, int, int, int, bytes, int, bytes, bytes, bytes]
"""Position, microseconds since 1970, version, key id, stream, author, topic, mac, state."""


class BrokenRow(Exception):
    """A row that the table's own rules would never have let in."""


def read(connection: Connection[Any], after: int, up_to: int) -> Iterator[bytes]:
    """The rows after one position, up to another, each as it was sent."""
    return copied(connection, READ.format(int(after), int(up_to)))


def read_streams(connection: Connection[Any]) -> Iterator[bytes]:
    """Stream, version and position of every row, sorted by the server from the table itself."""
    return copied(connection, READ_STREAMS)


def parse(row: bytes) -> Raw:
    """The columns of one row."""
    try:
        position, moment, version, key_id, stream, author, topic_length = _FIXED(row)
        topic_end = _TOPIC + topic_length
        mac_start = topic_end + 4
        mac_end = mac_start + _LENGTH(row, topic_end)[0]
        state_start = mac_end + 4
        state_end = state_start + _LENGTH(row, mac_end)[0]
    except struct.error as error:
        raise BrokenRow(str(error)) from error
    if not _TOPIC <= topic_end < mac_start <= mac_end < state_start <= state_end == len(row):
        raise BrokenRow("its columns do not fill it")
    topic, mac, state = row[_TOPIC:topic_end], row[mac_start:mac_end], row[state_start:state_end]
    return position, moment + SINCE_1970, version, key_id, stream, author, topic, mac, state


def parse_streams(rows: Sequence[bytes]) -> list[tuple[bytes, int, int]]:
    """Stream, version, position of each row."""
    if any(len(row) != _STREAM.size for row in rows):
        raise BrokenRow("it is not a stream, a version and a position")
    return list(_STREAM.iter_unpack(b"".join(rows)))


def copied(connection: Connection[Any], query: str) -> Iterator[bytes]:
    """The server sends a row a message; a header comes before the first, two bytes of ones after the last.

    What has come already is taken from libpq itself: the driver's way to it costs more than all that is read there.
    """
    with connection.cursor().copy(query) as copy:
        row = bytes(copy.read())[_HEADER:] or bytes(copy.read())
        while row and row != _END:
            yield row
            row = _at_hand(connection) or bytes(copy.read())
        while row:
            row = bytes(copy.read())  # the answer's end: until it came, it may still turn into an error


def _at_hand(connection: Connection[Any]) -> bytes:
    """A row that has come already; empty when we would have to wait for it."""
    size, row = connection.pgconn.get_copy_data(1)
    if size < 0:
        raise _broken_off(connection)
    return bytes(row)


def _broken_off(connection: Connection[Any]) -> Error:
    """Why an answer ended before its end, as the server says; the connection may be asked again."""
    results = list(iter(connection.pgconn.get_result, None))
    return error_from_result(results[0]) if results else OperationalError("the answer broke off")
