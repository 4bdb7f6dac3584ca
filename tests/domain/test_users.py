"""Users, and the administrators' seats."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.access import ADMINISTRATOR, PASSWORD_USER, Scope
from domain.administrators import Administrators
from domain.errors import Conflict, Invalid, LastAdministrator, NotOnYourself
from domain.users import User, UserStatus
from tests.domain.people import ALICE, BOB, CAROL
from tests.support.scenario import Scenario

PEOPLE = frozenset({PASSWORD_USER})
CHIEFS = frozenset({ADMINISTRATOR})


def user(id: UUID = ALICE, roles: frozenset[str] = PEOPLE) -> Scenario[User]:
    return Scenario(lambda: User.invite(id, " alice ", "Alice", None, roles))


def active(id: UUID = ALICE, roles: frozenset[str] = PEOPLE) -> Scenario[User]:
    return user(id, roles).given(lambda u: u.activate())


def test_a_user_is_invited_then_active() -> None:
    alice = user().then_it(lambda u: u.status, UserStatus.INVITED).then_it(lambda u: u.active, False)
    alice.when(lambda u: u.activate()).then(User.Activated).then_it(lambda u: u.status, UserStatus.ACTIVE)
    alice.when(lambda u: u.activate()).then_nothing()


def test_a_user_without_a_role_is_refused() -> None:
    with pytest.raises(Invalid):
        User.invite(ALICE, "alice", "Alice", None, frozenset())
    active().when(lambda u: u.give_roles(frozenset(), by=BOB)).then_refused(Invalid)


def test_roles_are_given_by_others() -> None:
    active().when(lambda u: u.give_roles(CHIEFS, by=BOB)).then(User.RolesGiven, roles=CHIEFS)
    active().when(lambda u: u.give_roles(PEOPLE, by=BOB)).then_nothing()
    active().when(lambda u: u.give_roles(CHIEFS, by=ALICE)).then_refused(NotOnYourself)


def test_everything_is_reached_by_administrators_only_and_by_another_s_hand() -> None:
    chief = active(roles=CHIEFS)
    chief.when(lambda u: u.give_scope(Scope.ALL, by=BOB)).then(User.ScopeGiven, scope=Scope.ALL)
    chief.when(lambda u: u.give_scope(Scope.ALL, by=BOB)).then_nothing()
    chief.when(lambda u: u.give_scope(Scope.SHARED, by=ALICE)).then_refused(NotOnYourself)
    active().when(lambda u: u.give_scope(Scope.ALL, by=BOB)).then_refused(Invalid)


def test_who_is_no_administrator_any_more_reaches_only_what_is_shared() -> None:
    chief = active(roles=CHIEFS).given(lambda u: u.give_scope(Scope.ALL, by=BOB))
    chief.given(lambda u: u.give_roles(PEOPLE, by=BOB), lambda u: u.give_roles(CHIEFS, by=BOB))
    chief.then_it(lambda u: u.scope, Scope.SHARED)


def test_nobody_disables_himself() -> None:
    active().when(lambda u: u.disable(by=ALICE)).then_refused(NotOnYourself)


def test_disabling_shuts_out_and_enabling_lets_in() -> None:
    alice = active().when(lambda u: u.disable(by=BOB)).then(User.Disabled)
    alice.then_it(lambda u: u.status, UserStatus.DISABLED).then_it(lambda u: u.active, False)
    alice.when(lambda u: u.disable(by=BOB)).then_nothing()
    alice.when(lambda u: u.enable()).then(User.Enabled).then_it(lambda u: u.active)
    alice.when(lambda u: u.enable()).then_nothing()


def test_a_new_invitation_shuts_out_until_it_is_taken_up() -> None:
    alice = active().when(lambda u: u.invite_again(by=BOB)).then(User.InvitedAgain)
    alice.then_it(lambda u: u.active, False).given(lambda u: u.activate()).then_it(lambda u: u.active)
    alice.when(lambda u: u.invite_again(by=ALICE)).then_refused(NotOnYourself)
    alice.given(lambda u: u.disable(by=BOB)).when(lambda u: u.invite_again(by=BOB)).then_refused(Conflict)


def test_a_profile_can_be_changed() -> None:
    alice = user().when(lambda u: u.change_profile(" Alice L. ", "a@example.org"))
    alice.then(User.ProfileChanged, display_name="Alice L.", email="a@example.org")
    alice.when(lambda u: u.change_profile("Alice L.", "a@example.org")).then_nothing()
    alice.when(lambda u: u.change_profile("", None)).then_refused(Invalid)


def chief(id: UUID) -> User:
    return active(id, CHIEFS).aggregate


def test_seats_follow_the_users() -> None:
    seats = Scenario(lambda: Administrators(ALICE))
    seats.when(lambda s: s.follow(chief(BOB))).then(Administrators.Seated, user_id=BOB)
    seats.when(lambda s: s.follow(chief(BOB))).then_nothing()
    seats.when(lambda s: s.follow(active(ALICE).aggregate)).then(Administrators.Unseated, user_id=ALICE)
    seats.when(lambda s: s.follow(active(CAROL).aggregate)).then_nothing()


@pytest.mark.parametrize(
    "lost",
    [
        lambda: active(ALICE).aggregate,
        lambda: active(ALICE, CHIEFS).given(lambda u: u.disable(by=BOB)).aggregate,
        lambda: active(ALICE, CHIEFS).given(lambda u: u.invite_again(by=BOB)).aggregate,
    ],
    ids=["by his role", "disabled", "invited again"],
)
def test_the_last_seat_cannot_be_lost(lost: object) -> None:
    assert callable(lost)
    Scenario(lambda: Administrators(ALICE)).when(lambda s: s.follow(lost())).then_refused(LastAdministrator)
