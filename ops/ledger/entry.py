"""The bytes that bind a record: associated data, what its author signs, its leaf; for ever, see docs/format.md."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from struct import Struct

from ops.ledger.log import Record, Row

VERSION = b"\x01"
NONCE = 12
TAG = 16
MAC = 32
SHORTEST_STATE = 3 + NONCE + TAG
LONGEST_STATE = 60 * 1024

_EVENT = b"strongroom/event/1"
_AUTHOR = b"strongroom/author/1"
_ENTRY = b"strongroom/entry/1"
_BOUND = Struct(">18s16s16sQQHB").pack
_PLACE = Struct(">18sQQ").pack
_U16 = Struct(">H").pack
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def bound(log_id: bytes, stream: bytes, version: int, key_id: int, schema: int, topic: bytes) -> bytes:
    """All that a state is bound to, its associated data: changed in any part, it does not open."""
    return _BOUND(_EVENT, log_id, stream, version, key_id, schema, len(topic)) + topic


def signed(associated: bytes, author: int, state_digest: bytes) -> bytes:
    """What the author's MAC is over."""
    return _AUTHOR + associated + _U16(author) + state_digest


def leaf(position: int, moment: int, associated: bytes, author: int, mac: bytes, state_digest: bytes) -> bytes:
    """What the tree's leaf hashes; `moment` in microseconds since 1970."""
    return _PLACE(_ENTRY, position, moment) + associated + _U16(author) + mac + state_digest


def microseconds(moment: datetime) -> int:
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def schema_of(state: bytes) -> int:
    """The schema a state says it has; it is bound by the associated data."""
    return int.from_bytes(state[1:3])


def bound_by(log_id: bytes, record: Record | Row) -> bytes:
    """The associated data of a record as it stands in the log."""
    schema = schema_of(record.state)
    return bound(log_id, record.stream.bytes, record.version, record.key_id, schema, record.topic.encode())


def leaf_entry(log_id: bytes, record: Record) -> bytes:
    """The leaf entry of a record: no secret in it, safe to hand to auditors; made without any key."""
    state_digest = sha256(record.state).digest()
    moment = microseconds(record.recorded_at)
    return leaf(record.position, moment, bound_by(log_id, record), record.author, record.mac, state_digest)


def digest(log_id: bytes, record: Record) -> bytes:
    """SHA-256 of the leaf entry: what followers keep of the last record, to notice a log that was set back."""
    return sha256(leaf_entry(log_id, record)).digest()
