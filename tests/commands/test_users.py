"""Users, roles, and the last administrator."""

from __future__ import annotations

import asyncio

import pytest

from commands.invitations import InviteAgain
from commands.sessions import SignOut
from commands.users import AddUser, ChangeProfile, DisableUser, EnableUser, GiveRoles, GiveScope
from commands.work import Work
from domain.access import ADMINISTRATOR, PASSWORD_USER, Scope
from domain.base import Author
from domain.errors import (
    Contended,
    Invalid,
    LastAdministrator,
    NameTaken,
    NotFound,
    NotOnYourself,
    Refused,
    SessionEnded,
    SignInRefused,
    Stale,
)
from domain.ids import new
from domain.notices import Notice, NoticeKind
from domain.users import User
from tests.support.vault import Person, World


class DisableAlone(DisableUser):
    """As if a session had begun while its user was being disabled."""

    async def execute(self, work: Work) -> None:
        (await work.get(User, self.user_id)).disable(by=work.caller.id)


USERS, CHIEFS = frozenset({PASSWORD_USER}), frozenset({ADMINISTRATOR})


def add(username: str, roles: frozenset[str] = USERS) -> AddUser:
    return AddUser(username=username, display_name="Somebody", roles=roles, email="s@example.org")


async def test_a_user_is_added_with_an_invitation_and_a_notice(world: World, admin: Person) -> None:
    before = world.log.head
    invited = await admin.does(add("carol"))
    assert await world.topics(before) == ["user.added", "name.reserved", "sign-in.invited", "notice.raised"]
    first = (await world.events(before))[0]
    assert first.originator_id == invited.user_id


@pytest.mark.parametrize("name", ["alice", "ALICE", " alice", "\uff41lice"])
async def test_a_name_is_taken_however_it_is_written(admin: Person, alice: Person, name: str) -> None:
    with pytest.raises(NameTaken):
        await admin.does(add(name))


@pytest.mark.parametrize(("name", "roles"), [("", USERS), ("carol", frozenset({"king"})), ("carol", frozenset())])
async def test_a_user_needs_a_name_and_roles_that_exist(admin: Person, name: str, roles: frozenset[str]) -> None:
    with pytest.raises(Invalid):
        await admin.does(add(name, roles))


async def test_nothing_of_the_users_is_for_password_users(admin: Person, alice: Person) -> None:
    for command in (
        add("carol"),
        GiveRoles(user_id=admin.id, roles=USERS),
        GiveScope(user_id=admin.id, scope=Scope.ALL),
        DisableUser(user_id=admin.id),
        EnableUser(user_id=admin.id),
        InviteAgain(user_id=admin.id),
        ChangeProfile(user_id=admin.id, display_name="X", email=None),
    ):
        with pytest.raises(Refused):
            await alice.does(command)


async def test_nobody_is_changed_who_does_not_exist(admin: Person) -> None:
    with pytest.raises(NotFound):
        await admin.does(DisableUser(user_id=new()))


async def test_roles_hold_at_once(admin: Person, alice: Person) -> None:
    await admin.does(GiveRoles(user_id=alice.id, roles=CHIEFS))
    await alice.does(add("carol"))
    await admin.does(GiveRoles(user_id=alice.id, roles=USERS))
    with pytest.raises(Refused):
        await alice.does(add("dave"))


async def test_a_change_of_something_older_is_refused(world: World, admin: Person, alice: Person) -> None:
    version = (await world.api.look(admin.caller).get(User, alice.id)).version
    await admin.does(GiveRoles(user_id=alice.id, roles=CHIEFS, expected_version=version))
    for command in (
        GiveRoles(user_id=alice.id, roles=USERS, expected_version=version),
        GiveScope(user_id=alice.id, scope=Scope.ALL, expected_version=version),
        ChangeProfile(user_id=alice.id, display_name="A", email=None, expected_version=version),
    ):
        with pytest.raises(Stale):
            await admin.does(command)


async def test_a_profile_is_changed(world: World, admin: Person, alice: Person) -> None:
    await admin.does(ChangeProfile(user_id=alice.id, display_name="Alice L.", email=None))
    assert (await world.api.look(admin.caller).get(User, alice.id)).display_name == "Alice L."


async def test_nobody_raises_or_disables_himself(admin: Person, bob: Person) -> None:
    for command in (
        GiveRoles(user_id=admin.id, roles=USERS),
        GiveScope(user_id=admin.id, scope=Scope.ALL),
        DisableUser(user_id=admin.id),
    ):
        with pytest.raises(NotOnYourself):
            await admin.does(command)


async def test_who_is_disabled_is_out_at_once_and_stays_out(world: World, admin: Person, alice: Person) -> None:
    await admin.does(DisableUser(user_id=alice.id))
    with pytest.raises(SessionEnded):
        await alice.does(SignOut())
    with pytest.raises(SignInRefused):
        await world.enter("alice")
    await admin.does(EnableUser(user_id=alice.id))
    with pytest.raises(SessionEnded):
        await alice.does(SignOut())
    await world.enter("alice")


async def test_every_administrator_is_told_of_a_new_super_administrator(
    world: World, admin: Person, bob: Person
) -> None:
    before = world.log.head
    await admin.does(GiveScope(user_id=bob.id, scope=Scope.ALL))
    told = [event for event in await world.events(before) if isinstance(event, Notice.Raised)]
    assert {event.user_id for event in told} == {admin.id, bob.id}
    assert {(event.kind, event.object_id) for event in told} == {(NoticeKind.SCOPE_GIVEN, bob.id)}


@pytest.mark.parametrize(
    "loses",
    [
        lambda who: DisableUser(user_id=who),
        lambda who: GiveRoles(user_id=who, roles=USERS),
        lambda who: InviteAgain(user_id=who),
    ],
    ids=["disabled", "role", "invited again"],
)
async def test_two_administrators_cannot_remove_each_other(
    world: World, admin: Person, bob: Person, loses: object
) -> None:
    """Each in a process of its own, at the same moment: one of them stays, whoever is quicker."""
    assert callable(loses)
    bob.vault = world.process(Author.API)
    done = await asyncio.gather(admin.does(loses(bob.id)), bob.does(loses(admin.id)), return_exceptions=True)
    refusals = [each for each in done if isinstance(each, Exception)]
    assert len(refusals) == 1
    assert isinstance(refusals[0], LastAdministrator | SessionEnded | Refused | Contended)


async def test_an_invited_administrator_holds_no_seat(world: World, admin: Person, bob: Person) -> None:
    await admin.does(add("carol", CHIEFS))
    await admin.does(DisableUser(user_id=bob.id))
    await admin.does(EnableUser(user_id=bob.id))
    await bob.world.enter("bob")
    seats = [event for event in await world.topics() if event.startswith("administrators.")]
    assert seats == [
        "administrators.first-seated", "administrators.seated", "administrators.unseated", "administrators.seated",
    ]  # fmt: skip


async def test_a_session_of_a_disabled_user_is_worth_nothing(admin: Person, alice: Person) -> None:
    await admin.does(DisableAlone(user_id=alice.id))
    with pytest.raises(SessionEnded):
        await alice.does(SignOut())
