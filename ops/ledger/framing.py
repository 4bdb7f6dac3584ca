"""A stored record as bytes, whole: what travels on the bus, what is sealed there, what followers remember it by.

    0x01 ‖ u64 position ‖ 16 B stream ‖ u64 version ‖ u64 key id ‖ u16 author ‖ u64 recorded_at in µs since 1970
         ‖ u8 length ‖ topic ‖ u8 length ‖ mac ‖ state (the rest)

All numbers are big-endian. Two records are the same when their frames are.
"""

from __future__ import annotations

import hmac
import struct
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from ops.ledger.log import Record

VERSION = 1
SEAL = "Strongroom-Seal"
_FIXED = struct.Struct(">BQ16sQQHQ")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class NotARecord(Exception):
    """Bytes that no record is framed as."""


def frame(record: Record) -> bytes:
    """The record, every column of it."""
    topic = record.topic.encode()
    fixed = _FIXED.pack(
        VERSION,
        record.position,
        record.stream.bytes,
        record.version,
        record.key_id,
        record.author,
        (record.recorded_at - _EPOCH) // _MICROSECOND,
    )
    return b"".join((fixed, bytes((len(topic),)), topic, bytes((len(record.mac),)), record.mac, record.state))


def unframe(data: bytes) -> Record:
    """The record again; refuses what `frame` cannot have made."""
    try:
        version, position, stream, number, key_id, author, micros = _FIXED.unpack_from(data)
        topic, rest = _text(data, _FIXED.size)
        mac, rest = _text(data, rest)
        recorded_at = _EPOCH + timedelta(microseconds=micros)
        if version != VERSION:
            raise NotARecord(f"format {version}")
        return Record(
            position, UUID(bytes=stream), number, topic.decode(), key_id, author, recorded_at, data[rest:], mac
        )
    except (struct.error, IndexError, UnicodeDecodeError, OverflowError) as error:
        raise NotARecord(str(error)) from error


def digest(record: Record) -> bytes:
    """By what a follower knows the record again."""
    return sha256(frame(record)).digest()


def seal(key: bytes, sequence: int, framed: bytes) -> str:
    """Says that the publisher put this record at this place of the stream."""
    return hmac.digest(key, sequence.to_bytes(8) + sha256(framed).digest(), sha256).hex()


def sealed(key: bytes, sequence: int, framed: bytes, said: str | None) -> bool:
    return said is not None and hmac.compare_digest(seal(key, sequence, framed).encode(), said.encode())


def _text(data: bytes, at: int) -> tuple[bytes, int]:
    """The bytes behind a length, and where they end."""
    end = at + 1 + data[at]
    if end > len(data):
        raise IndexError("cut short")
    return data[at + 1 : end], end
