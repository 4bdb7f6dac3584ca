"""Removing what the database keeps beside the log for a while only."""

from __future__ import annotations

import psycopg
from psycopg_pool import PoolTimeout

from ops.database import Pool
from ops.ledger.errors import Away

SWEEP = "select requests_removed, sessions_removed from ledger.sweep()"


async def sweep(pool: Pool) -> tuple[int, int]:
    """How many rows of old requests and of old sessions went."""
    try:
        async with pool.connection() as connection:
            row = await (await connection.execute(SWEEP)).fetchone()
    except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout) as trouble:
        raise Away("the log's database cannot be reached") from trouble
    assert row is not None
    return row[0], row[1]
