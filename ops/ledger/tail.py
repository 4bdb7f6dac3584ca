"""Bringing what a process knows up to the log's end: when it connects, when it fell far behind, when others append."""

from __future__ import annotations

from ops.ledger.connection import Connection
from ops.ledger.heads import Heads
from ops.ledger.log import Record
from ops.ledger.source import AT, COLUMNS

PAGE = 10_000
_TAIL = "select position, stream, version from ledger.events where position > %s order by position limit %s"
_LAST = f"select {COLUMNS} from ledger.events order by position desc limit 1"


async def start_at_the_end(connection: Connection, heads: Heads) -> None:
    """For a process that knows nothing yet: all it will read is at least this new."""
    row = await (await connection.cursor(binary=True).execute(_LAST)).fetchone()
    heads.start(Record(*row) if row else None)


async def catch_up(connection: Connection, heads: Heads) -> None:
    """Learn every (stream, version) that was appended since, page by page: caches miss none."""
    while await _learn_page(connection, heads) == PAGE:
        pass


async def _learn_page(connection: Connection, heads: Heads) -> int:
    cursor = connection.cursor(binary=True)
    rows = await (await cursor.execute(_TAIL, (heads.head, PAGE), prepare=True)).fetchall()
    if rows:
        last = await (await cursor.execute(AT, (rows[-1][0],), prepare=True)).fetchone()
        assert last is not None
        heads.learn([row[1] for row in rows], [row[2] for row in rows], Record(*last))
    return len(rows)
