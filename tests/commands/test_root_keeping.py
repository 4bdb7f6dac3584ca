"""What is recorded of roots: who agreed to keep them another way, how that ended, and how they were opened."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from commands.recovery import NotTwo
from commands.root_keeping import BeginProtection, EndProtection, NoteUnsealing
from domain.roots import Attempt, CeremonyEnded, RootProtection, Unsealing
from tests.support.vault import SYSTEM, Person, World


def begin(*people: UUID) -> BeginProtection:
    return BeginProtection(before="file", provider="shares", threshold=3, shares=5, approved_by=people)


async def test_it_takes_two(world: World, admin: Person, bob: Person) -> None:
    for people in ((bob.id, bob.id), (bob.id,), ()):
        with pytest.raises(NotTwo):
            await world.system.execute(begin(*people), SYSTEM)
    assert not [event for event in await world.events() if isinstance(event, RootProtection.Begun)]


@pytest.mark.parametrize("done", [True, False])
async def test_a_ceremony_has_one_end(world: World, admin: Person, bob: Person, done: bool) -> None:
    ceremony = (await world.system.execute(begin(admin.id, bob.id), SYSTEM)).value
    await world.system.execute(EndProtection(ceremony_id=ceremony, done=done), SYSTEM)
    *_, event = await world.events()
    assert isinstance(event, RootProtection.Ended if done else RootProtection.GivenUp)
    for again in (True, False):
        with pytest.raises(CeremonyEnded):
            await world.system.execute(EndProtection(ceremony_id=ceremony, done=again), SYSTEM)


async def test_every_attempt_is_on_the_record(world: World) -> None:
    tried = Attempt(datetime(2026, 3, 1, tzinfo=UTC), "192.0.2.7", "this share belongs to another set")
    note = NoteUnsealing(provider="shares", shares=(1, 3), refused=1, attempts=(tried,))
    await world.system.execute(note, SYSTEM)
    *_, event = await world.events()
    assert isinstance(event, Unsealing.Done)
    assert (event.provider, event.shares, event.refused, event.attempts) == ("shares", (1, 3), 1, (tried,))
