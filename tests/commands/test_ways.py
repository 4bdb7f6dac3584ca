"""Who says how a resource's passwords are changed, what is recorded of it, and when a helper is left in peace."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from commands.access import GrantAccess, RevokeAccess
from commands.accounts import AddAccount, ChangePassword
from commands.base import OnAccount, OnResource
from commands.helpers import NoteHelperRefused, TryHelperAgain
from commands.moves import MoveAccount
from commands.resets import BeginAttempt, OpenReset, Orders
from commands.resources import AddResource, ChangeResource, PinHostKey
from commands.users import GiveRoles
from commands.ways import SetResetWay
from domain.access import ADMINISTRATOR, Level
from domain.errors import Conflict, HelperBusy, Invalid, NotFound, ReasonRequired, Refused, StrongroomError
from domain.resources import ResourceType
from domain.secrets import Secret
from domain.uses import Use
from domain.ways import Elevation, Part
from tests.commands.conftest import Server
from tests.support.vault import Person, World

LEASE = timedelta(minutes=2)


@dataclass(frozen=True)
class Estate:
    """A resource whose accounts are changed by `svc`, who knows root's password."""

    id: UUID
    root: UUID
    svc: UUID
    app: UUID
    way: SetResetWay


@pytest.fixture
async def estate(admin: Person, server: Server) -> Estate:
    svc, app = [
        await admin.does(AddAccount(resource_id=server.id, username=name, password=Secret(f"{name}'s own")))
        for name in ("svc", "app")
    ]
    way = SetResetWay(resource_id=server.id, login_id=svc, elevation=Elevation.SU, root_id=server.account)
    await admin.does(way)
    return Estate(server.id, server.account, svc, app, way)


async def begun(world: World, admin: Person, account: UUID) -> Orders:
    reset = await admin.does(OpenReset(account_id=account))
    return await world.performs(BeginAttempt(reset_id=reset, lease=LEASE))


async def manager(admin: Person, alice: Person, estate: Estate) -> Person:
    """Somebody who manages the resource; by shares of their own he may only look at its helpers."""
    await admin.does(GiveRoles(user_id=alice.id, roles=frozenset({ADMINISTRATOR})))
    await admin.does(GrantAccess(thing=OnResource(estate.id), user_id=alice.id, level=Level.MANAGE))
    for account in (estate.svc, estate.root):
        await admin.does(GrantAccess(thing=OnAccount(account), user_id=alice.id, level=Level.VIEW))
    return alice


async def test_the_uses_of_helpers_are_recorded_before_anything_is_opened(
    world: World, admin: Person, estate: Estate
) -> None:
    before = world.log.head
    orders = await begun(world, admin, estate.app)
    used = [event for event in await world.events(before) if isinstance(event, Use.Used)]
    assert {(each.account_id, each.password_number, each.part) for each in used} == {
        (estate.svc, 1, Part.LOGIN),
        (estate.root, 1, Part.ROOT),
    }
    assert {(each.work_id, each.attempt) for each in used} == {(orders.reset_id, 1)}


async def test_orders_name_the_helpers_and_keep_their_passwords_sealed(
    world: World, admin: Person, estate: Estate
) -> None:
    way = (await begun(world, admin, estate.app)).means
    assert way.login is not None
    assert way.root is not None
    assert (way.login.username, way.root.username, way.elevation) == ("svc", "root", Elevation.SU)
    login = way.login.password
    opened = await world.sealer().open(login.secret, login.owner, login.field)
    assert opened.reveal() == "svc's own"
    assert "svc's own" not in repr(way)


async def test_whoever_signs_in_for_the_others_changes_his_own_password_himself(
    world: World, admin: Person, estate: Estate
) -> None:
    before = world.log.head
    assert not list((await begun(world, admin, estate.svc)).means.helpers)
    assert not [event for event in await world.events(before) if isinstance(event, Use.Used)]


async def test_the_password_of_root_is_changed_by_the_way_of_the_others(
    world: World, admin: Person, estate: Estate
) -> None:
    way = (await begun(world, admin, estate.root)).means
    assert [helper.account_id for helper in way.helpers] == [estate.svc, estate.root]


@pytest.mark.parametrize("helper", ["svc", "root"])
async def test_an_attempt_waits_while_a_helper_is_being_reset(
    world: World, admin: Person, estate: Estate, helper: str
) -> None:
    await begun(world, admin, getattr(estate, helper))
    with pytest.raises(HelperBusy):
        await begun(world, admin, estate.app)


# Who may say so


async def test_a_helper_must_be_an_account_of_the_same_resource(admin: Person, estate: Estate) -> None:
    elsewhere = await admin.does(AddResource(name="db", type=ResourceType.LINUX, address="db.example.org"))
    other = await admin.does(AddAccount(resource_id=elsewhere, username="svc"))
    by_other, as_other = replace(estate.way, login_id=other), replace(estate.way, root_id=other)
    for way in (by_other, as_other, replace(estate.way, login_id=elsewhere)):
        with pytest.raises(Invalid):
            await admin.does(way)


async def refusal_of(person: Person, command: Any) -> type[StrongroomError]:
    with pytest.raises(StrongroomError) as refusal:
        await person.does(command)
    return type(refusal.value)


async def test_who_may_only_look_at_the_helpers_cannot_have_others_work_with_them(
    admin: Person, alice: Person, estate: Estate
) -> None:
    await manager(admin, alice, estate)
    await admin.does(SetResetWay(resource_id=estate.id))
    assert await refusal_of(alice, estate.way) is Refused
    await admin.does(GrantAccess(thing=OnAccount(estate.svc), user_id=alice.id, level=Level.MODIFY))
    assert await refusal_of(alice, estate.way) is Refused
    await alice.does(replace(estate.way, elevation=Elevation.SUDO, root_id=None))


async def test_who_may_not_have_a_helper_cannot_send_its_password_elsewhere(
    admin: Person, alice: Person, estate: Estate
) -> None:
    """He could set up a host of his own, and would be told the password by the first reset."""
    await manager(admin, alice, estate)
    moved = ChangeResource(
        resource_id=estate.id, name="web", type=ResourceType.LINUX, address="evil.example.org", description=""
    )
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAIV6XLhGzsBoQF2OIQcLH5hrSQ6WwvTyR/BEFc1kPsG"
    assert await refusal_of(alice, moved) is Refused
    assert await refusal_of(alice, replace(moved, address="web.example.org", port=2222)) is Refused
    assert await refusal_of(alice, PinHostKey(resource_id=estate.id, host_key=key)) is Refused
    await alice.does(replace(moved, address="web.example.org", description="only words"))
    await admin.does(RevokeAccess(thing=OnAccount(estate.svc), user_id=alice.id))
    await admin.does(RevokeAccess(thing=OnAccount(estate.root), user_id=alice.id))
    await alice.does(moved)


@pytest.mark.parametrize("instead", ["nobody", "another", "without su"])
async def test_who_has_no_right_to_those_who_help_takes_them_away_from_nobody(
    world: World, admin: Person, alice: Person, estate: Estate, instead: str
) -> None:
    """He could then say where the resource is: whoever names them again would not look at that."""
    await manager(admin, alice, estate)
    own = await alice.does(AddAccount(resource_id=estate.id, username="hers", password=Secret("hers")))
    way = {
        "nobody": SetResetWay(resource_id=estate.id),
        "another": SetResetWay(resource_id=estate.id, login_id=own, elevation=Elevation.SUDO),
        "without su": SetResetWay(resource_id=estate.id, login_id=estate.svc, elevation=Elevation.SUDO),
    }[instead]
    before = world.log.head
    assert await refusal_of(alice, way) is Refused
    assert await world.topics(before) == ["refusal.recorded"]
    await admin.does(GrantAccess(thing=OnAccount(estate.svc), user_id=alice.id, level=Level.MODIFY))
    assert await refusal_of(alice, way) is Refused, "root's password is one of those"
    await admin.does(GrantAccess(thing=OnAccount(estate.root), user_id=alice.id, level=Level.MODIFY))
    await alice.does(way)


async def test_who_does_not_manage_the_resource_sets_no_way(admin: Person, alice: Person, estate: Estate) -> None:
    assert await refusal_of(alice, estate.way) is NotFound
    await admin.does(GrantAccess(thing=OnResource(estate.id), user_id=alice.id, level=Level.MODIFY))
    assert await refusal_of(alice, estate.way) is Refused


async def test_a_helper_cannot_be_moved_away(admin: Person, estate: Estate) -> None:
    other = await admin.does(AddResource(name="db", type=ResourceType.LINUX, address="db.example.org"))
    for helper in (estate.svc, estate.root):
        with pytest.raises(Conflict):
            await admin.does(MoveAccount(account_id=helper, resource_id=other))
    await admin.does(MoveAccount(account_id=estate.app, resource_id=other))
    await admin.does(SetResetWay(resource_id=estate.id))
    await admin.does(MoveAccount(account_id=estate.svc, resource_id=other))


# Refused passwords


def refused(estate: Estate, orders: Orders, number: int = 1) -> NoteHelperRefused:
    return NoteHelperRefused(account_id=estate.svc, number=number, work_id=orders.reset_id)


async def test_a_refused_password_is_held_back_and_its_use_not_recorded(
    world: World, admin: Person, estate: Estate
) -> None:
    assert await world.performs(refused(estate, await begun(world, admin, estate.app)))
    before = world.log.head
    way = (await begun(world, admin, estate.root)).means
    assert way.first_held_back is way.login
    assert not [event for event in await world.events(before) if isinstance(event, Use.Used)]


@pytest.mark.parametrize("by", ["a new password", "a word"])
async def test_a_person_has_it_tried_again(world: World, admin: Person, estate: Estate, by: str) -> None:
    await world.performs(refused(estate, await begun(world, admin, estate.app)))
    again = TryHelperAgain(account_id=estate.svc)
    await admin.does(again if by == "a word" else ChangePassword(account_id=estate.svc, password=Secret("better")))
    way = (await begun(world, admin, estate.root)).means
    assert way.first_held_back is None


async def test_a_password_that_moved_meanwhile_is_not_held_back(world: World, admin: Person, estate: Estate) -> None:
    orders = await begun(world, admin, estate.app)
    await admin.does(ChangePassword(account_id=estate.svc, password=Secret("better")))
    assert not await world.performs(refused(estate, orders))
    await begun(world, admin, estate.svc)
    assert not await world.performs(refused(estate, orders, 2))


async def test_who_may_not_reset_it_cannot_have_it_tried_again(
    world: World, admin: Person, alice: Person, estate: Estate
) -> None:
    again = TryHelperAgain(account_id=estate.svc)
    assert await refusal_of(admin, again) is Conflict
    await world.performs(refused(estate, await begun(world, admin, estate.app)))
    assert await refusal_of(alice, again) is NotFound
    await admin.does(GrantAccess(thing=OnAccount(estate.svc), user_id=alice.id, level=Level.VIEW))
    assert await refusal_of(alice, again) is Refused
    with pytest.raises(ReasonRequired):
        await admin.does(again, reason=None)
