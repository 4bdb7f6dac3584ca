"""Each hour is noted once, however many workers there are."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from commands.runs import NoteHeartbeat
from domain.base import Author
from domain.errors import NotFound, Refused
from domain.heartbeats import BACK, HOUR, hour_of
from tests.support.vault import World
from tests.workers.test_schedules import WORKER
from workers.heartbeats import note


async def hours(world: World) -> list[int]:
    return [event.hour.hour for event in await world.events(0) if event.TOPIC == "heartbeat.noted"]  # type: ignore[attr-defined]


async def test_every_hour_is_noted_once() -> None:
    world = World()
    await world.administrator()
    for _ in range(12):
        await asyncio.gather(*(world.worker.execute(NoteHeartbeat(), WORKER) for _ in range(3)))
        world.clock.turn(timedelta(minutes=20))
    found = await hours(world)
    assert len(found) in (4, 5)
    assert [(each - found[0]) % 24 for each in found] == list(range(len(found)))


async def chain(world: World) -> list[tuple[int, int | None]]:
    """Each hour that was noted since the vault was set up, and the one that it names, in hours since the first."""
    events: list[Any] = [event for event in await world.events() if event.TOPIC == "heartbeat.noted"]
    first = events[0].hour
    return [((e.hour - first) // HOUR, None if e.before is None else (e.before - first) // HOUR) for e in events]


async def test_every_hour_names_the_one_before_it_whoever_noted_that_and_however_long_ago() -> None:
    world = World()
    await world.administrator()
    for hours_later in (0, 1, 1, 5, 1, BACK, 1, BACK + 1, 1):
        world.clock.turn(HOUR * hours_later)
        vaults = [world.process(Author.WORKER) for _ in range(2)]
        await asyncio.gather(*(note(vault, WORKER, world.log) for vault in vaults))
    end = 8 + BACK + 1 + BACK + 1
    assert await chain(world) == [
        (0, None), (1, 0), (2, 1), (7, 2), (8, 7), (8 + BACK, 8), (9 + BACK, 8 + BACK), (end, None), (end + 1, end),
    ]  # fmt: skip


async def test_no_hour_is_named_that_is_not_there() -> None:
    world = World()
    await world.administrator()
    with pytest.raises(NotFound):
        await world.worker.execute(NoteHeartbeat(before=hour_of(world.clock()) - HOUR), WORKER)
    assert await hours(world) == []


async def test_an_hour_that_was_seen_is_not_asked_for_again() -> None:
    world = World()
    await world.administrator()
    seen = await note(world.worker, WORKER, world.log)

    async def asked(streams: object) -> None:
        raise AssertionError("the log was asked")

    world.log.heads = asked  # type: ignore[method-assign, assignment]
    assert await note(world.worker, WORKER, world.log, seen) == seen


async def test_nobody_but_a_worker_notes_hours() -> None:
    world = World()
    person = await world.administrator()
    with pytest.raises(Refused):
        await world.api.execute(NoteHeartbeat(), person.caller)
    assert await hours(world) == []
