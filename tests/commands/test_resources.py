"""Resources: describing, naming, handing over."""

from __future__ import annotations

from typing import Any

import pytest

from commands.access import GrantAccess
from commands.accounts import AddAccount
from commands.base import OnAccount, OnResource
from commands.disclosures import DisclosePassword
from commands.queries import ViewAccount, ViewResource
from commands.resources import AddResource, ChangeResource, PinHostKey, TransferResource
from commands.users import DisableUser
from domain.access import Level
from domain.access_lists import AccessList
from domain.disclosures import Purpose
from domain.errors import Invalid, NameTaken, NotFound, Refused, Stale
from domain.resources import Resource, ResourceType
from tests.commands.conftest import HOST_KEY, Server
from tests.support.vault import Person, World


def add(name: str = "web", **changes: Any) -> AddResource:
    return AddResource(**{"name": name, "type": ResourceType.LINUX, "address": "web.example.org", **changes})


def change(server: Server, **changes: Any) -> ChangeResource:
    described = {"name": "web", "type": ResourceType.LINUX, "address": "web.example.org"}
    return ChangeResource(resource_id=server.id, **{**described, **changes})


async def test_who_adds_a_resource_owns_it(world: World, admin: Person) -> None:
    before = world.log.head
    resource = await admin.does(add())
    assert await world.topics(before) == ["resource.added", "access.opened", "name.reserved"]
    shares = await world.api.look(admin.caller).get(AccessList, AccessList.create_id(resource))
    assert shares.owner == admin.id


async def test_a_name_is_unique_for_each_owner_and_tells_others_nothing(admin: Person, bob: Person) -> None:
    await admin.does(add())
    with pytest.raises(NameTaken):
        await admin.does(add("WEB"))
    await bob.does(add())


async def test_password_users_add_none(alice: Person) -> None:
    with pytest.raises(Refused):
        await alice.does(add())


@pytest.mark.parametrize("changes", [{"name": "\x00"}, {"address": "-x"}, {"port": 70000}, {"description": "\x1b"}])
async def test_bad_descriptions_are_refused(
    world: World, admin: Person, server: Server, changes: dict[str, Any]
) -> None:
    before = world.log.head
    for command in (add(**{"name": "other", **changes}), change(server, **changes)):
        with pytest.raises(Invalid):
            await admin.does(command)
    assert world.log.head == before


async def test_a_resource_is_changed_by_who_manages_it(
    world: World, admin: Person, bob: Person, server: Server
) -> None:
    with pytest.raises(NotFound):
        await bob.does(change(server, port=2222))
    await admin.does(GrantAccess(thing=OnResource(server.id), user_id=bob.id, level=Level.MODIFY))
    with pytest.raises(Refused):
        await bob.does(change(server, port=2222))
    await admin.does(GrantAccess(thing=OnResource(server.id), user_id=bob.id, level=Level.MANAGE))
    await bob.does(change(server, port=2222))
    assert (await world.api.look(bob.caller).get(Resource, server.id)).port == 2222


async def test_a_change_of_something_older_is_refused(world: World, admin: Person, server: Server) -> None:
    version = (await world.api.look(admin.caller).get(Resource, server.id)).version
    await admin.does(change(server, port=1, expected_version=version))
    with pytest.raises(Stale):
        await admin.does(change(server, port=2, expected_version=version))


async def test_a_name_that_was_given_up_is_free(admin: Person, server: Server) -> None:
    await admin.does(change(server, name="web-1"))
    await admin.does(add("web"))
    with pytest.raises(NameTaken):
        await admin.does(change(server, name="web"))
    await admin.does(change(server, name="WEB-1"))


async def test_who_manages_a_resource_for_its_owner_learns_nothing_of_his_others(
    admin: Person, bob: Person, server: Server
) -> None:
    await admin.does(add("hidden"))
    await admin.does(GrantAccess(thing=OnResource(server.id), user_id=bob.id, level=Level.MANAGE))
    await bob.does(change(server, name="hidden"))


async def test_a_host_key_is_pinned(admin: Person, server: Server) -> None:
    assert await admin.does(PinHostKey(resource_id=server.id, host_key=None)) is None
    fingerprint = await admin.does(PinHostKey(resource_id=server.id, host_key=f"{HOST_KEY} root@web"))
    assert fingerprint == "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU"
    with pytest.raises(Invalid):
        await admin.does(PinHostKey(resource_id=server.id, host_key="ssh-dss AAAA"))


async def test_the_old_owner_loses_all_access_and_the_new_one_has_it(
    admin: Person, bob: Person, server: Server
) -> None:
    await admin.does(TransferResource(resource_id=server.id, user_id=bob.id))
    show = DisclosePassword(account_id=server.account, purpose=Purpose.VIEW)
    await bob.sees(show)
    for command in (show, ViewResource(server.id), change(server)):
        with pytest.raises(NotFound):
            await admin.does(command)


async def test_no_share_of_either_comes_back_when_it_changes_hands_again(
    world: World, admin: Person, bob: Person, alice: Person, server: Server
) -> None:
    """bob was given the account; he becomes its owner; he gives it away: his old share must not revive."""
    for thing in (OnAccount(server.account), OnResource(server.id)):
        await admin.does(GrantAccess(thing=thing, user_id=bob.id, level=Level.VIEW))
        await admin.does(GrantAccess(thing=thing, user_id=alice.id, level=Level.VIEW))
    carol = await world.person(admin, "carol", "administrator")
    await admin.does(TransferResource(resource_id=server.id, user_id=bob.id))
    await bob.does(TransferResource(resource_id=server.id, user_id=carol.id))
    for gone in (admin, bob):
        with pytest.raises(NotFound):
            await gone.does(ViewAccount(server.account))
    await alice.does(ViewAccount(server.account))


async def test_only_the_owner_gives_a_resource_away(admin: Person, bob: Person, server: Server) -> None:
    await admin.does(GrantAccess(thing=OnResource(server.id), user_id=bob.id, level=Level.MANAGE))
    with pytest.raises(Refused):
        await bob.does(TransferResource(resource_id=server.id, user_id=bob.id))


async def test_who_can_receive_one(world: World, admin: Person, alice: Person, bob: Person, server: Server) -> None:
    with pytest.raises(Invalid):
        await admin.does(TransferResource(resource_id=server.id, user_id=alice.id))
    with pytest.raises(Invalid):
        await admin.does(TransferResource(resource_id=server.id, user_id=server.id))
    before = world.log.head
    await admin.does(TransferResource(resource_id=server.id, user_id=admin.id))
    assert world.log.head == before
    await admin.does(DisableUser(user_id=bob.id))
    with pytest.raises(Invalid):
        await admin.does(TransferResource(resource_id=server.id, user_id=bob.id))


async def test_a_transfer_rests_on_the_shares_that_were_read(admin: Person, bob: Person, server: Server) -> None:
    with pytest.raises(Stale):
        await admin.does(TransferResource(resource_id=server.id, user_id=bob.id, expected_version=2))
    await admin.does(TransferResource(resource_id=server.id, user_id=bob.id, expected_version=1))


async def test_a_name_goes_with_its_resource_and_never_betrays_the_receivers_others(
    admin: Person, bob: Person, server: Server
) -> None:
    await bob.does(add("web"))
    await admin.does(TransferResource(resource_id=server.id, user_id=bob.id))
    await admin.does(add("web"))
    with pytest.raises(NameTaken):
        await bob.does(add("web"))


async def test_accounts_of_a_received_resource_can_be_added_to(admin: Person, bob: Person, server: Server) -> None:
    await admin.does(TransferResource(resource_id=server.id, user_id=bob.id))
    await bob.does(AddAccount(resource_id=server.id, username="toor"))
