"""The counts that a log holds, read as of one moment for the ranges that are looked at just now."""

from __future__ import annotations

from domain.counts import EVERY, Count
from ops.ledger.counting import Noted
from ops.ledger.log import Record
from ops.ledger.shreds import Database, Reader
from ops.ledger.source import COLUMNS

AT_ONCE = 64
"""Ranges at most: what is asked of the server must not grow with a position that somebody made up."""

_BY_STREAMS = f"select {COLUMNS} from ledger.events where stream = any(%s) and version = 1"


class StoredCounts:
    """By the position that each range ends at. A count that does not open, or that nobody signed, is none."""

    def __init__(self, ledger: Database, reader: Reader) -> None:
        self._ledger = ledger
        self._reader = reader

    def __call__(self, after: int, up_to: int) -> dict[int, Noted]:
        numbers = range(after // EVERY + 1, up_to // EVERY + 1)[:AT_ONCE]
        ends = {Count.create_id(number * EVERY): number * EVERY for number in numbers}
        rows = self._ledger.cursor(binary=True).execute(_BY_STREAMS.encode(), (list(ends),)) if ends else ()
        records = [Record(*row) for row in rows]
        events = self._reader.opened(self._ledger, records) if records else []
        found = zip(records, events, strict=True)
        return {ends[each.stream]: Noted(each.position, said) for each, said in found if isinstance(said, Count.Noted)}
