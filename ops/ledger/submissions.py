"""What a submission asks of the log, worked out once: which streams it rests on, which it writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from ops.ledger.errors import Unsealable
from ops.ledger.log import Row, Submission

MOST_ROWS = 500
LONGEST_STATE = 60 * 1024


@dataclass(frozen=True, slots=True)
class Needs:
    """`versions`: where each stream that was read or is written must still stand. `writes`: the streams written."""

    versions: Mapping[UUID, int]
    writes: Mapping[UUID, int]


def needs_of(submission: Submission) -> Needs:
    """A stream that is written stands below its first new version, whether it was named as read or not."""
    _check_size(submission)
    versions, writes = dict(submission.reads), dict[UUID, int]()
    for row in submission.rows:
        below = writes.get(row.stream, row.version - 1)
        if row.version != below + 1 or (row.stream not in writes and versions.setdefault(row.stream, below) != below):
            raise Unsealable(f"version {row.version} of {row.stream} does not follow what the decision read")
        writes[row.stream] = row.version
    return Needs(versions, writes)


def _check_size(submission: Submission) -> None:
    if not 0 < len(submission.rows) <= MOST_ROWS:
        raise Unsealable(f"{len(submission.rows)} events in one submission; 1 to {MOST_ROWS} are allowed")
    if submission.good_until is not None and submission.good_until.tzinfo is None:
        raise Unsealable("good_until names no time zone")
    for row in submission.rows:
        if not _fits(row):
            raise Unsealable(f"{row.topic!r} has a state of {len(row.state)} and a mac of {len(row.mac)} bytes")


def _fits(row: Row) -> bool:
    """What the table takes: one row that it refused would take the whole batch with it."""
    return (
        len(row.state) <= LONGEST_STATE
        and len(row.mac) == 32
        and 0 < len(row.topic) < 256
        and row.topic.isascii()
        and row.topic.isprintable()
        and 0 < row.version < 1 << 63
        and 0 <= row.key_id < 1 << 63
        and 0 <= row.author < 1 << 15
    )
