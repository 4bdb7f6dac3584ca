"""Counting the records of the log, a thousand at a time, for `ledger verify` to count them again. Any number of workers
may: each range is counted once, in order. What was not counted while no worker ran is counted as soon as one does."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from commands.base import Caller
from commands.counts import NoteCount
from commands.vault import Vault
from domain.base import Event
from domain.counts import EVERY, Count, Tally
from domain.errors import StrongroomError
from ops.ledger.counting import Tallies
from ops.ledger.errors import Away, LedgerError, UpgradeNeeded
from ops.ledger.log import EventLog, Record
from ops.logging import Log

REST = 1.0
BREATH = 0.05
"""Between two ranges of a log that is counted late: other work comes in between."""

log = Log("strongroom.schedules")


class Opener(Protocol):
    """The mapper."""

    async def open_each(self, records: Sequence[Record]) -> Sequence[Event | LedgerError]: ...


class Counting:
    """Forked ends it: such a log is not counted further."""

    def __init__(self, vault: Vault, caller: Caller, records: EventLog, opener: Opener) -> None:
        self._vault = vault
        self._caller = caller
        self._records = records
        self._opener = opener

    async def run(self) -> None:
        """Until cancelled. What cannot be counted now is tried again."""
        last: int | None = None
        while True:
            try:
                last = await (self.counted() if last is None else self.count_behind(last))
            except (StrongroomError, Away, UpgradeNeeded) as trouble:
                log.warning("records are not counted yet", position=last or 0, problem=type(trouble).__name__)
                last = None
                await asyncio.sleep(REST)

    async def counted(self) -> int:
        """The last position that a count covers: each count follows the one before it, so halving finds it."""
        low, high = 0, self._records.head // EVERY
        while low < high:
            middle = (low + high + 1) // 2
            stream = Count.create_id(middle * EVERY)
            found = (await self._records.heads([stream])).get(stream, 0)
            low, high = (middle, high) if found else (low, middle - 1)
        return low * EVERY

    async def count_behind(self, last: int) -> int:
        """Count the range that follows, when it is full; the last position that is counted then."""
        if self._records.head < last + EVERY:
            await asyncio.sleep(REST)
            return last
        records = await self._records.read(last, EVERY)
        if [each.position for each in records] != list(range(last + 1, last + EVERY + 1)):
            log.warning("records that should be counted are not there", position=last)
            await asyncio.sleep(REST)
            return last
        await self._vault.execute(noted(records, await self._opener.open_each(records)), self._caller)
        await asyncio.sleep(BREATH)
        return last + EVERY


def noted(records: Sequence[Record], events: Sequence[Event | LedgerError]) -> NoteCount:
    """What a range of records amounts to."""
    tallies = Tallies()
    for record, event in zip(records, events, strict=True):
        tallies.see(record.topic.encode())
        if isinstance(event, Event):
            tallies.read_in(record.topic, record.stream.bytes, event)
    by_id = {name: Tally.of(counts) for name, counts in tallies.by_id().items()}
    return NoteCount(last=records[-1].position, kinds=tallies.kinds(), unread=tallies.unread, **by_id)
