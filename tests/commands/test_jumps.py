"""Resources that are reached over others: who may say so, and that every such way ends."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from commands.access import GrantAccess, RevokeAccess
from commands.accounts import AddAccount
from commands.base import Command, OnAccount, OnResource
from commands.probes import BeginProbe, LookForHostKey
from commands.resets import BeginAttempt, OpenReset
from commands.resources import AddResource, ChangeResource, PinHostKey, TransferResource
from commands.users import GiveRoles
from commands.ways import SetJumpHost, SetResetWay
from domain.access import ADMINISTRATOR, Level
from domain.errors import Invalid, NotFound, Refused
from domain.resources import Resource, ResourceType
from domain.uses import Use
from domain.ways import Part
from tests.commands.conftest import HOST_KEY, Server
from tests.support.vault import Person, World

LEASE = timedelta(minutes=2)


async def a_jump_host(admin: Person, name: str, over: UUID | None = None) -> UUID:
    """A resource where `svc` signs in."""
    added = AddResource(name=name, type=ResourceType.LINUX, address=f"{name}.example.org")
    resource = await admin.does(added)
    await admin.does(PinHostKey(resource_id=resource, host_key=HOST_KEY))
    svc = await admin.does(AddAccount(resource_id=resource, username=f"svc-{name}"))
    await admin.does(SetResetWay(resource_id=resource, login_id=svc))
    if over is not None:
        await admin.does(SetJumpHost(resource_id=resource, jump_id=over))
    return resource


async def test_orders_name_the_hosts_between_nearest_first_and_their_uses_are_recorded(
    world: World, admin: Person, server: Server
) -> None:
    outer = await a_jump_host(admin, "outer")
    inner = await a_jump_host(admin, "inner", outer)
    await admin.does(SetJumpHost(resource_id=server.id, jump_id=inner))
    reset = await admin.does(OpenReset(account_id=server.account))
    before = world.log.head
    means = (await world.performs(BeginAttempt(reset_id=reset, lease=LEASE))).means
    assert [hop.address for hop in means.hops] == ["outer.example.org", "inner.example.org"]
    assert [hop.login.username for hop in means.hops] == ["svc-outer", "svc-inner"]
    used = [event for event in await world.events(before) if isinstance(event, Use.Used)]
    assert [event.part for event in used] == [Part.JUMP, Part.JUMP]


async def test_no_way_leads_in_a_circle(admin: Person, server: Server) -> None:
    outer = await a_jump_host(admin, "outer")
    inner = await a_jump_host(admin, "inner", outer)
    for resource, jump in ((outer, outer), (outer, inner)):
        with pytest.raises(Invalid):
            await admin.does(SetJumpHost(resource_id=resource, jump_id=jump))


async def test_no_way_has_more_than_three_hosts_between(admin: Person, server: Server) -> None:
    over = None
    for name in ("a", "b", "c"):
        over = await a_jump_host(admin, name, over)
    await admin.does(SetJumpHost(resource_id=server.id, jump_id=over))
    fourth = await a_jump_host(admin, "d", over)
    with pytest.raises(Invalid):
        await admin.does(SetJumpHost(resource_id=server.id, jump_id=fourth))


async def test_a_way_that_was_made_too_long_behind_its_back_is_said_to_be_broken(
    world: World, admin: Person, server: Server
) -> None:
    outer = await a_jump_host(admin, "a")
    over = await a_jump_host(admin, "c", await a_jump_host(admin, "b", outer))
    await admin.does(SetJumpHost(resource_id=server.id, jump_id=over))
    await admin.does(SetJumpHost(resource_id=outer, jump_id=await a_jump_host(admin, "further")))
    reset = await admin.does(OpenReset(account_id=server.account))
    means = (await world.performs(BeginAttempt(reset_id=reset, lease=LEASE))).means
    assert means.broken is not None
    assert "more than 3" in means.broken


async def test_a_jump_host_where_nobody_signs_in_any_more_is_said_to_be_broken(
    world: World, admin: Person, server: Server
) -> None:
    jump = await a_jump_host(admin, "outer")
    await admin.does(SetJumpHost(resource_id=server.id, jump_id=jump))
    await admin.does(SetResetWay(resource_id=jump))
    reset = await admin.does(OpenReset(account_id=server.account))
    before = world.log.head
    means = (await world.performs(BeginAttempt(reset_id=reset, lease=LEASE))).means
    assert means.broken is not None
    assert "outer" in means.broken
    assert "helper-password.used" not in await world.topics(before)
    with pytest.raises(Invalid):
        await admin.does(SetJumpHost(resource_id=(await a_jump_host(admin, "other")), jump_id=jump))


async def test_who_has_no_right_to_the_jump_hosts_account_lets_nobody_go_over_it(
    world: World, admin: Person, alice: Person, server: Server
) -> None:
    jump = await a_jump_host(admin, "outer")
    svc = (await world.api.look(admin.caller).get(Resource, jump)).way.login_id
    assert svc is not None
    over = SetJumpHost(resource_id=server.id, jump_id=jump)
    await admin.does(GiveRoles(user_id=alice.id, roles=frozenset({ADMINISTRATOR})))
    await admin.does(GrantAccess(thing=OnResource(server.id), user_id=alice.id, level=Level.MANAGE))
    with pytest.raises(NotFound):
        await alice.does(over)
    await admin.does(GrantAccess(thing=OnResource(jump), user_id=alice.id, level=Level.VIEW))
    with pytest.raises(Refused):
        await alice.does(over)
    await admin.does(GrantAccess(thing=OnAccount(svc), user_id=alice.id, level=Level.MODIFY))
    await alice.does(over)
    await alice.does(SetJumpHost(resource_id=server.id, jump_id=None))


# What is there already


async def account_at(world: World, admin: Person, jump: UUID) -> UUID:
    """Who signs in there."""
    svc = (await world.api.look(admin.caller).get(Resource, jump)).way.login_id
    assert svc is not None
    return svc


async def refused_and_recorded(world: World, person: Person, command: Command[object]) -> None:
    before = world.log.head
    with pytest.raises(Refused, match="MODIFY"):
        await person.does(command)
    assert await world.topics(before) == ["refusal.recorded"]


async def test_who_has_no_right_to_the_present_jump_hosts_account_says_nothing_new_of_the_way(
    world: World, admin: Person, alice: Person, server: Server
) -> None:
    """That account would let him on to any address; and whoever went on would do so over nobody he chose."""
    jump = await a_jump_host(admin, "outer")
    await admin.does(GiveRoles(user_id=alice.id, roles=frozenset({ADMINISTRATOR})))
    hers = await a_jump_host(alice, "hers")
    await admin.does(SetJumpHost(resource_id=server.id, jump_id=jump))
    await admin.does(GrantAccess(thing=OnResource(server.id), user_id=alice.id, level=Level.MANAGE))
    moved = ChangeResource(resource_id=server.id, name="web", type=ResourceType.LINUX, address="other.example.org")
    says = (moved, SetJumpHost(resource_id=server.id, jump_id=hers), SetJumpHost(resource_id=server.id, jump_id=None))
    for command in says:
        await refused_and_recorded(world, alice, command)
    svc = OnAccount(await account_at(world, admin, jump))
    await admin.does(GrantAccess(thing=svc, user_id=alice.id, level=Level.MODIFY))
    for command in says:
        await alice.does(command)


async def test_who_has_no_right_to_a_helper_sends_nobody_another_way_to_it(
    world: World, admin: Person, alice: Person, server: Server
) -> None:
    await admin.does(SetResetWay(resource_id=server.id, login_id=server.account))
    await admin.does(GiveRoles(user_id=alice.id, roles=frozenset({ADMINISTRATOR})))
    hers = await a_jump_host(alice, "hers")
    await admin.does(GrantAccess(thing=OnResource(server.id), user_id=alice.id, level=Level.MANAGE))
    await admin.does(GrantAccess(thing=OnAccount(server.account), user_id=alice.id, level=Level.VIEW))
    over = SetJumpHost(resource_id=server.id, jump_id=hers)
    await refused_and_recorded(world, alice, over)
    await admin.does(RevokeAccess(thing=OnAccount(server.account), user_id=alice.id))
    await alice.does(over)


async def test_a_right_to_every_account_on_the_way_is_needed_not_to_the_nearest_alone(
    world: World, admin: Person, alice: Person, server: Server
) -> None:
    outer = await a_jump_host(admin, "outer")
    inner = await a_jump_host(admin, "inner", outer)
    await admin.does(GiveRoles(user_id=alice.id, roles=frozenset({ADMINISTRATOR})))
    for thing in (server.id, inner):
        await admin.does(GrantAccess(thing=OnResource(thing), user_id=alice.id, level=Level.MANAGE))
    over = SetJumpHost(resource_id=server.id, jump_id=inner)
    await refused_and_recorded(world, alice, over)
    svc = OnAccount(await account_at(world, admin, outer))
    await admin.does(GrantAccess(thing=svc, user_id=alice.id, level=Level.MODIFY))
    await alice.does(over)


async def test_who_gives_a_resource_away_needs_a_right_to_whoever_lets_its_resets_on(
    world: World, admin: Person, alice: Person
) -> None:
    jump = await a_jump_host(admin, "outer")
    svc = OnAccount(await account_at(world, admin, jump))
    await admin.does(GiveRoles(user_id=alice.id, roles=frozenset({ADMINISTRATOR})))
    hers = await alice.does(AddResource(name="hers", type=ResourceType.LINUX, address="hers.example.org"))
    await admin.does(GrantAccess(thing=OnResource(jump), user_id=alice.id, level=Level.VIEW))
    await admin.does(GrantAccess(thing=svc, user_id=alice.id, level=Level.MODIFY))
    await alice.does(SetJumpHost(resource_id=hers, jump_id=jump))
    await admin.does(RevokeAccess(thing=svc, user_id=alice.id))
    given = TransferResource(resource_id=hers, user_id=admin.id)
    await refused_and_recorded(world, alice, given)
    await admin.does(GrantAccess(thing=svc, user_id=alice.id, level=Level.MODIFY))
    await alice.does(given)


# A look for a host key


async def test_who_has_no_right_to_the_accounts_on_the_way_has_nobody_go_it_for_a_host_key(
    world: World, admin: Person, alice: Person, server: Server
) -> None:
    """Those on the hosts between: nobody signs in on the resource itself, so of its own helpers none is asked about."""
    outer = await a_jump_host(admin, "outer")
    inner = await a_jump_host(admin, "inner", outer)
    await admin.does(SetResetWay(resource_id=server.id, login_id=server.account))
    await admin.does(SetJumpHost(resource_id=server.id, jump_id=inner))
    await admin.does(GiveRoles(user_id=alice.id, roles=frozenset({ADMINISTRATOR})))
    await admin.does(GrantAccess(thing=OnResource(server.id), user_id=alice.id, level=Level.MANAGE))
    await admin.does(GrantAccess(thing=OnAccount(server.account), user_id=alice.id, level=Level.VIEW))
    look = LookForHostKey(resource_id=server.id)
    for jump in (inner, outer):
        await refused_and_recorded(world, alice, look)
        svc = OnAccount(await account_at(world, admin, jump))
        await admin.does(GrantAccess(thing=svc, user_id=alice.id, level=Level.MODIFY))
    await alice.does(look)


async def test_a_look_for_a_host_key_goes_with_those_on_the_way_alone_and_their_uses_are_recorded(
    world: World, admin: Person, server: Server
) -> None:
    await admin.does(SetResetWay(resource_id=server.id, login_id=server.account))
    jump = await a_jump_host(admin, "outer")
    await admin.does(SetJumpHost(resource_id=server.id, jump_id=jump))
    probe = await admin.does(LookForHostKey(resource_id=server.id))
    before = world.log.head
    errand = await world.performs(BeginProbe(probe_id=probe, lease=LEASE))
    assert [each.username for each in errand.means.helpers] == ["svc-outer"]
    assert errand.password is None
    assert await world.topics(before) == ["probe.begun", "helper-password.used"]
    (used,) = [event for event in await world.events(before) if isinstance(event, Use.Used)]
    known = await account_at(world, admin, jump)
    assert (used.account_id, used.part, used.work_id, used.attempt) == (known, Part.JUMP, probe, 1)
