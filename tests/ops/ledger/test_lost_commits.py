"""A connection lost in the middle of an append: every waiter learns what became of it, nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import psycopg
import pytest

from ops.ledger.errors import Away, CommitUnknown
from ops.ledger.log import Appended, Submission
from ops.ledger.postgres import PostgresLog
from tests.support.ledger import a_key, a_row, a_submission, once, stored
from tests.support.proxy import Cut, Wire, a_wire
from tests.support.servers import Database, in_starter

LOCK = "select pg_advisory_xact_lock(hashtext('strongroom.ledger'))"
APPENDING = "select pid from pg_stat_activity where query like '%ledger.append%' and wait_event_type = 'Lock'"


@asynccontextmanager
async def the_lock_held(database: Database) -> AsyncIterator[psycopg.AsyncConnection]:
    """Every append waits in the server."""
    async with await psycopg.AsyncConnection.connect(database.append) as holder:
        await holder.execute(LOCK)
        yield holder


async def eight_at_once(log: PostgresLog) -> tuple[list[Submission], Awaitable[list[Appended | BaseException]]]:
    submissions = [a_submission(a_row(), a_row(), since=log.head, key=a_key()) for _ in range(8)]
    answers = asyncio.gather(*map(log.append, submissions), return_exceptions=True)
    await asyncio.sleep(0)
    return submissions, answers


async def a_waiting_backend(database: Database) -> int:
    async with await psycopg.AsyncConnection.connect(database.superuser, autocommit=True) as superuser:
        for _ in range(200):
            if (row := await (await superuser.execute(APPENDING)).fetchone()) is not None:
                return int(row[0])
            await asyncio.sleep(0.01)
    raise AssertionError("no append waits")


def told_the_truth(database: Database, submissions: list[Submission], answers: list[Appended | BaseException]) -> bool:
    """Each was acknowledged, and stands where it was told, once."""
    assert [answer for answer in answers if isinstance(answer, BaseException)] == []
    there = {position: state for position, _, _, state in stored(database.append)}
    assert once(database.append, [row.state for s in submissions for row in s.rows])
    return all(
        isinstance(answer, Appended)
        and [there[answer.position + n] for n in range(2)] == [row.state for row in submission.rows]
        for submission, answer in zip(submissions, answers, strict=True)
    )


async def the_wire_is_cut(how: Cut, wire: Wire, log: PostgresLog, database: Database) -> None:
    wire.cut(how)
    submissions, answers = await eight_at_once(log)
    assert told_the_truth(database, submissions, await answers)


async def the_client_is_cut_off_while_its_append_waits(wire: Wire, log: PostgresLog, database: Database) -> None:
    """The old backend would commit as soon as it gets the lock: it must be gone before anything is offered again."""
    async with the_lock_held(database):
        wire.cut(Cut.WAITING)
        submissions, answers = await eight_at_once(log)
        old = await a_waiting_backend(database)
        wire.now.set()
        await is_gone(old)
    assert told_the_truth(database, submissions, await answers)


async def is_gone(pid: int) -> None:
    """Because it was ended: by itself it would give up waiting after two seconds."""
    async with asyncio.timeout(1.2):
        with suppress(ProcessLookupError):
            while True:
                os.kill(pid, 0)
                await asyncio.sleep(0.01)


async def the_backend_is_ended_while_it_waits(_: Wire, log: PostgresLog, database: Database) -> None:
    async with the_lock_held(database):
        submissions, answers = await eight_at_once(log)
        os.kill(await a_waiting_backend(database), signal.SIGTERM)
        await asyncio.sleep(0.1)
    assert told_the_truth(database, submissions, await answers)


async def the_statement_is_cancelled(_: Wire, log: PostgresLog, database: Database) -> None:
    async with the_lock_held(database):
        submissions, answers = await eight_at_once(log)
        os.kill(await a_waiting_backend(database), signal.SIGINT)
    assert told_the_truth(database, submissions, await answers)


async def every_backend_is_ended_again_and_again(_: Wire, log: PostgresLog, database: Database) -> None:
    end = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'strongroom'"
    submissions, answers = list[Submission](), list[Appended | BaseException]()
    async with await psycopg.AsyncConnection.connect(database.superuser, autocommit=True) as superuser:
        for _n in range(10):
            more, coming = await eight_at_once(log)
            await superuser.execute(end)
            submissions += more
            answers += await coming
    assert told_the_truth(database, submissions, answers)


Failure = Callable[[Wire, PostgresLog, Database], Awaitable[None]]
FAILURES: dict[str, Failure] = {
    "the request never arrives": lambda *all_: the_wire_is_cut(Cut.REQUEST, *all_),
    "the answer is lost": lambda *all_: the_wire_is_cut(Cut.ANSWER, *all_),
    "the client is cut off while its append waits": the_client_is_cut_off_while_its_append_waits,
    "the backend is ended while it waits": the_backend_is_ended_while_it_waits,
    "the statement is cancelled": the_statement_is_cancelled,
    "every backend is ended again and again": every_backend_is_ended_again_and_again,
}


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is sent away only because this machine is slow: whoever waits is told what became of his rows."""
    monkeypatch.setattr("ops.ledger.appender.PATIENCE", 60.0)
    monkeypatch.setattr("ops.ledger.appender.UNKNOWN_AFTER", 60.0)


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
async def test_every_waiter_learns_the_truth(failure: Failure, ledger_database: Database) -> None:
    async with a_wire(ledger_database) as wire, PostgresLog(wire.dsn) as log:
        for _ in range(2):  # the second is asked as all that follow: the next request is the append itself
            await log.append(a_submission(since=log.head, key=a_key()))
        await failure(wire, log, ledger_database)
        await log.append(a_submission(since=log.head))
        assert log.head == len(stored(ledger_database.append))


async def test_a_server_killed_dead_in_the_middle_loses_nothing(ledger_database: Database) -> None:
    acknowledged = dict[int, bytes]()

    async def client(log: PostgresLog) -> None:
        while len(acknowledged) < 600:
            row = a_row()
            try:
                acknowledged[(await log.append(a_submission(row, since=log.head))).position] = row.state
            except (Away, CommitUnknown):
                await asyncio.sleep(0.05)

    async with PostgresLog(ledger_database.append) as log:
        clients = asyncio.gather(*(client(log) for _ in range(8)))
        while len(acknowledged) < 100:
            await asyncio.sleep(0.01)
        await in_starter(ledger_database.server.restart, True)
        await clients
    there = {position: state for position, _, _, state in stored(ledger_database.append)}
    assert acknowledged.items() <= there.items()
    assert once(ledger_database.append, acknowledged.values())


async def test_while_the_server_is_away_everybody_is_told_soon(ledger_database: Database) -> None:
    async with PostgresLog(ledger_database.append) as log:
        await log.append(a_submission(since=log.head))
        await in_starter(ledger_database.server.stop)
        try:
            asked = time.monotonic()
            with pytest.raises(Away):
                await log.heads([a_row().stream])
            _, answers = await eight_at_once(log)
            assert {type(answer) for answer in await answers} <= {Away, CommitUnknown}
            assert time.monotonic() - asked < 6
            asked = time.monotonic()
            with pytest.raises(Away):
                await log.append(a_submission(since=log.head))
            assert time.monotonic() - asked < 3
        finally:
            await in_starter(ledger_database.server.restart)
        await comes_back(log)


@pytest.mark.slow
async def test_a_frozen_backend_leaves_its_waiters_without_an_answer_but_not_for_ever(
    ledger_database: Database,
) -> None:
    async with PostgresLog(ledger_database.append) as log:
        await log.append(a_submission(since=log.head))
        async with the_lock_held(ledger_database):
            submissions, answers = await eight_at_once(log)
            frozen = await a_waiting_backend(ledger_database)
            os.kill(frozen, signal.SIGSTOP)
        asked = time.monotonic()
        try:
            assert {type(answer) for answer in await answers} == {CommitUnknown}
            assert time.monotonic() - asked < 6
        finally:
            os.kill(frozen, signal.SIGCONT)
        await comes_back(log)
        for submission in submissions:  # the key settles what was unknown
            assert submission.idempotency is not None
            await log.settle(submission.idempotency)
    assert len(stored(ledger_database.append)) == 2


async def comes_back(log: PostgresLog) -> None:
    """Within a few seconds, unaided."""
    async with asyncio.timeout(8):
        while True:
            try:
                await log.append(a_submission(since=log.head))
            except (Away, CommitUnknown):
                await asyncio.sleep(0.05)
            else:
                return
