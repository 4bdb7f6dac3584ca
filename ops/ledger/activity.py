"""When sessions were last used: rows beside the log, written through a function of the database's own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg_pool import PoolTimeout

from ops.database import Pool
from ops.ledger.errors import Away

TOUCH = "select ledger.touch_session(%s, %s, %s)"
LAST_USED = "select session, last_used from ledger.session_activity where session = any(%s)"
TROUBLE = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout)


class Activity:
    """`ledger.session_activity`, for a process that serves people."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def touch(self, session: UUID, started: datetime, now: datetime, oldest: datetime) -> bool:
        """Note that `session` is in use; False when nobody used it since `oldest`. The database's clock says when."""
        row = await self._row(TOUCH, (session, started, oldest))
        return bool(row[0][0])

    async def last_used(self, sessions: Collection[UUID]) -> dict[UUID, datetime]:
        """When each of them was last used, as far as it was noted."""
        return dict(await self._row(LAST_USED, (list(sessions),)))  # type: ignore[arg-type]

    async def _row(self, statement: str, params: tuple[object, ...]) -> list[tuple[object, ...]]:
        try:
            async with self._pool.connection() as connection:
                return await (await connection.execute(statement.encode(), params, prepare=True)).fetchall()
        except TROUBLE as trouble:
            raise Away("the log's database cannot be reached") from trouble
