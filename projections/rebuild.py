"""Builds a projection anew from PostgreSQL while its old generation serves and advances, proves it, and switches.

A crash at any step leaves a generation that serves nobody; the next rebuild drops it and begins again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from ops import database
from ops.database import Async
from ops.ledger.errors import Forked
from ops.ledger.log import Record
from ops.ledger.marks import Mark, Marker
from ops.ledger.source import Source
from projections import generations
from projections.applier import BROKEN, Applier, Folded
from projections.base import Projection
from projections.facts import Opener, facts_for
from projections.generations import Standing
from projections.helpers import Help

BATCH = 8_000
OTHER_BATCH = 3_000
NEAR = 2_000

Digest = dict[str, tuple[int, int, int]]
Report = Callable[[int, int], None]
"""Told (position, head) as it goes."""


class RebuildError(Exception):
    """A rebuild that did not lead to a new generation; the old one serves on. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A generation that serves now, and by which proof."""

    name: str
    generation: int
    position: int
    proof: str


class Rebuild:
    """One projection's. Another process may do another's at the same time, nobody the same. With `distrust`, what
    serves proves nothing: it was written while a record could not be read, or by somebody else."""

    def __init__(
        self, views_url: str, projection: Projection, source: Source, opener: Opener, marker: Marker,
        report: Report = lambda position, head: None, helpers: Help | None = None, distrust: bool = False,
    ) -> None:  # fmt: skip
        self._views_url = views_url
        self._projection = projection
        self._source = source
        self._opener = opener
        self._marker = marker
        self._report = report
        self._helpers = helpers
        self._distrust = distrust

    async def run(self) -> Rebuilt:
        """Fill, prove, switch."""
        async with await database.connect(self._views_url) as views:
            await self._begin(views)
            shadow = await self._filled(views, BATCH)
            proof = await self._prove(views, shadow)
            await self._switch(views, shadow)
        return Rebuilt(shadow.name, shadow.generation, shadow.mark.position, proof)

    async def check(self) -> None:
        """Fill and compare with what serves, and leave it at that; RebuildError when they differ."""
        async with await database.connect(self._views_url) as views:
            await self._begin(views)
            shadow = await self._filled(views, BATCH)
            try:
                await self._same_as_serving(views, shadow)
            finally:
                async with views.transaction():
                    await generations.discard(views, shadow.name, shadow.generation)

    async def _begin(self, views: Async) -> None:
        await views.execute("set synchronous_commit = off")
        await self._alone(views)
        await self._same_history(views)
        await generations.drop(views, self._projection.name, "filling")

    async def _alone(self, views: Async) -> None:
        lock = f"strongroom.rebuild.{self._projection.name}"
        row = await (await views.execute("select pg_try_advisory_lock(hashtext(%s))", (lock,))).fetchone()
        if row is None or not row[0]:
            raise RebuildError(f"{self._projection.name} is being rebuilt by another process: wait for that to end")

    async def _same_history(self, views: Async, *made: Mark) -> None:
        """Nothing is built from a log that has lost or changed what any read model was made from, halted or not: it
        would be served without what was revoked last. `made` is where the new generation stands."""
        await self._marker.compare(self._source, [*await generations.marks(views), *made])

    async def _filled(self, views: Async, batch: int) -> Standing:
        """A new generation that has come near its goal, its indexes made."""
        shadow = await generations.begin(views, self._projection)
        applier = Applier(views, self._marker, bulk=True)
        while (goal := await self._goal(views)) - shadow.mark.position > NEAR:
            await self._fill(applier, shadow, goal, batch)
        await generations.index(views, shadow)
        await self._fill(applier, shadow, await self._goal(views), batch)
        return shadow

    async def _goal(self, views: Async) -> int:
        """As far as what serves has come: there the two can be compared. Where nothing good serves, the head."""
        serving = await self._serving(views)
        return await self._source.head() if serving is None or serving.halted else serving.mark.position

    async def _fill(self, applier: Applier, shadow: Standing, to: int, batch: int) -> None:
        """Bring it to position `to`. The next pages are made ready while PostgreSQL takes the last one."""
        starts = iter(range(shadow.mark.position, to, batch))
        coming = deque(self._coming(start, to, batch) for start in islice(starts, self._ahead))
        try:
            while coming:
                page = await coming.popleft()
                coming.extend(self._coming(start, to, batch) for start in islice(starts, 1))
                await self._take(applier, shadow, page)
                self._report(shadow.mark.position, to)
        finally:
            for task in coming:
                task.cancel()
            await asyncio.gather(*coming, return_exceptions=True)

    @property
    def _ahead(self) -> int:
        return 1 if self._helpers is None else self._helpers.ahead

    def _coming(self, after: int, to: int, batch: int) -> asyncio.Task[Folded | list[Record]]:
        return asyncio.create_task(self._page(after, min(after + batch, to), batch))

    async def _page(self, after: int, up_to: int, batch: int) -> Folded | list[Record]:
        """A page that a helper has folded, if it is a full one; else its records, for us to fold."""
        if self._helpers is not None and up_to - after == batch:
            page = await self._helpers.fold(after, up_to)
            if page is not None:
                return page
        return await self._records(after, up_to)

    async def _records(self, after: int, up_to: int) -> list[Record]:
        """The records right behind `after`, all of them."""
        records = await self._source.read(after, up_to - after)
        if any(record.position != position for position, record in enumerate(records, after + 1)):
            raise Forked(f"the log has a hole behind position {after}")
        if (end := after + len(records)) < up_to:
            raise Forked(f"the log ends at position {end}, and reached position {up_to} before")
        return records

    async def _take(self, applier: Applier, shadow: Standing, page: Folded | list[Record]) -> None:
        """Write a page. What the tables refuse of one that a helper folded, we look at ourselves."""
        if isinstance(page, Folded):
            try:
                await applier.page(shadow, page)
            except BROKEN:
                page = await self._records(shadow.mark.position, page.mark.position)
            else:
                self._opener.log_format = max(self._opener.log_format, page.log_format)
                return
        await self._apply(applier, shadow, page)

    async def _apply(self, applier: Applier, shadow: Standing, records: list[Record]) -> None:
        await applier.alone(shadow, await facts_for(self._projection, self._opener, records))
        if shadow.halted:
            raise RebuildError(f"{shadow.name}: {shadow.halted}; `strongroom ledger verify` tells what is wrong there")

    async def _prove(self, views: Async, shadow: Standing) -> str:
        """That the new tables hold what they must: as the old ones do, or as a second fold says."""
        serving = await self._serving(views)
        if serving is not None and self._believes(serving) and serving.mark.position >= shadow.mark.position:
            await self._same_as_serving(views, shadow)
            return "same as the generation before, at one position"
        if self._distrust or await self._has_another_version(views):
            await self._same_as_second_fold(views, shadow)
            return "two folds with different batch sizes agree"
        return "the first of its kind"

    async def _same_as_serving(self, views: Async, shadow: Standing) -> None:
        """Against a snapshot, in which the serving generation stands still while it advances for everybody else."""
        applier = Applier(views, self._marker, bulk=True)
        async with await database.connect(self._views_url) as frozen:
            await frozen.execute("begin isolation level repeatable read read only")
            serving = await self._serving(frozen)
            if serving is None:
                raise RebuildError(f"{shadow.name} has got another generation meanwhile: begin again")
            await self._fill(applier, shadow, serving.mark.position, BATCH)
            old, new = await asyncio.gather(generations.digest(frozen, serving), generations.digest(views, shadow))
        _compare(shadow, old, new)

    async def _same_as_second_fold(self, views: Async, shadow: Standing) -> None:
        second = await self._filled(views, OTHER_BATCH)
        applier = Applier(views, self._marker, bulk=True)
        await self._fill(applier, shadow, second.mark.position, BATCH)
        await self._fill(applier, second, shadow.mark.position, OTHER_BATCH)
        one, other = await generations.digest(views, shadow), await generations.digest(views, second)
        async with views.transaction():
            await generations.discard(views, second.name, second.generation)
        _compare(shadow, one, other)

    async def _switch(self, views: Async, shadow: Standing) -> None:
        """In one transaction, while the serving one is held: never back behind what has been shown already, and only
        while the log is still the one that everything was made from."""
        applier = Applier(views, self._marker, bulk=True)
        await self._fill(applier, shadow, await self._goal(views), BATCH)
        async with views.transaction():
            shown = await generations.hold(views, shadow.name)
            await self._fill(applier, shadow, await self._goal(views), BATCH)
            await self._same_history(views, shadow.mark)
            if shadow.mark.position < shown:
                raise RebuildError(f"{shadow.name} would go back behind position {shown}, which was shown: begin again")
            await generations.serve(views, shadow)

    async def _serving(self, views: Async) -> Standing | None:
        return next(iter(await generations.serving(views, [self._projection])), None)

    def _believes(self, serving: Standing) -> bool:
        return not serving.halted and not self._distrust

    async def _has_another_version(self, views: Async) -> bool:
        known = "select from views.projections where name = %s and role <> 'filling'"
        return bool((await views.execute(known, (self._projection.name,))).rowcount)


def _compare(shadow: Standing, old: Digest, new: Digest) -> None:
    different = [table for table in {**old, **new} if old.get(table) != new.get(table)]
    if different:
        raise RebuildError(
            f"{shadow.name}: at position {shadow.mark.position} the tables {', '.join(different)} of two generations "
            "differ: the old one serves on. `strongroom ledger verify` says whether the log is sound; if it is, "
            f"`strongroom projections rebuild {shadow.name} --distrust` puts the new one in its place"
        )
