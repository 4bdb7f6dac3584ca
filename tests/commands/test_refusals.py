"""Refusals are events too, and nobody can flood the log with them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commands.disclosures import DisclosePassword
from commands.refusals import COUNT_EVERY, KNOWN_PER_SECOND, NOBODY_PER_MINUTE, RefusalDesk
from commands.resources import AddResource
from domain.access import Operation
from domain.disclosures import Purpose
from domain.errors import Invalid, NotFound, Refused, SignInRefused, TooManyAttempts
from domain.ids import new
from domain.refusals import Refusal
from domain.resources import ResourceType
from tests.commands.conftest import Server
from tests.support.vault import Person, World, nobody, sign_in

SECOND = timedelta(seconds=1)


async def test_a_refusal_says_who_wanted_what_and_nothing_of_the_request(
    world: World, alice: Person, server: Server
) -> None:
    before = world.log.head
    with pytest.raises(NotFound):
        await alice.sees(DisclosePassword(account_id=server.account, purpose=Purpose.VIEW), reason="curious")
    (event,) = await world.events(before)
    assert isinstance(event, Refusal.Recorded)
    assert (event.kind, event.command) == ("NotFound", "DisclosePassword")
    assert (event.operation, event.object_id) == (Operation.ACCOUNT_DISCLOSE, server.account)
    assert (event.provenance.actor_id, event.provenance.reason) == (alice.id, "curious")


async def test_what_breaks_a_rule_of_form_is_not_recorded(world: World, admin: Person) -> None:
    before = world.log.head
    with pytest.raises(Invalid):
        await admin.does(AddResource(name="", type=ResourceType.LINUX, address="h"))
    assert world.log.head == before


async def test_a_known_actor_who_floods_is_slowed_down(world: World, alice: Person) -> None:
    before = world.log.head
    for _ in range(KNOWN_PER_SECOND):
        with pytest.raises(Refused):
            await alice.does(AddResource(name="x", type=ResourceType.LINUX, address="h"))
    with pytest.raises(TooManyAttempts):
        await alice.does(AddResource(name="x", type=ResourceType.LINUX, address="h"))
    assert world.log.head == before + KNOWN_PER_SECOND
    world.clock.turn(SECOND)
    with pytest.raises(Refused):
        await alice.does(AddResource(name="x", type=ResourceType.LINUX, address="h"))


async def test_of_strangers_the_first_few_are_recorded_and_all_are_answered_alike(world: World, alice: Person) -> None:
    before = world.log.head
    for _ in range(3 * NOBODY_PER_MINUTE):
        with pytest.raises(SignInRefused):
            await world.api.execute(sign_in(str(new())), nobody())
    assert world.log.head == before + NOBODY_PER_MINUTE
    with pytest.raises(SignInRefused):
        await world.api.execute(sign_in(str(new())), nobody("203.0.113.0/24"))
    assert world.log.head == before + NOBODY_PER_MINUTE + 1


def test_the_desk_counts_what_it_does_not_record() -> None:
    now = 0.0
    desk = RefusalDesk(lambda: now)
    admitted = [desk.admit(nobody(f"net{number % 2}"), SignInRefused()) for number in range(40)]
    assert sum(admitted) == 2 * NOBODY_PER_MINUTE
    assert desk.counted() == 40 - sum(admitted)
    assert desk.counted() == 0
    now = COUNT_EVERY
    assert desk.admit(nobody("net0"), SignInRefused())


def test_all_strangers_together_have_a_limit_too() -> None:
    desk = RefusalDesk(lambda: 0.0)
    assert sum(desk.admit(nobody(f"net{number}"), SignInRefused()) for number in range(500)) == 50
