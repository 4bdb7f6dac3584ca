"""Leaf entries of rows as they come from the database, in any number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256

from ops.ledger import entry, rows
from ops.ledger.rows import Raw


def entry_of(log_id: bytes, raw: Raw) -> bytes:
    """The leaf entry of a row; struct.error when a number in it is out of bounds."""
    position, moment, version, key_id, stream, author, topic, mac, state = raw
    associated = entry.bound(log_id, stream, version, key_id, entry.schema_of(state), topic)
    return entry.leaf(position, moment, associated, author, mac, sha256(state).digest())


def entries(log_id: bytes, source: Iterable[bytes]) -> Iterator[bytes]:
    """Of rows as `rows.read` sends them."""
    for row in source:
        yield entry_of(log_id, rows.parse(row))
