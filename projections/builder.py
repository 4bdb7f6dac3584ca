"""Builds what is missing: a projection that no generation of its version serves, at the start or after an upgrade."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import psycopg

from ops import database
from ops.ledger.errors import Away, Forked
from ops.ledger.marks import Marker
from ops.ledger.source import Source
from ops.logging import Log
from projections import generations
from projections.base import Projection
from projections.facts import Opener
from projections.rebuild import Rebuild, RebuildError

AGAIN = 1.0

log = Log("strongroom.builder")


class Builder:
    """Works through what is missing until every projection serves; `built` says when."""

    def __init__(
        self, views_url: str, projections: Sequence[Projection], source: Source, opener: Opener, marker: Marker
    ) -> None:
        self._views_url = views_url
        self._projections = projections
        self._source = source
        self._opener = opener
        self._marker = marker
        self.built = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled; whatever goes away meanwhile, or is being built by another process, is tried again."""
        while not self.built.is_set():
            try:
                missing = await self._missing()
                for projection in missing:
                    await self._build(projection)
                if not missing:
                    self.built.set()
            except (psycopg.OperationalError, psycopg.InterfaceError, Away, Forked, RebuildError) as trouble:
                log.warning("read models cannot be built just now", problem=type(trouble).__name__)
                await asyncio.sleep(AGAIN)
        await asyncio.Event().wait()

    async def _missing(self) -> list[Projection]:
        async with await database.connect(self._views_url) as views:
            serving = {standing.name for standing in await generations.serving(views, self._projections)}
        return [projection for projection in self._projections if projection.name not in serving]

    async def _build(self, projection: Projection) -> None:
        done = await Rebuild(self._views_url, projection, self._source, self._opener, self._marker).run()
        log.info("built", projection=done.name, generation=done.generation, position=done.position)
