"""What is due by the clock alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from commands.base import Caller
from commands.sessions import SignOut
from domain import ids
from domain.provenance import ActorKind, Channel
from domain.sessions import Session
from ops.ledger.errors import Tampered
from ops.ledger.log import Record
from tests.support.vault import Person, World
from workers.schedules import Running, Schedules

WORKER = Caller(kind=ActorKind.WORKER, id=ids.new(), channel=Channel.WORKER)


class Used:
    """When sessions were last used."""

    def __init__(self, **at: datetime) -> None:
        self._at = {UUID(hex=session): moment for session, moment in at.items()}

    async def last_used(self, sessions: Sequence[UUID]) -> dict[UUID, datetime]:
        return {session: at for session, at in self._at.items() if session in sessions}


async def after(person: Person, used: Used | None = None, beside: Sequence[Running] = ()) -> list[str]:
    """What one round of the schedule records of this person's session, the last of those that it finds."""
    world, head = person.world, person.world.log.head
    session = await world.worker.look(WORKER).get(Session, person.signed_in.session_id)
    found = [*beside, Running(session.id, session.started_at, session.ends_at)]

    async def find() -> list[Running]:
        return found

    async def sweep() -> None:
        """Nothing lies beside this log."""

    await Schedules(world.worker, WORKER, find, used or Used(), sweep, world.log.now).once()
    return [f"{event.TOPIC} {getattr(event, 'because', '')}" for event in await world.events(head)]


async def test_a_session_in_use_goes_on() -> None:
    world = World()
    person = await world.administrator()
    world.clock.turn(timedelta(minutes=40))
    assert await after(person, Used(**{person.signed_in.session_id.hex: world.log.now() - timedelta(minutes=10)})) == []


async def test_a_session_that_nobody_used_is_recorded_as_ended_once() -> None:
    world = World()
    person = await world.administrator()
    world.clock.turn(timedelta(minutes=15))
    assert await after(person) == [], "the api may not have refused it yet"
    world.clock.turn(timedelta(minutes=2))
    assert await after(person) == ["session.ended idle"]
    assert await after(person) == []


async def test_a_session_past_its_end_is_recorded_as_ended() -> None:
    world = World()
    person = await world.administrator()
    world.clock.turn(timedelta(hours=9))
    assert await after(person, Used(**{person.signed_in.session_id.hex: world.log.now()})) == ["session.ended expired"]


async def test_who_signed_out_has_nothing_more_recorded() -> None:
    world = World()
    person = await world.administrator()
    await person.does(SignOut())
    world.clock.turn(timedelta(hours=9))
    assert await after(person) == []


async def test_a_session_that_cannot_be_read_keeps_no_other_from_being_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    person = await world.administrator()
    read, broken = world.log.stream, Running(ids.new(), world.log.now(), world.log.now())

    async def tampered(stream: UUID, after: int = 0) -> list[Record]:
        if stream == broken.id:
            raise Tampered(1, "its author's signature")
        return await read(stream, after)

    monkeypatch.setattr(world.log, "stream", tampered)
    world.clock.turn(timedelta(hours=9))
    assert "session.ended expired" in await after(person, beside=[broken])
