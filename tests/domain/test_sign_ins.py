"""Invitations, passwords of people, failures and what is open."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from domain import ids
from domain.errors import InvitationRefused
from domain.sign_ins import MOST_SESSIONS, SignIn
from tests.domain.people import ALICE, FIRST, SECOND
from tests.support.scenario import NOON, Scenario

TOKEN, NEWER = b"t" * 32, b"n" * 32
DAY = timedelta(days=1)
HOME, AWAY = "192.0.2.0/24", "198.51.100.0/24"


@pytest.fixture
def invited() -> Scenario[SignIn]:
    return Scenario(lambda: SignIn(ALICE, TOKEN, NOON + DAY))


@pytest.fixture
def able(invited: Scenario[SignIn]) -> Scenario[SignIn]:
    return invited.given(lambda s: s.accept(TOKEN, NOON, FIRST))


def test_an_invitation_sets_the_password_once(invited: Scenario[SignIn]) -> None:
    invited.when(lambda s: s.accept(TOKEN, NOON, FIRST)).then(SignIn.InvitationAccepted, verifier=FIRST)
    invited.when(lambda s: s.accept(TOKEN, NOON, SECOND)).then_refused(InvitationRefused)


@pytest.mark.parametrize(("token", "after"), [(NEWER, timedelta(0)), (TOKEN, DAY)], ids=["another token", "too late"])
def test_an_invitation_that_does_not_hold_is_refused(invited: Scenario[SignIn], token: bytes, after: timedelta) -> None:
    invited.when(lambda s: s.accept(token, NOON + after, FIRST)).then_refused(InvitationRefused)


def test_a_new_invitation_voids_the_old_one_and_the_password(able: Scenario[SignIn]) -> None:
    able.when(lambda s: s.invite_again(NEWER, NOON + DAY)).then(SignIn.InvitedAgain, token_hash=NEWER)
    able.then_it(lambda s: s.verifier, None)
    able.when(lambda s: s.accept(TOKEN, NOON, SECOND)).then_refused(InvitationRefused)


def test_ones_own_password_can_be_changed(able: Scenario[SignIn]) -> None:
    able.when(lambda s: s.change_password(SECOND)).then(SignIn.PasswordChanged).then_it(lambda s: s.verifier, SECOND)


def test_the_fifth_failure_locks_and_says_so(able: Scenario[SignIn]) -> None:
    able.given(*[lambda s: s.fail(AWAY, NOON)] * 4)
    able.when(lambda s: s.fail(AWAY, NOON)).then(SignIn.Failed, SignIn.Locked, network=AWAY)
    able.then_it(lambda s: s.wait(AWAY, able.now) > timedelta(minutes=14))


def test_success_forgives_its_own_network_alone(able: Scenario[SignIn]) -> None:
    able.given(lambda s: s.fail(HOME, NOON), lambda s: s.fail(AWAY, NOON))
    able.when(lambda s: s.succeed(HOME, ids.new(), NOON + DAY)).then(SignIn.Succeeded)
    able.then_it(lambda s: [failure.network for failure in s.failures], [AWAY])
    able.then_it(lambda s: s.familiar, (HOME,))


def test_sessions_that_have_reached_their_end_are_forgotten(able: Scenario[SignIn]) -> None:
    first, second = ids.new(), ids.new()
    able.given(lambda s: s.succeed(HOME, first, NOON + timedelta(hours=1))).later(timedelta(hours=2))
    able.given(lambda s: s.succeed(HOME, second, NOON + DAY))
    able.then_it(lambda s: [each.id for each in s.sessions], [second])


def test_so_many_sessions_can_be_open_and_no_more(able: Scenario[SignIn]) -> None:
    opened = [UUID(int=number) for number in range(MOST_SESSIONS + 1)]
    able.given(*[lambda s, one=one: s.succeed(HOME, one, NOON + DAY) for one in opened[:-1]])
    able.then_it(lambda s: [each.id for each in s.surplus], opened[:1])
    able.given(lambda s: s.succeed(HOME, opened[-1], NOON + DAY))
    able.then_it(lambda s: [each.id for each in s.sessions], opened[1:])


def test_its_events_are_forgotten_with_the_person(invited: Scenario[SignIn]) -> None:
    invited.then_it(lambda s: s.key_scope, ALICE).then_it(lambda s: s.id, SignIn.create_id(ALICE))
