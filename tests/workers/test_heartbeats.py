"""Each hour is noted once, however many workers there are."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from commands.runs import NoteHeartbeat
from domain.errors import Refused
from tests.support.vault import World
from tests.workers.test_schedules import WORKER


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


async def test_nobody_but_a_worker_notes_hours() -> None:
    world = World()
    person = await world.administrator()
    with pytest.raises(Refused):
        await world.api.execute(NoteHeartbeat(), person.caller)
    assert await hours(world) == []
