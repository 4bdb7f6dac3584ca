"""Who may let a log go on that is not what was signed: two administrators, each by his own password."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from commands.recovery import AgreeOnPolicy, NotTwo, RecoverLog, administrator, are_two
from domain.errors import Invalid, ReadOnly
from domain.logs import LONGEST_POLICY, Log, Recovery
from domain.secrets import Secret
from tests.support.vault import OWN, SYSTEM, Person, World

LOST = Recovery("strongroom/x", 20, b"r" * 32, 12, 8, "strongroom/x/2", ())


async def test_an_administrator_is_known_by_his_password(world: World, admin: Person, bob: Person) -> None:
    assert await administrator(world.system, SYSTEM, "bob", Secret(OWN)) == bob.id
    for name, password in (("bob", "another"), ("nobody", OWN), ("alice", OWN)):
        with pytest.raises(NotTwo):
            await administrator(world.system, SYSTEM, name, Secret(password))


async def test_whoever_is_no_administrator_counts_for_nothing(world: World, alice: Person) -> None:
    with pytest.raises(NotTwo):
        await administrator(world.system, SYSTEM, "alice", Secret(OWN))


async def test_one_who_comes_twice_is_one(world: World, admin: Person, bob: Person) -> None:
    with pytest.raises(NotTwo, match="came twice"):
        are_two([bob.id, bob.id])
    are_two([admin.id, bob.id])
    for people in ((bob.id, bob.id), (bob.id,)):
        recovery = replace(LOST, approved_by=people)
        with pytest.raises(NotTwo):
            await world.system.execute(RecoverLog(log_id=world.log_id, recovery=recovery), SYSTEM)


async def test_who_witnesses_the_log_is_agreed_by_two(world: World, admin: Person, bob: Person) -> None:
    for people in ((bob.id, bob.id), ()):
        with pytest.raises(NotTwo):
            await world.system.execute(agreement(world, "quorum none\n", *people), SYSTEM)
    with pytest.raises(Invalid):
        await world.system.execute(agreement(world, "#" * (LONGEST_POLICY + 1), admin.id, bob.id), SYSTEM)
    await world.system.execute(agreement(world, "quorum none\n", admin.id, bob.id), SYSTEM)
    log = await world.system.look(SYSTEM).get(Log, Log.create_id(world.log_id))
    log.check_policy("quorum none\n")
    for other in ("", "quorum none"):
        with pytest.raises(ReadOnly):
            log.check_policy(other)


async def test_where_nobody_agreed_any_policy_is_gone_by(world: World, admin: Person) -> None:
    log = await world.system.look(SYSTEM).get(Log, Log.create_id(world.log_id))
    log.check_policy("")
    log.check_policy("quorum none\n")


async def test_a_vault_that_is_shut_records_nothing_and_shows_nothing(world: World, admin: Person, bob: Person) -> None:
    head = world.log.head
    world.system.shut(ReadOnly("the policy"))
    with pytest.raises(ReadOnly, match="the policy"):
        await world.system.execute(agreement(world, "quorum none\n", admin.id, bob.id), SYSTEM)
    assert world.log.head == head


def agreement(world: World, policy: str, *people: UUID) -> AgreeOnPolicy:
    return AgreeOnPolicy(log_id=world.log_id, policy=policy, approved_by=people)


async def test_what_was_lost_is_recorded(world: World, admin: Person, bob: Person) -> None:
    recovery = replace(LOST, approved_by=(admin.id, bob.id), admitted=(7,))
    await world.system.execute(RecoverLog(log_id=world.log_id, recovery=recovery), SYSTEM)
    *_, event = await world.events()
    assert {name: getattr(event, name) for name in Recovery.__dataclass_fields__} == {
        name: getattr(recovery, name) for name in Recovery.__dataclass_fields__
    }
