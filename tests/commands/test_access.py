"""Sharing, what it lets one do, and what it hides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from commands.access import GrantAccess, RevokeAccess
from commands.accounts import ChangePassword
from commands.base import Command, OnAccount, OnResource, Thing
from commands.disclosures import DisclosePassword
from commands.queries import ViewAccount, ViewAccountAccess, ViewResource
from commands.resets import OpenReset
from commands.resources import AddResource, TransferResource
from commands.users import DisableUser, GiveScope
from domain.access import Level, Scope
from domain.disclosures import Purpose
from domain.errors import Invalid, NotFound, NotOnYourself, Refused, StrongroomError
from domain.ids import new
from domain.resources import ResourceType
from tests.commands.conftest import Server
from tests.support.vault import Person, World

HOUR = timedelta(hours=1)


def grant(thing: Thing, to: Person, level: Level = Level.VIEW) -> GrantAccess:
    return GrantAccess(thing=thing, user_id=to.id, level=level)


def show(account: UUID) -> DisclosePassword:
    return DisclosePassword(account_id=account, purpose=Purpose.VIEW)


async def said(person: Person, command: Command[object]) -> str:
    with pytest.raises(StrongroomError) as refusal:
        await person.does(command)
    return f"{type(refusal.value).__name__}: {refusal.value.detail}"


ON_ACCOUNT: list[Callable[[UUID], Command[object]]] = [
    lambda account: show(account),
    lambda account: ChangePassword(account_id=account),
    lambda account: OpenReset(account_id=account),
    lambda account: ViewAccount(account),
    lambda account: ViewAccountAccess(account),
    lambda account: GrantAccess(thing=OnAccount(account), user_id=new(), level=Level.VIEW),
    lambda account: RevokeAccess(thing=OnAccount(account), user_id=new()),
]


@pytest.mark.parametrize("ask", ON_ACCOUNT)
async def test_what_is_not_shared_is_as_good_as_absent(
    world: World, alice: Person, bob: Person, server: Server, ask: Callable[[UUID], Command[object]]
) -> None:
    before = world.log.head
    for person in (alice, bob):
        foreign, absent, resource = [await said(person, ask(each)) for each in (server.account, new(), server.id)]
        assert foreign == absent == resource == f"NotFound: {NotFound.title}"
    assert set(await world.topics(before)) == {"refusal.recorded"}


async def test_a_share_is_opened_noticed_and_known_to_the_resource(
    world: World, admin: Person, alice: Person, server: Server
) -> None:
    before = world.log.head
    await admin.does(grant(OnAccount(server.account), alice))
    assert await world.topics(before) == [
        "access.opened", "access.granted", "notice.raised", "access.narrower-opened",
    ]  # fmt: skip
    before = world.log.head
    await admin.does(grant(OnAccount(server.account), alice))
    assert world.log.head == before


async def test_the_narrower_share_decides_even_when_it_is_lower(admin: Person, alice: Person, server: Server) -> None:
    change = ChangePassword(account_id=server.account)
    await admin.does(grant(OnResource(server.id), alice, Level.MODIFY))
    await alice.does(change)
    await admin.does(grant(OnAccount(server.account), alice, Level.VIEW))
    with pytest.raises(Refused):
        await alice.does(change)
    await admin.does(RevokeAccess(thing=OnAccount(server.account), user_id=alice.id))
    await alice.does(change)


async def test_a_share_of_an_account_shows_nothing_of_its_resource(
    admin: Person, alice: Person, server: Server
) -> None:
    await admin.does(grant(OnAccount(server.account), alice))
    await alice.does(ViewAccount(server.account))
    with pytest.raises(NotFound):
        await alice.does(ViewResource(server.id))


async def test_a_share_that_was_taken_back_is_gone_at_once(admin: Person, alice: Person, server: Server) -> None:
    await admin.does(grant(OnResource(server.id), alice))
    await alice.sees(show(server.account))
    await admin.does(RevokeAccess(thing=OnResource(server.id), user_id=alice.id))
    with pytest.raises(NotFound):
        await alice.sees(show(server.account))


async def test_a_share_ends_by_itself(world: World, admin: Person, alice: Person, server: Server) -> None:
    await admin.does(
        GrantAccess(thing=OnResource(server.id), user_id=alice.id, level=Level.VIEW, until=world.clock() + HOUR)
    )
    await alice.sees(show(server.account))
    world.clock.turn(HOUR)
    with pytest.raises(NotFound):
        await alice.sees(show(server.account))


async def test_an_end_lies_in_the_future(world: World, admin: Person, alice: Person, server: Server) -> None:
    with pytest.raises(Invalid):
        await admin.does(
            GrantAccess(thing=OnResource(server.id), user_id=alice.id, level=Level.VIEW, until=world.clock())
        )


async def test_nobody_gives_away_what_he_has_for_a_shorter_time(
    world: World, admin: Person, alice: Person, bob: Person, server: Server
) -> None:
    thing, end = OnResource(server.id), world.clock() + HOUR
    await admin.does(GrantAccess(thing=thing, user_id=bob.id, level=Level.MANAGE, until=end))
    for until in (None, end + HOUR):
        with pytest.raises(Invalid):
            await bob.does(GrantAccess(thing=thing, user_id=alice.id, level=Level.VIEW, until=until))
    await bob.does(GrantAccess(thing=thing, user_id=alice.id, level=Level.VIEW, until=end))
    with pytest.raises(NotOnYourself):
        await bob.does(GrantAccess(thing=thing, user_id=bob.id, level=Level.MANAGE, until=end))


async def test_what_cannot_be_shared(admin: Person, alice: Person, bob: Person, server: Server) -> None:
    thing = OnAccount(server.account)
    with pytest.raises(Invalid):
        await admin.does(grant(thing, alice, Level.MANAGE))
    with pytest.raises(Invalid):
        await admin.does(grant(thing, admin))
    with pytest.raises(Invalid):
        await admin.does(GrantAccess(thing=thing, user_id=new(), level=Level.VIEW))
    await admin.does(grant(OnResource(server.id), bob, Level.MANAGE))
    with pytest.raises(Invalid):
        await bob.does(grant(thing, admin))
    await admin.does(DisableUser(user_id=alice.id))
    with pytest.raises(Invalid):
        await admin.does(grant(thing, alice))


async def test_a_share_that_nobody_has_cannot_be_taken_back(admin: Person, alice: Person, server: Server) -> None:
    for thing in (OnResource(server.id), OnAccount(server.account)):
        with pytest.raises(NotFound):
            await admin.does(RevokeAccess(thing=thing, user_id=alice.id))


async def test_a_password_user_shares_nothing_whatever_his_level(admin: Person, alice: Person, server: Server) -> None:
    await admin.does(grant(OnResource(server.id), alice, Level.MANAGE))
    for command in (
        grant(OnAccount(server.account), admin),
        RevokeAccess(thing=OnResource(server.id), user_id=alice.id),
        TransferResource(resource_id=server.id, user_id=alice.id),
    ):
        with pytest.raises(Refused):
            await alice.does(command)


async def test_the_scope_over_everything_reaches_everything_owns_nothing_and_is_never_silent(
    world: World, admin: Person, bob: Person, server: Server
) -> None:
    with pytest.raises(NotFound):
        await bob.sees(show(server.account))
    await admin.does(GiveScope(user_id=bob.id, scope=Scope.ALL))
    before = world.log.head
    await bob.sees(show(server.account))
    await bob.does(ViewResource(server.id))
    assert await world.topics(before) == ["account-password.disclosed", "all-scope.used", "all-scope.used"]
    with pytest.raises(Refused):
        await bob.does(TransferResource(resource_id=server.id, user_id=bob.id))
    before = world.log.head
    own = await bob.does(AddResource(name="his", type=ResourceType.OTHER, address="h"))
    await bob.does(ViewResource(own))
    assert "all-scope.used" not in await world.topics(before)
