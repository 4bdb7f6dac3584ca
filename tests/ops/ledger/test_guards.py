"""The guards of `ledger.append` itself, asked by a process that knows too little to see for itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from ops.ledger import tail
from ops.ledger.errors import LedgerError, Moved
from ops.ledger.heads import Heads
from ops.ledger.postgres import PostgresLog
from ops.ledger.session import Session
from ops.ledger.waiting import Waiting
from tests.support.ledger import a_row, a_submission
from tests.support.servers import Database


@asynccontextmanager
async def left_behind(database: Database) -> AsyncIterator[tuple[Session, Heads]]:
    """A session, and heads as they are now, which nobody brings up to date."""
    session, heads = await Session.open(database.append), Heads()
    await tail.start_at_the_end(session.connection, heads)
    try:
        yield session, heads
    finally:
        await session.close()


async def offered(session: Session, heads: Heads, command: Waiting) -> dict[int, LedgerError]:
    return (await session.append(heads, [command], with_reads=True)).errors([command])


@pytest.mark.parametrize("absent", [False, True], ids=["moved", "came to be"])
async def test_what_was_read_and_has_moved_refuses_the_command(
    log: PostgresLog, ledger_database: Database, absent: bool
) -> None:
    row = a_row()
    if not absent:
        await log.append(a_submission(row, since=log.head))
    async with left_behind(ledger_database) as (session, heads):
        read = 0 if absent else 1
        await log.append(a_submission(a_row(row.stream, read + 1), since=log.head))
        command = Waiting.of(a_submission(reads={row.stream: read}, since=heads.head))
        errors = await offered(session, heads, command)
    assert isinstance(errors[1], Moved)


async def test_what_others_did_elsewhere_refuses_nothing(log: PostgresLog, ledger_database: Database) -> None:
    row = a_row()
    await log.append(a_submission(row, since=log.head))
    async with left_behind(ledger_database) as (session, heads):
        await log.append(a_submission(since=log.head))
        command = Waiting.of(a_submission(reads={row.stream: 1}, since=heads.head))
        assert await offered(session, heads, command) == {}
