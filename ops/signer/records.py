"""What stands in the log behind what was signed, each record checked before it comes into the tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from psycopg import Connection

from ops.crypto.author_keys import AuthorKeys
from ops.ledger import rows
from ops.ledger.findings import Fault, Finding
from ops.ledger.inspection import Inspector
from ops.ledger.topics import Topics
from ops.proof.errors import Unproved

MOST = 4096
_HEAD = "select coalesce(max(position), 0) from ledger.events"
_CRITICAL = "select exists (select from ledger.events where position > %s and position <= %s and topic = any(%s))"

Database = Connection[tuple[Any, ...]]


class NotAdmitted(Unproved):
    """A record that is not what its author wrote, or does not follow the one before it: no tree is made over it."""

    def __init__(self, found: Finding) -> None:
        super().__init__(f"position {found.position}: {found.what}")
        self.position = found.position


@dataclass(frozen=True, slots=True)
class Batch:
    """Leaf hashes of the records behind a position; when the last was recorded; whether one must not wait."""

    leaves: Sequence[bytes] = ()
    moment: int = 0
    critical: bool = False
    stuck: NotAdmitted | None = None
    """What stands right behind them and cannot be signed."""


@dataclass(frozen=True, slots=True)
class Records:
    """One log's. Order, times, authors' signatures, and whether an author may write such a thing; nothing is opened."""

    log_id: UUID
    topics: Topics
    authors: AuthorKeys
    admitted: dict[int, bytes] = field(default_factory=dict)

    @staticmethod
    def head(database: Database) -> int:
        row = database.execute(_HEAD).fetchone()
        return int(row[0]) if row else 0

    def read(self, database: Database, after: int, up_to: int, since: int) -> Batch:
        """Those after a position, up to another, `MOST` of them at once and up to the first that cannot be signed;
        NotAdmitted when that is the next one. `since`: when the record before was recorded."""
        end = min(up_to, after + MOST)
        leaves: list[bytes] = []
        inspector = Inspector(self.log_id, self.topics, self.authors)
        run = inspector.inspect(rows.read(database, after, end), after, end, leaves)
        faults = [each for each in run.findings if not self._is_admitted(each, leaves, after)]
        if run.first_time and run.first_time < since:
            faults.append(Finding(Fault.TIME, after + 1, "it is older than the record before it"))
        if not faults:
            return Batch(leaves, run.last_time, self._critical(database, after, end))
        first = min(faults, key=lambda each: each.position)
        if first.position <= after + 1:
            raise NotAdmitted(first)
        return self.read(database, after, first.position - 1, since)

    def _is_admitted(self, found: Finding, leaves: Sequence[bytes], after: int) -> bool:
        """Whether a recovery took in exactly this record; what does not stand there was never taken in."""
        at = found.position - after - 1
        return 0 <= at < len(leaves) and self.admitted.get(found.position) == leaves[at]

    def _critical(self, database: Database, after: int, up_to: int) -> bool:
        wanted = [topic.name for topic in self.topics if topic.about.critical]
        row = database.execute(_CRITICAL, (after, up_to, wanted)).fetchone()
        return row is not None and bool(row[0])
