"""Who knows which version of a root: each process shares a lock of its newest one, for as long as it is connected.

Keys are wrapped under a newer version only by whoever holds the locks of all older ones alone: so no process that could
not open them is there, and none can come.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import psycopg

from ops import database
from ops.crypto.key_store import Tier
from ops.database import Async
from ops.ledger.errors import Away, KeysMoved
from ops.logging import Log

SPACE: Mapping[Tier, int] = {Tier.EVENT: 0x5352_0001, Tier.SECRET: 0x5352_0002}
"""The first half of each lock's number; the second is the version."""
LOOK = 1.0
_USED = "select version from ledger.key_versions where tier = %s"
_SHARE = "select pg_try_advisory_lock_shared(%s, %s)"

log = Log("strongroom.roots")


class RootLocks:
    """One process's, of the tiers whose roots it holds."""

    def __init__(self, url: str, versions: Mapping[Tier, int]) -> None:
        self._url = url
        self._versions = versions
        self._connection: Async | None = None

    async def take(self) -> None:
        """KeysMoved when keys are being wrapped under a version that this process does not know."""
        self._connection = await database.connect(self._url)
        for tier, version in self._versions.items():
            row = await (await self._connection.execute(_SHARE, (SPACE[tier], version))).fetchone()
            if row is None or not row[0]:
                raise KeysMoved(f"{tier} keys are being wrapped under a newer version of their root than {version}")
            used = await (await self._connection.execute(_USED, (tier,))).fetchone()
            if used is not None and used[0] > version:
                raise KeysMoved(
                    f"{tier} keys are wrapped under version {used[0]} of their root, this file has {version}"
                )

    async def keep(self) -> None:
        """Until cancelled; the locks are lost with the connection, and taken again. KeysMoved when that is too late."""
        while True:
            await asyncio.sleep(LOOK)
            try:
                if self._connection is None or self._connection.closed:
                    await self.take()
                else:
                    await self._connection.execute("select 1")
            except (psycopg.OperationalError, psycopg.InterfaceError):
                await self.give()

    async def give(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


@asynccontextmanager
async def holding_roots(url: str, versions: Mapping[Tier, int], patient: bool = False) -> AsyncIterator[None]:
    """For as long as a process uses these roots. Too old ones are KeysMoved at its start; later it is told to stop, and
    whoever looks after it starts it anew, with the newer file. Who is `patient` begins while PostgreSQL is away."""
    locks = RootLocks(url, versions)
    try:
        await locks.take()
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        if not patient:
            raise Away(type(error).__name__) from error
    keeping = asyncio.create_task(_kept(locks))
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await locks.give()


async def _kept(locks: RootLocks) -> None:
    try:
        await locks.keep()
    except KeysMoved as moved:
        log.error("the roots of this process are too old", problem=str(moved))
        signal.raise_signal(signal.SIGTERM)
