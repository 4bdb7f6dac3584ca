"""Finding resets: what was open when the read model was last written, and all that the log says since."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from domain.errors import Unavailable
from domain.resets import Reset
from ops.ledger.errors import Away
from ops.ledger.follower import Follower
from ops.ledger.log import Record
from ops.ledger.marks import START, Mark
from ops.logging import Log
from projections.reading import Views
from projections.resets import ResetsProjection
from workers.base import Agenda

PATIENCE = 10.0
AGAIN = 0.5
REACHED: LiteralString = (
    "select position, digest from views.projections where name = %s and version = %s and role = 'serving'"
)
UNFINISHED: LiteralString = "select id from resets where ended_at is null"

log = Log("strongroom.worker")


@dataclass(frozen=True, slots=True)
class Known:
    """Resets that had not ended at `mark`. Only a hint where to look: what is done about them is decided by the log."""

    mark: Mark = START
    unfinished: Sequence[UUID] = ()


async def known(views: Views) -> Known:
    """What the read model knows; nothing, when there is none for a while: then the log is read from its beginning."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while asyncio.get_running_loop().time() < deadline:
        try:
            return await _read(views)
        except Unavailable:
            await asyncio.sleep(AGAIN)
    log.warning("there is no read model of resets: the log is read from its beginning")
    return Known()


async def _read(views: Views) -> Known:
    """The mark first: what is written in between is then seen twice, never missed."""
    async with views.reading(ResetsProjection) as db:
        cursor = await db.execute(REACHED, (ResetsProjection.name, ResetsProjection.version))
        row = await cursor.fetchone()
        found = await (await db.execute(UNFINISHED)).fetchall()
    if row is None:
        raise Unavailable
    return Known(Mark(row[0], bytes(row[1])), [reset_id for (reset_id,) in found])


class Finder:
    """Puts every reset on the agenda that something happened to. Raises Forked when the log was set back."""

    def __init__(self, follower: Follower, agenda: Agenda, now: Callable[[], datetime]) -> None:
        self._follower = follower
        self._agenda = agenda
        self._now = now

    async def run(self, start: Known) -> None:
        """Until cancelled."""
        mark = await self._follow(start.mark)  # where it is seen whether the log is still the one that is known
        for reset_id in start.unfinished:
            self._agenda.put(reset_id, self._now())
        while True:
            mark = await self._follow(mark)

    async def _follow(self, mark: Mark) -> Mark:
        """What has been recorded behind `mark`, if anything has; the mark behind that."""
        try:
            records = await self._follower.next(mark)
        except Away:
            await asyncio.sleep(AGAIN)
            return mark
        for record in records:
            self._note(record)
            mark = self._follower.mark(record)
        return mark

    def _note(self, record: Record) -> None:
        """The topic stands outside the seal: nothing is opened to find work."""
        if record.topic.startswith(f"{Reset.TOPIC}."):
            self._agenda.put(record.stream, self._now())
