"""A read model as of a position: a fold of the log up to there that serves nobody, told row by row, and gone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO, LiteralString

from psycopg import sql

from ops import database
from ops.database import Async
from ops.ledger.marks import Marker
from ops.settings import Settings
from projections import generations, replay
from projections.applier import Applier
from projections.generations import Standing
from projections.helpers import Helpers, Means, helpers
from projections.operator import Unserviceable, explained, means_of, reading
from projections.rebuild import BATCH, Rebuild, Report

ROWS: LiteralString = "select row_to_json(t)::text from {} t order by 1"
MANY = 2_000


class Scratch(Rebuild):
    """Not at the same time as a rebuild of the same projection: each drops what it finds half filled."""

    @asynccontextmanager
    async def filled(self, to: int) -> AsyncIterator[tuple[Async, Standing]]:
        """The fold up to `to`, dropped whatever happens; what a crash leaves is dropped by whoever comes next."""
        async with await database.connect(self._views_url) as views:
            await self._begin(views)
            scratch = await generations.begin(views, self._projection)
            try:
                await self._fill(Applier(views, self._marker, bulk=True), scratch, to, BATCH)
                yield views, scratch
            finally:
                async with views.transaction():
                    await generations.discard(views, scratch.name, scratch.generation)


def check(settings: Settings, name: str, position: int) -> None:
    """Unserviceable when there is no such read model, or the log does not reach that far."""
    with explained():
        means_of(settings, name)
        if position > (head := replay.head(settings)):
            raise Unserviceable(f"the log ends at position {head}: {position} is not there yet")


def tell(settings: Settings, name: str, position: int, file: IO[str], report: Report) -> int:
    """Its rows as JSON lines, each with its table; how many there were. Unserviceable says why not."""
    means = means_of(settings, name)
    with explained(), helpers(means) as hands:
        return asyncio.run(_tell(settings, means, hands, position, file, report))


async def _tell(
    settings: Settings, means: Means, hands: Helpers, position: int, file: IO[str], report: Report
) -> int:  # fmt: skip
    url, marker = database.views_url(settings, "project"), Marker(means.log_id)
    async with reading(means) as (source, mapper):
        scratch = Scratch(url, means.projection, source, mapper, marker, report, hands)
        async with scratch.filled(position) as (views, standing):
            return await tell_rows(views, standing, file)


async def tell_rows(views: Async, standing: Standing, file: IO[str]) -> int:
    """Of every table, in an order that the same rows always have; moments in UTC."""
    told = 0
    async with views.transaction():
        await views.execute("set local timezone to 'UTC'")
        for table in await generations.tables(views, standing):
            async with views.cursor(name="rows") as rows:
                rows.itersize = MANY
                await rows.execute(sql.SQL(ROWS).format(sql.Identifier(standing.schema, table)))
                async for (row,) in rows:
                    said = {"table": table, "row": json.loads(row)}
                    file.write(f"{json.dumps(said, ensure_ascii=False)}\n")
                    told += 1
    return told
