"""The fork rule: everybody who follows the log remembers its last record, and looks whether it is still there."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from ops.ledger import entry
from ops.ledger.errors import Forked
from ops.ledger.log import Record
from ops.ledger.source import Source


@dataclass(frozen=True, slots=True)
class Mark:
    """The last record that a follower knows; position 0 is before the first."""

    position: int
    digest: bytes

    def fits(self, digest: bytes) -> bool:
        """Whether that is the record. Of one that could not be read nothing but its place is remembered: it was
        passed over with an alarm, and may be put back as it was."""
        return self.digest in (UNREAD, digest)


UNREAD = b""
START = Mark(0, UNREAD)


class Marker:
    """Makes marks of one log's records and compares them with the log."""

    def __init__(self, log_id: UUID) -> None:
        self._log_id = log_id.bytes

    def mark(self, record: Record) -> Mark:
        return Mark(record.position, self.digest(record))

    def digest(self, record: Record) -> bytes:
        """SHA-256 of the record's leaf entry; of a row that has none because it was tampered with, of all it says."""
        try:
            return entry.digest(self._log_id, record)
        except struct.error:
            return sha256(repr(record).encode()).digest()

    async def compare(self, source: Source, marks: Iterable[Mark]) -> None:
        """Forked, when the log is shorter than a mark or holds another record there."""
        for mark in {mark for mark in marks if mark.position}:
            record = await source.at(mark.position)
            if record is None:
                raise Forked(f"the log ends before position {mark.position}, which has been followed already")
            if not mark.fits(self.digest(record)):
                raise Forked(f"the log holds another record at position {mark.position} than was followed before")
