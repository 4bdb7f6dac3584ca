"""How large the log is and how many data keys it has: for whoever looks after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from ops.crypto.key_store import Tier
from ops.database import Pool
from ops.ledger.activity import TROUBLE
from ops.ledger.errors import Away

SIZE: LiteralString = "select pg_total_relation_size('ledger.events')"
BEFORE: LiteralString = "select position from ledger.events where recorded_at < %s order by position desc limit 1"
KEYS: LiteralString = (
    "select 'event', count(*), coalesce(max(kek), 0) from ledger.event_keys"
    " union all select 'secret', count(*), coalesce(max(kek), 0) from ledger.secret_keys"
)


@dataclass(frozen=True, slots=True)
class Keys:
    """How many data keys a tier has, and under which root the newest of them is wrapped."""

    tier: Tier
    count: int
    root: int


@dataclass(frozen=True, slots=True)
class Extent:
    """Bytes on disk, indexes included."""

    size: int
    keys: tuple[Keys, ...]


async def extent(pool: Pool) -> Extent:
    """Asked of the database; raises Away."""
    try:
        async with pool.connection() as db:
            row = await (await db.execute(SIZE)).fetchone()
            keys = await (await db.execute(KEYS)).fetchall()
    except TROUBLE as error:
        raise Away(type(error).__name__) from error
    return Extent(row[0] if row else 0, tuple(Keys(Tier(tier), count, root) for tier, count, root in keys))


async def position_before(pool: Pool, moment: datetime) -> int:
    """The last position that was recorded before `moment`; 0 when none was. Raises Away."""
    try:
        async with pool.connection() as db:
            row = await (await db.execute(BEFORE, (moment,))).fetchone()
    except TROUBLE as error:
        raise Away(type(error).__name__) from error
    return int(row[0]) if row else 0
