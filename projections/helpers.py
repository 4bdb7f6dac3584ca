"""Processes that read, open and fold whole pages of the log for a rebuild, so that it has more than one processor.

They only help: a page that is anything but clean they give back, and the rebuild itself looks at it and decides.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Protocol
from uuid import UUID

import psycopg

from domain.registry import AGGREGATES
from ops import database
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import PostgresKeyStore, Tier
from ops.crypto.keyring import Keyring
from ops.crypto.providers.base import Root
from ops.ledger.errors import Away, LedgerError
from ops.ledger.mapper import Mapper
from ops.ledger.marks import Marker
from ops.ledger.source import LogSource
from ops.ledger.topics import Topics
from ops.parentage import die_with
from ops.runtime import garbage
from projections.applier import BROKEN, Folded, folded
from projections.base import Projection
from projections.facts import facts_for


class Help(Protocol):
    """Where a rebuild gets pages from that it need not fold itself."""

    ahead: int
    """How many pages are asked for before the first is taken."""

    async def fold(self, after: int, up_to: int) -> Folded | None:
        """The page right behind `after`; None when it is not clean, not there, or cannot be had."""


@dataclass(frozen=True, slots=True)
class Means:
    """What helpers are born with: forked, so that the root passes on in memory and is never written anywhere."""

    ledger_url: str
    log_id: UUID
    event_root: Root
    projection: Projection


class Helpers:
    """So many processes. When one of them dies, none helps any more, and the rebuild goes on alone."""

    def __init__(self, pool: ProcessPoolExecutor, processes: int) -> None:
        self._pool = pool
        self.ahead = processes + 1

    async def fold(self, after: int, up_to: int) -> Folded | None:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, _fold, after, up_to)
        except BrokenProcessPool:
            return None


@contextmanager
def helpers(means: Means, processes: int | None = None) -> Iterator[Helpers]:
    """To be entered before there is a thread or an event loop: what forks then takes nothing half done along."""
    count = (os.cpu_count() or 1) if processes is None else processes
    pool = ProcessPoolExecutor(count, get_context("fork"), _sit_down, (means, os.getpid()))
    try:
        pool.submit(os.getpid).result()
        yield Helpers(pool, count)
    finally:
        pool.shutdown(cancel_futures=True)


class _Helper:
    """One process: its connections, made when first needed, and its keys."""

    def __init__(self, means: Means) -> None:
        self._projection = means.projection
        self._marker = Marker(means.log_id)
        self._source = LogSource(means.ledger_url)
        self._pool = database.pool(means.ledger_url, 1, 1)
        keyring = Keyring(Tier.EVENT, means.event_root, means.log_id, PostgresKeyStore(self._pool, Tier.EVENT))
        self._mapper = Mapper(means.log_id, keyring, AuthorKeys.none(), Topics(AGGREGATES))

    async def fold(self, after: int, up_to: int) -> Folded | None:
        try:
            return await self._folded(after, up_to)
        except (*BROKEN, LedgerError, Away, psycopg.Error):
            return None

    async def _folded(self, after: int, up_to: int) -> Folded | None:
        await self._pool.open()
        records = await self._source.read(after, up_to - after)
        if [record.position for record in records] != list(range(after + 1, up_to + 1)):
            return None
        batch = folded(self._projection, await facts_for(self._projection, self._mapper, records))
        async with self._pool.connection() as connection:
            rows = await batch.packed(connection, self._projection)
        last = records[-1]
        return Folded(after + 1, self._marker.mark(last), last.recorded_at, rows, self._mapper.log_format)


_here: tuple[asyncio.Runner, _Helper]
"""The helper that a process of the pool is."""


def _sit_down(means: Means, parent: int) -> None:
    global _here
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who was interrupted is our parent, and ends us
    die_with(parent)
    gc.freeze()  # what we share with our parent is never written to by a search
    gc.set_threshold(*garbage.THRESHOLDS)
    runner = asyncio.Runner()
    _here = runner, runner.run(_made(means))


async def _made(means: Means) -> _Helper:
    return _Helper(means)


def _fold(after: int, up_to: int) -> Folded | None:
    runner, helper = _here
    return runner.run(helper.fold(after, up_to))
