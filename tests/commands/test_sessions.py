"""Ending sessions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from commands.queries import LookAround
from commands.sessions import EndSession, EndSessionsOf, SignOut
from commands.settings import ChangeSettings
from domain.errors import NotFound, Refused, SessionEnded, Unauthenticated
from domain.ids import new
from domain.settings import Rules
from tests.support.vault import Person, World


async def test_who_signs_out_is_out_at_once(alice: Person) -> None:
    await alice.does(SignOut())
    with pytest.raises(SessionEnded):
        await alice.does(SignOut())


async def test_one_ends_ones_own_sessions_one_by_one(world: World, alice: Person) -> None:
    elsewhere = await world.enter("alice")
    await alice.does(EndSession(session_id=elsewhere.signed_in.session_id))
    with pytest.raises(SessionEnded):
        await elsewhere.does(SignOut())
    await alice.does(SignOut())


async def test_others_sessions_are_as_good_as_absent(admin: Person, alice: Person) -> None:
    said = []
    for session in (admin.signed_in.session_id, new(), admin.id):
        with pytest.raises(NotFound) as refusal:
            await alice.does(EndSession(session_id=session))
        said.append(refusal.value.detail)
    assert len(set(said)) == 1


async def test_an_administrator_ends_anybodys(world: World, admin: Person, alice: Person) -> None:
    elsewhere = await world.enter("alice")
    await admin.does(EndSession(session_id=alice.signed_in.session_id))
    with pytest.raises(SessionEnded):
        await alice.does(SignOut())
    assert await admin.does(EndSessionsOf(user_id=alice.id)) == 1
    with pytest.raises(SessionEnded):
        await elsewhere.does(SignOut())
    with pytest.raises(Refused):
        await (await world.enter("alice")).does(EndSessionsOf(user_id=admin.id))


async def test_a_session_ends_by_itself(world: World, alice: Person) -> None:
    world.clock.turn(timedelta(hours=8, seconds=-1))
    await alice.does(LookAround())
    world.clock.turn(timedelta(seconds=2))
    with pytest.raises(SessionEnded):
        await alice.does(SignOut())


async def test_how_long_a_session_lasts_is_a_setting(world: World, admin: Person) -> None:
    await admin.does(ChangeSettings(rules=Rules(session_hours=1)))
    signed_in = (await world.enter("admin")).signed_in
    assert signed_in.ends_at - world.log.now() <= timedelta(hours=1)


async def test_a_session_is_its_owners_alone(admin: Person, alice: Person) -> None:
    stolen = replace(alice.caller, session=admin.signed_in.session_id)
    with pytest.raises(SessionEnded):
        await alice.world.api.execute(SignOut(), stolen)
    with pytest.raises(Unauthenticated):
        await alice.world.api.execute(SignOut(), replace(alice.caller, session=None))
