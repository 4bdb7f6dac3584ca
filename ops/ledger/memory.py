"""The event log in memory: the same answers as PostgreSQL's, for tests that are to end in seconds."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from uuid import UUID

from ops.ledger.errors import Expired, Forked, LedgerError, Moved, Repeated, RepeatedOtherwise
from ops.ledger.log import Appended, Idempotency, Record, Row, Submission
from ops.ledger.submissions import Needs, needs_of

MICROSECOND = timedelta(microseconds=1)
KEPT = timedelta(hours=24)


class MemoryLog:
    """One process's log, for as long as it lives. `clock` stands for the database's."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._records: list[Record] = []
        self._streams: dict[UUID, list[Record]] = {}
        self._requests: dict[tuple[UUID, bytes], tuple[bytes, Record]] = {}
        self._callbacks: list[Callable[[UUID, int], None]] = []
        self._failures: deque[tuple[LedgerError, bool]] = deque()
        self._forked = False

    @property
    def head(self) -> int:
        return len(self._records)

    def now(self) -> datetime:
        return max(self._clock(), self._records[-1].recorded_at) if self._records else self._clock()

    def fork(self) -> None:
        """From now on the log is not the one that it was."""
        self._forked = True

    def fail(self, error: LedgerError, *, committed: bool = False) -> None:
        """Answer the next append with `error`, done or not: a connection lost before the commit, or after it."""
        self._failures.append((error, committed))

    async def append(self, submission: Submission) -> Appended:
        self._refuse()
        needs = needs_of(submission)
        if self._failures:
            error, committed = self._failures.popleft()
            if committed:
                self._commit(submission, needs)
            raise error
        return self._commit(submission, needs)

    async def stream(self, stream: UUID, after: int = 0) -> list[Record]:
        self._refuse()
        return [record for record in self._streams.get(stream, ()) if record.version > after]

    async def heads(self, streams: Collection[UUID]) -> dict[UUID, int]:
        self._refuse()
        return {stream: self._version(stream) for stream in streams}

    async def read(self, after: int, limit: int) -> list[Record]:
        self._refuse()
        return self._records[after : after + limit]

    async def settle(self, key: Idempotency) -> None:
        self._refuse()
        self._settle(key, self.now())

    def on_moved(self, callback: Callable[[UUID, int], None]) -> None:
        self._callbacks.append(callback)

    def _refuse(self) -> None:
        if self._forked:
            raise Forked(f"the log is not the one that ended at {self.head}")

    def _version(self, stream: UUID) -> int:
        records = self._streams.get(stream)
        return records[-1].version if records else 0

    def _commit(self, submission: Submission, needs: Needs) -> Appended:
        at = self._next_moment()
        if submission.idempotency is not None:
            self._settle(submission.idempotency, at)
        if moved := [s for s, version in needs.versions.items() if self._version(s) != version]:
            raise Moved(moved)
        if submission.good_until is not None and submission.good_until <= at:
            raise Expired
        first, *_ = [self._add(row, at) for row in submission.rows]
        if (key := submission.idempotency) is not None:
            self._requests[key.actor, key.key_hash] = (key.body_mac, first)
        return Appended(first.position, at)

    def _next_moment(self) -> datetime:
        if not self._records:
            return self._clock()
        return max(self._clock(), self._records[-1].recorded_at + MICROSECOND)

    def _settle(self, key: Idempotency, at: datetime) -> None:
        body_mac, first = self._requests.get((key.actor, key.key_hash), (None, None))
        if first is None or first.recorded_at <= at - KEPT:
            return
        if body_mac != key.body_mac:
            raise RepeatedOtherwise
        raise Repeated(first.position, first.stream)

    def _add(self, row: Row, at: datetime) -> Record:
        r, position = row, self.head + 1
        record = Record(position, r.stream, r.version, r.topic, r.key_id, r.author, at, r.state, r.mac)
        for callback in self._callbacks:
            callback(row.stream, row.version)
        self._records.append(record)
        self._streams.setdefault(row.stream, []).append(record)
        return record
