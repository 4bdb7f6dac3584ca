"""One call of `ledger.append`: a batch as its parameters, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.numeric import Int8

from ops.ledger.arrays import bigints, byteas, ints, smallints, texts, times, uuids
from ops.ledger.errors import Expired, LedgerError, Moved, Repeated, RepeatedOtherwise
from ops.ledger.heads import Heads
from ops.ledger.log import Record, Row
from ops.ledger.waiting import Waiting

PARAMETERS = 21
APPEND = f"""
select a.base, a.at, a.refused, a.reasons, a.done_positions, a.done_streams, a.tail_streams, a.tail_versions,
       (a.last).position, (a.last).stream, (a.last).version, (a.last).topic, (a.last).key_id, (a.last).author,
       (a.last).recorded_at, (a.last).state, (a.last).mac
  from ledger.append({", ".join(["%b"] * PARAMETERS)}) a
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """`at` is None when nothing was tried: because of a tail, or because the log is too far ahead for one."""

    base: int
    at: datetime | None
    refused: Sequence[int]
    reasons: Sequence[str]
    done_positions: Sequence[int]
    done_streams: Sequence[UUID]
    tail_streams: Sequence[UUID]
    tail_versions: Sequence[int]
    last: Record | None
    """The record at `base`, when the caller did not know it."""

    def errors(self, batch: Sequence[Waiting]) -> dict[int, LedgerError]:
        """Why which commands (from 1) were not taken."""
        return {
            number: self._error(index, reason, batch[number - 1])
            for index, (number, reason) in enumerate(zip(self.refused, self.reasons, strict=True))
        }

    def _error(self, index: int, reason: str, command: Waiting) -> LedgerError:
        match reason:
            case "moved":
                tail = dict(zip(self.tail_streams, self.tail_versions, strict=True))
                moved = [stream for stream, version in command.versions.items() if tail.get(stream, 0) > version]
                return Moved(moved or command.writes)
            case "expired":
                return Expired()
            case "repeated":  # repeats come first, so that their index fits the other two lists
                return Repeated(self.done_positions[index], self.done_streams[index])
            case _:
                return RepeatedOtherwise()


def parameters(heads: Heads, batch: Sequence[Waiting], with_reads: bool) -> tuple[object, ...]:
    """The batch as `ledger.append` takes it."""
    numbered = list(enumerate(batch, 1))
    rows = [(number, row) for number, command in numbered for row in command.submission.rows]
    known = heads.last
    return (
        Int8(heads.head), known.mac if known else None,
        ints([number for number, _ in rows]), *_columns([row for _, row in rows]),
        *_limits(numbered), *_keys(numbered), with_reads, *_reads(numbered if with_reads else []),
    )  # fmt: skip


def answer(row: tuple[Any, ...]) -> Answer:
    """What came back."""
    base, at, refused, reasons, positions, streams, tail_streams, tail_versions = row[:8]
    last = Record(*row[8:]) if row[-2] is not None else None
    return Answer(
        base, at, refused or (), reasons or (), positions or (), streams or (),
        tail_streams or (), tail_versions or (), last,
    )  # fmt: skip


def _columns(rows: Sequence[Row]) -> tuple[object, ...]:
    return (
        uuids([row.stream for row in rows]),
        bigints([row.version for row in rows]),
        texts([row.topic for row in rows]),
        bigints([row.key_id for row in rows]),
        smallints([row.author for row in rows]),
        byteas([row.state for row in rows]),
        byteas([row.mac for row in rows]),
    )


def _limits(numbered: Sequence[tuple[int, Waiting]]) -> tuple[object, ...]:
    limits = [(number, until) for number, command in numbered if (until := command.submission.good_until) is not None]
    return ints([number for number, _ in limits]), times([until for _, until in limits])


def _keys(numbered: Sequence[tuple[int, Waiting]]) -> tuple[object, ...]:
    keys = [(number, first, key) for number, first, key in _first_rows(numbered) if key is not None]
    return (
        ints([number for number, _, _ in keys]),
        ints([first for _, first, _ in keys]),
        uuids([key.actor for _, _, key in keys]),
        byteas([key.key_hash for _, _, key in keys]),
        byteas([key.body_mac for _, _, key in keys]),
    )


def _first_rows(numbered: Sequence[tuple[int, Waiting]]) -> list[tuple[int, int, Any]]:
    """Each command with the number of its first row and its key."""
    first, found = 1, []
    for number, command in numbered:
        found.append((number, first, command.submission.idempotency))
        first += len(command.submission.rows)
    return found


def _reads(numbered: Sequence[tuple[int, Waiting]]) -> tuple[object, ...]:
    reads = [(number, stream, version) for number, command in numbered for stream, version in command.versions.items()]
    return (
        ints([number for number, _, _ in reads]),
        uuids([stream for _, stream, _ in reads]),
        bigints([version for _, _, version in reads]),
    )
