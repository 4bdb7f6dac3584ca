"""Seeing to it that every record was signed by its author: the projector has no author's key to check by, and would
show what somebody forged with data keys alone. How far it was looked at is kept, so that nothing is passed over while
no worker runs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from domain.errors import Unavailable
from ops.ledger.errors import Away, Forked, Tampered, UpgradeNeeded
from ops.ledger.follower import LIMIT, Follower
from ops.ledger.log import Record
from ops.ledger.marks import START, Mark
from ops.logging import Log

REST = 1.0

log = Log("strongroom.worker")


class Checker(Protocol):
    """Who holds all authors' keys; the mapper."""

    def check(self, record: Record) -> None: ...


class Desk(Protocol):
    """Where it is kept how far was looked, and where people look. Raises Unavailable."""

    async def raise_forged(self, position: int, detail: str) -> None: ...

    async def signatures_seen(self) -> Mark: ...

    async def see_signatures(self, mark: Mark) -> None: ...


class Signatures:
    """Names what nobody signed; nothing that is decided rests on such a record, here or elsewhere."""

    def __init__(self, follower: Follower, checker: Checker, desk: Desk) -> None:
        self._follower = follower
        self._checker = checker
        self._desk = desk

    async def run(self) -> None:
        """Until cancelled: what is there, and what comes about once a second. Forked when the log changes meanwhile."""
        mark = None
        while True:
            try:
                mark = await (self._begin() if mark is None else self._step(mark))
            except (Away, Unavailable):
                await asyncio.sleep(REST)

    async def _begin(self) -> Mark:
        """Behind what was seen before. A log that is not that one any more may be a damaged one that was put back:
        it costs nothing but time to look at all of it again."""
        try:
            return await self._step(await self._desk.signatures_seen())
        except Forked as fork:
            log.warning("all signatures are looked at again", problem=str(fork))
            return await self._step(START)

    async def _step(self, mark: Mark) -> Mark:
        """The records behind `mark`, in one go; what could not be told is looked at again."""
        records = await self._follower.next(mark)
        await self.look(records)
        if records:
            mark = self._follower.mark(records[-1])
            await self._desk.see_signatures(mark)
        if len(records) < LIMIT:
            await asyncio.sleep(REST)
        return mark

    async def look(self, records: Sequence[Record]) -> None:
        """Every one of them, whatever stands before it."""
        for record in records:
            try:
                self._checker.check(record)
            except Tampered as trouble:
                log.error("a record is not what its author wrote", position=record.position, problem=str(trouble))
                await self._desk.raise_forged(record.position, str(trouble))
            except UpgradeNeeded:
                continue  # a newer release wrote it: this one is not ours to judge, those behind it are
