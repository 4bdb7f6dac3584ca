"""Applies facts to generations: rows and position move in one transaction, and only from where they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

import psycopg

from domain.alarms import AlarmKind
from ops.database import Async
from ops.ledger.errors import Forgotten
from ops.ledger.marks import UNREAD, Mark, Marker
from ops.logging import Log
from projections import generations
from projections.base import Fact, Poison, Projection
from projections.facts import is_poison
from projections.generations import Standing
from projections.rows import Batch, Packed

ADVANCE: LiteralString = "select views.advance(%s::text[], %s::integer[], %s, %s, %s, %s)"
BEHIND = "SR020"
BROKEN = (
    psycopg.DataError, psycopg.IntegrityError, psycopg.ProgrammingError, psycopg.NotSupportedError,
    ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError,
)  # fmt: skip
"""What an event can do to a projection. A server that is away or stops a transaction is none of these: try again."""

log = Log("strongroom.projections")


class Unreadable(ValueError):
    """A fact that a projection may not pass over."""


class Overtaken(Exception):
    """Somebody else has moved these generations, or put others in their place: look again where they are."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A page of the log that another process of ours has opened and folded: nothing in it was poison."""

    first: int
    mark: Mark
    recorded_at: datetime
    rows: Packed
    log_format: int


class Applier:
    """One connection to the read models. `bulk` fills new generations by COPY."""

    def __init__(self, views: Async, marker: Marker, bulk: bool = False) -> None:
        self._views = views
        self._marker = marker
        self._bulk = bulk

    async def together(self, standings: Sequence[Standing], facts: Sequence[Fact]) -> None:
        """All of them, from the same mark, in one transaction; each by itself when one of them cannot."""
        try:
            await self._write([(standing, folded(standing.projection, facts)) for standing in standings], facts)
        except BROKEN:
            for standing in standings:
                await self.alone(standing, facts)

    async def alone(self, standing: Standing, facts: Sequence[Fact]) -> None:
        """One of them, in halves of halves if need be, until what breaks it stands alone."""
        if standing.halted:
            return
        try:
            await self._write([(standing, folded(standing.projection, facts))], facts)
        except BROKEN as error:
            if len(facts) == 1:
                await self._poisoned(standing, facts[0], error)
                return
            half = len(facts) // 2
            await self.alone(standing, facts[:half])
            await self.alone(standing, facts[half:])

    async def page(self, standing: Standing, page: Folded) -> None:
        """A page that was folded elsewhere, all of it or nothing."""
        last = page.mark
        advance = ([standing.name], [standing.generation], page.first, last.position, last.digest, page.recorded_at)
        with _in_turn():
            async with self._views.transaction():
                await self._views.execute(ADVANCE, advance)
                await generations.enter(self._views, standing)
                await page.rows.pour(self._views)
        standing.mark = last

    async def _write(self, work: Sequence[tuple[Standing, Batch]], facts: Sequence[Fact]) -> None:
        first, last = facts[0].record, facts[-1].record
        mark = Mark(last.position, UNREAD) if is_poison(facts[-1]) else self._marker.mark(last)
        names, numbers = [standing.name for standing, _ in work], [standing.generation for standing, _ in work]
        advance = (names, numbers, first.position, last.position, mark.digest, last.recorded_at)
        with _in_turn():
            await (self._pour if self._bulk else self._pipe)(advance, work)
        for standing, _ in work:
            standing.mark = mark

    async def _pipe(self, advance: tuple[object, ...], work: Sequence[tuple[Standing, Batch]]) -> None:
        """Everything in one go: one round trip to the server."""
        async with self._views.pipeline(), self._views.transaction():
            await self._views.execute(ADVANCE, advance, prepare=True)
            for standing, rows in work:
                if rows:
                    await generations.enter(self._views, standing)
                    await rows.write(self._views)

    async def _pour(self, advance: tuple[object, ...], work: Sequence[tuple[Standing, Batch]]) -> None:
        async with self._views.transaction():
            await self._views.execute(ADVANCE, advance)
            for standing, rows in work:
                await generations.enter(self._views, standing)
                await rows.pour(self._views, standing.projection)

    async def _poisoned(self, standing: Standing, fact: Fact, error: Exception) -> None:
        """What the projection has declared. The alarm says where and which kind, never what was in the event."""
        position, topic = fact.record.position, fact.record.topic[:100]
        detail = f"{topic}: {fact.event if is_poison(fact) else type(error).__name__}"
        log.error("an event cannot be projected", error, projection=standing.name, position=position)
        if standing.projection.on_poison is Poison.HALT:
            async with self._views.transaction():
                await generations.alarm(self._views, AlarmKind.HALTED, standing.name, position, detail)
                await generations.halt_one(self._views, standing, f"position {position} cannot be projected")
            return
        await self._pass_over(standing, fact)
        await generations.alarm(self._views, AlarmKind.PARKED, standing.name, position, detail)

    async def _pass_over(self, standing: Standing, fact: Fact) -> None:
        rows = Batch()
        if standing.projection.on_poison is Poison.MARK:
            standing.projection.unreadable(fact, rows)
        await self._write([(standing, rows)], [fact])


@contextmanager
def _in_turn() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        if error.sqlstate == BEHIND:
            raise Overtaken from error
        raise


def folded(projection: Projection, facts: Sequence[Fact]) -> Batch:
    """What the facts write, by this projection's rules alone: no database is asked."""
    rows = Batch()
    for fact in facts:
        if type(fact.event) in projection.followed:
            projection.apply(fact.event, fact.record, rows)
        elif isinstance(fact.event, Forgotten):
            projection.forgotten(fact, rows)
        elif is_poison(fact):
            raise Unreadable(fact.record.topic)
    return rows


def marked(standings: Sequence[Standing]) -> Mark:
    """How far the furthest has come; of two at one place, the one that could read what is there."""
    return max((standing.mark for standing in standings), key=lambda mark: (mark.position, mark.digest))
