"""Invitations: the one way to a first password."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commands.invitations import VALID, AcceptInvitation, InviteAgain, NewInvitation
from commands.users import AddUser, DisableUser
from domain.errors import Conflict, Invalid, InvitationRefused, NotFound, NotOnYourself, SessionEnded
from domain.ids import new
from domain.secrets import Secret
from tests.support.vault import OWN, Person, World, nobody

SECOND = timedelta(seconds=1)


@pytest.fixture
async def invited(admin: Person) -> NewInvitation:
    return await admin.does(AddUser(username="carol", display_name="Carol", roles=frozenset({"password-user"})))


async def accept(world: World, token: str, password: str = OWN, username: str | None = None) -> str:
    command = AcceptInvitation(token=Secret(token), password=Secret(password), username=username)
    return (await world.api.execute(command, nobody())).value


async def test_an_invitation_is_taken_up_once(world: World, invited: NewInvitation) -> None:
    assert await accept(world, invited.token, username="CAROL ") == "carol"
    await world.enter("carol")
    with pytest.raises(InvitationRefused):
        await accept(world, invited.token, "another password")


async def test_an_invitation_is_shown_and_never_kept(world: World, invited: NewInvitation) -> None:
    assert invited.token.startswith(f"{invited.user_id}.")
    assert invited.token.partition(".")[2] not in repr(await world.events())
    assert invited.token not in repr(invited)


async def test_an_invitation_ends(world: World, invited: NewInvitation) -> None:
    world.clock.turn(VALID - SECOND)
    assert world.clock() < invited.until
    world.clock.turn(2 * SECOND)
    with pytest.raises(InvitationRefused):
        await accept(world, invited.token)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: "",
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: token.upper(),
        lambda token: token.replace(".", ""),
        lambda token: f"{new()}.{token.partition('.')[2]}",
        lambda token: f"{token.partition('.')[0]}.{'A' * 43}",
        lambda token: token.replace("-", "", 1),
        lambda token: token + "é",
    ],
)
async def test_a_token_has_one_spelling_and_one_owner(world: World, invited: NewInvitation, spoil: object) -> None:
    assert callable(spoil)
    with pytest.raises(InvitationRefused):
        await accept(world, spoil(invited.token))


async def test_an_invitation_is_for_the_name_it_was_sent_to(world: World, invited: NewInvitation) -> None:
    with pytest.raises(InvitationRefused):
        await accept(world, invited.token, username="alice")


async def test_a_weak_password_leaves_the_invitation_as_it_was(world: World, invited: NewInvitation) -> None:
    with pytest.raises(Invalid):
        await accept(world, invited.token, "carol")
    await accept(world, invited.token)


async def test_who_was_disabled_meanwhile_is_not_let_in(world: World, admin: Person, invited: NewInvitation) -> None:
    await admin.does(DisableUser(user_id=invited.user_id))
    with pytest.raises(InvitationRefused):
        await accept(world, invited.token)


async def test_a_new_invitation_voids_password_sessions_and_the_old_link(
    world: World, admin: Person, invited: NewInvitation
) -> None:
    await accept(world, invited.token)
    carol = await world.enter("carol")
    again = await admin.does(InviteAgain(user_id=carol.id))
    with pytest.raises(SessionEnded):
        await carol.does(InviteAgain(user_id=carol.id))
    with pytest.raises(InvitationRefused):
        await accept(world, invited.token)
    await accept(world, again.token, "a longer password")
    await world.enter("carol", "a longer password")


async def test_an_invitation_cannot_be_replaced_by_the_same_moment_twice(
    world: World, admin: Person, invited: NewInvitation
) -> None:
    first = await admin.does(InviteAgain(user_id=invited.user_id))
    second = await admin.does(InviteAgain(user_id=invited.user_id))
    world.clock.turn(SECOND)
    with pytest.raises(InvitationRefused):
        await accept(world, first.token)
    await accept(world, second.token)


async def test_who_may_be_invited_again(world: World, admin: Person, alice: Person) -> None:
    with pytest.raises(NotOnYourself):
        await admin.does(InviteAgain(user_id=admin.id))
    with pytest.raises(NotFound):
        await admin.does(InviteAgain(user_id=new()))
    await admin.does(DisableUser(user_id=alice.id))
    with pytest.raises(Conflict):
        await admin.does(InviteAgain(user_id=alice.id))
