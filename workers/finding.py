"""Finding work: what was open when the read models were last written, and all that the log says since."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from domain.errors import Unavailable
from domain.probes import Probe
from domain.resets import Reset
from ops.ledger.errors import Away
from ops.ledger.follower import Follower
from ops.ledger.log import Record
from ops.ledger.marks import START, Mark
from ops.logging import Log
from projections.base import Projection
from projections.probes import ProbesProjection
from projections.reading import Views
from projections.resets import ResetsProjection
from workers.base import Agenda

PATIENCE = 10.0
AGAIN = 0.5
REACHED: LiteralString = (
    "select position, digest from views.projections where name = %s and version = %s and role = 'serving'"
)
KINDS: dict[str, tuple[type[Projection], LiteralString]] = {
    Reset.TOPIC: (ResetsProjection, "select id from resets where ended_at is null"),
    Probe.TOPIC: (ProbesProjection, "select id from probes where ended_at is null"),
}
"""What workers work on: in which read model, and how what is unfinished is found there."""

log = Log("strongroom.worker")


@dataclass(frozen=True, slots=True)
class Known:
    """What had not ended at `mark`, by kind. Only a hint where to look: what is done about it is decided by the log."""

    mark: Mark = START
    unfinished: Mapping[str, Sequence[UUID]] = field(default_factory=dict)


async def known(views: Views) -> Known:
    """What the read models know; nothing, when there is one missing: then the log is read from its beginning."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while asyncio.get_running_loop().time() < deadline:
        try:
            found = {kind: await _read(views, *where) for kind, where in KINDS.items()}
        except Unavailable:
            await asyncio.sleep(AGAIN)
        else:
            mark = min((mark for mark, _ in found.values()), key=lambda mark: mark.position)
            return Known(mark, {kind: unfinished for kind, (_, unfinished) in found.items()})
    log.warning("a read model of what is to be done is missing: the log is read from its beginning")
    return Known()


async def _read(views: Views, projection: type[Projection], unfinished: LiteralString) -> tuple[Mark, Sequence[UUID]]:
    """The mark first: what is written in between is then seen twice, never missed."""
    async with views.reading(projection) as db:
        row = await (await db.execute(REACHED, (projection.name, projection.version))).fetchone()
        found = await (await db.execute(unfinished)).fetchall()
    if row is None:
        raise Unavailable
    return Mark(row[0], bytes(row[1])), [each for (each,) in found]


class Finder:
    """Puts all work on its kind's agenda that something happened to. Raises Forked when the log was set back."""

    def __init__(self, follower: Follower, agendas: Mapping[str, Agenda], now: Callable[[], datetime]) -> None:
        self._follower = follower
        self._agendas = agendas
        self._now = now

    async def run(self, start: Known) -> None:
        """Until cancelled."""
        mark = await self._follow(start.mark)  # where it is seen whether the log is still the one that is known
        for kind, things in start.unfinished.items():
            for thing in things:
                self._agendas[kind].put(thing, self._now())
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
        agenda = self._agendas.get(record.topic.partition(".")[0])
        if agenda is not None:
            agenda.put(record.stream, self._now())
