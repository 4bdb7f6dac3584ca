"""The agenda: everything in its time, nothing twice at once, and a fault ends nothing but itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from workers.base import Agenda, Handle

SOON = timedelta(milliseconds=30)


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def running(agenda: Agenda, handle: Handle) -> AsyncIterator[None]:
    task = asyncio.create_task(agenda.run(handle))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_what_is_due_first_is_done_first() -> None:
    agenda, done, all_done = Agenda(now, at_once=1), list[UUID](), asyncio.Event()
    early, late = uuid4(), uuid4()

    async def handle(thing: UUID) -> None:
        done.append(thing)
        if len(done) == 2:
            all_done.set()

    agenda.put(late, now() + 2 * SOON)
    agenda.put(early, now() + SOON)
    async with running(agenda, handle), asyncio.timeout(5):
        await all_done.wait()
    assert done == [early, late]


async def test_one_thing_is_never_in_two_hands_but_is_looked_at_again() -> None:
    agenda, thing = Agenda(now), uuid4()
    hands, most, times = 0, 0, 0
    twice = asyncio.Event()

    async def handle(_: UUID) -> None:
        nonlocal hands, most, times
        hands, times = hands + 1, times + 1
        most = max(most, hands)
        agenda.put(thing, now())
        await asyncio.sleep(0.01)
        hands -= 1
        if times == 3:
            twice.set()

    agenda.put(thing, now())
    async with running(agenda, handle), asyncio.timeout(5):
        await twice.wait()
    assert most == 1


async def test_several_things_are_done_at_once_but_no_more_than_allowed() -> None:
    agenda, busy, most = Agenda(now, at_once=3), 0, 0
    done = asyncio.Semaphore(0)

    async def handle(_: UUID) -> None:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0.01)
        busy -= 1
        done.release()

    for _ in range(9):
        agenda.put(uuid4(), now())
    async with running(agenda, handle), asyncio.timeout(5):
        for _ in range(9):
            await done.acquire()
    assert most == 3


async def test_a_fault_ends_its_own_work_alone() -> None:
    agenda, good = Agenda(now), asyncio.Event()
    bad = uuid4()

    async def handle(thing: UUID) -> None:
        if thing == bad:
            raise ZeroDivisionError
        good.set()

    agenda.put(bad, now())
    agenda.put(uuid4(), now() + SOON)
    async with running(agenda, handle), asyncio.timeout(5):
        await good.wait()
    assert len(agenda) == 1, "and it stays on the agenda for later"


async def test_what_asks_to_be_looked_at_again_is() -> None:
    agenda, times, enough = Agenda(now), 0, asyncio.Event()

    async def handle(_: UUID) -> datetime | None:
        nonlocal times
        times += 1
        if times == 2:
            enough.set()
            return None
        return now() + SOON

    agenda.put(uuid4(), now())
    async with running(agenda, handle), asyncio.timeout(5):
        await enough.wait()
        await asyncio.sleep(0)
    assert len(agenda) == 0
