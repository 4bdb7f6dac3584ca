"""Closing an alarm."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commands.alarms import CloseAlarm
from domain.alarms import AlarmClosing, AlarmKind
from domain.errors import Invalid, ReasonRequired, Refused
from tests.support.vault import Person, World


def settled(world: World, later: timedelta = timedelta(0)) -> CloseAlarm:
    return CloseAlarm(kind=AlarmKind.PARKED, name="resources", position=7, seen_at=world.clock() + later)


async def test_who_closes_an_alarm_and_why_is_on_the_record(world: World, admin: Person) -> None:
    before = world.log.head
    await admin.does(settled(world), reason="rebuilt")
    (event,) = [each for each in await world.events(before) if isinstance(each, AlarmClosing.Closed)]
    assert (event.kind, event.name, event.position) == (AlarmKind.PARKED, "resources", 7)
    assert (event.provenance.actor_id, event.provenance.reason) == (admin.id, "rebuilt")


async def test_nobody_closes_one_without_a_reason(world: World, admin: Person) -> None:
    with pytest.raises(ReasonRequired):
        await admin.does(settled(world), reason=None)


async def test_what_has_not_happened_yet_cannot_be_settled(world: World, admin: Person) -> None:
    """Else one closing would silence all that is still to come."""
    with pytest.raises(Invalid, match="future"):
        await admin.does(settled(world, timedelta(seconds=1)), reason="hush")


async def test_only_an_administrator_closes_one(world: World, alice: Person) -> None:
    with pytest.raises(Refused):
        await alice.does(settled(world), reason="hush")
