"""Every thousand records are counted once, in order, however many workers there are and however late they come."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from commands.accounts import AddAccount
from commands.disclosures import DisclosePassword
from commands.resources import AddResource
from commands.runs import NoteHeartbeat
from domain.base import Author
from domain.counts import EVERY, LARGEST, Count, Tally
from domain.disclosures import Purpose
from domain.errors import NotFound, Refused
from domain.resources import ResourceType
from domain.secrets import Secret
from ops.ledger.errors import Away, Forgotten
from tests.support.vault import Person, World
from tests.workers.test_schedules import WORKER
from workers import counting
from workers.counting import Counting, noted

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "REST", 0.001)
    monkeypatch.setattr(counting, "BREATH", 0)


async def fill(world: World, up_to: int) -> None:
    """With hours that a worker notes."""
    while world.log.head < up_to:
        world.clock.turn(HOUR)
        await world.worker.execute(NoteHeartbeat(), WORKER)


def a_worker(world: World, opener: Any = None) -> Counting:
    vault = world.process(Author.WORKER)
    return Counting(vault, WORKER, world.log, opener or world.mapper(Author.WORKER))


async def counts(world: World) -> list[Any]:
    return [event for event in await world.events() if event.TOPIC == "count.noted"]


async def until(reached: Callable[[], Awaitable[bool]], *workers: Counting) -> None:
    """Let the workers run until it is so."""
    tasks = [asyncio.create_task(each.run()) for each in workers]
    async with asyncio.timeout(60):
        while not await reached():
            assert not any(task.done() for task in tasks)
            await asyncio.sleep(0.005)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def counted(world: World, last: int) -> Callable[[], Awaitable[bool]]:
    async def reached() -> bool:
        return (await world.log.heads([Count.create_id(last)]))[Count.create_id(last)] > 0

    return reached


async def test_every_range_is_counted_once_by_any_number_of_workers_that_end_and_begin_again() -> None:
    world = World()
    await world.administrator()
    await fill(world, 2 * EVERY + 10)
    await until(counted(world, EVERY), a_worker(world), a_worker(world), a_worker(world))
    await until(counted(world, 2 * EVERY), a_worker(world), a_worker(world))
    await fill(world, 3 * EVERY)
    await until(counted(world, 3 * EVERY), a_worker(world), a_worker(world))
    await world.worker.execute(await a_count(world, EVERY), WORKER)
    assert [(each.first, each.last) for each in await counts(world)] == [(1, 1000), (1001, 2000), (2001, 3000)]


async def of_a_day(world: World) -> Person:
    """An account that its owner was shown three times."""
    admin = await world.administrator()
    resource = await admin.does(
        AddResource(name="a host", type=ResourceType.LINUX, address="10.0.0.1", port=None, description="")
    )
    account = await admin.does(AddAccount(resource_id=resource, username="root", password=Secret("a password")))
    for _ in range(3):
        await admin.sees(DisclosePassword(account_id=account, purpose=Purpose.VIEW, number=None))
    return admin


async def test_a_count_says_how_many_of_each_kind_user_account_and_session_there_were() -> None:
    world = World()
    admin = await of_a_day(world)
    await fill(world, EVERY)
    await until(counted(world, EVERY), a_worker(world))
    events: list[Any] = (await world.events())[:EVERY]
    (count,) = await counts(world)
    assert {each.topic: each.count for each in count.kinds} == Counter(event.TOPIC for event in events)
    by_user = Counter(event.provenance.actor_id for event in events)
    assert {each.id: each.count for each in count.users.largest} == by_user
    assert count.users.records == EVERY
    assert [each.count for each in count.accounts.largest] == [4]
    (session,) = count.sessions.largest
    assert (session.id, session.count) == (admin.signed_in.session_id, by_user[admin.id])
    assert count.unread == 0


async def test_what_cannot_be_opened_is_counted_by_kind() -> None:
    world = World()
    await of_a_day(world)
    records = await world.log.read(0, 20)
    opened: list[Any] = list(await world.mapper(Author.WORKER).open_each(records))
    opened[3] = Forgotten(1, 4)
    said = noted(records, opened)
    assert (said.unread, said.users.records) == (1, len(records) - 1)
    assert sum(each.count for each in said.kinds) == len(records)


async def test_what_is_not_there_yet_is_tried_again() -> None:
    world = World()
    await world.administrator()
    await fill(world, EVERY)
    mapper, tries = world.mapper(Author.WORKER), iter(range(2))

    class Stumbling:
        async def open_each(self, records: Any) -> Any:
            if next(tries, None) is not None:
                raise Away("away")
            return await mapper.open_each(records)

    await until(counted(world, EVERY), a_worker(world, Stumbling()))
    assert next(tries, None) is None


async def a_count(world: World, last: int) -> Any:
    records = await world.log.read(last - EVERY, EVERY)
    return noted(records, await world.mapper(Author.WORKER).open_each(records))


async def test_no_range_is_counted_before_the_one_in_front_of_it() -> None:
    world = World()
    await world.administrator()
    await fill(world, 2 * EVERY)
    with pytest.raises(NotFound):
        await world.worker.execute(await a_count(world, 2 * EVERY), WORKER)
    assert await counts(world) == []


async def test_nobody_but_a_worker_counts() -> None:
    world = World()
    await world.administrator()
    await fill(world, EVERY)
    person = await world.enter("admin")
    with pytest.raises(Refused):
        await world.api.execute(await a_count(world, EVERY), person.caller)
    assert await counts(world) == []


def test_of_many_the_largest_are_named_and_the_digest_binds_all() -> None:
    many = Counter({Count.create_id(number): number for number in range(1, 500)})
    tally = Tally.of(many)
    assert (tally.records, tally.ids) == (many.total(), 499)
    assert [each.count for each in tally.largest] == list(range(499, 499 - LARGEST, -1))
    many[Count.create_id(1)], many[Count.create_id(2)] = 2, 1
    assert Tally.of(many).digest != tally.digest
