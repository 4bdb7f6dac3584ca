"""Accounts and the passwords they have had."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from domain.accounts import Account, Cause, Password, ResetState
from domain.errors import Conflict, Invalid, NotFound, ResetAlreadyOpen
from tests.domain.people import ACCOUNT, ALICE, BOB, FIRST, OTHER, SECOND, THING
from tests.support.scenario import Scenario

RESET, ANOTHER = ALICE, BOB
OPENED: Callable[[Account], object] = lambda a: a.open_reset(RESET)  # noqa: E731
DOUBTED: Callable[[Account], object] = lambda a: a.doubt(RESET)  # noqa: E731


@pytest.fixture
def account() -> Scenario[Account]:
    return Scenario(lambda: Account.describe(ACCOUNT, THING, " root ", "", FIRST))


def test_an_account_has_a_password_from_the_start(account: Scenario[Account]) -> None:
    account.then_it(lambda a: a.password, Password(1, FIRST, Cause.ADDED)).then_it(lambda a: a.username, "root")


def test_every_password_is_kept_under_its_number(account: Scenario[Account]) -> None:
    account.when(lambda a: a.change_password(SECOND)).then(Account.PasswordChanged, number=2, password=SECOND)
    account.then_it(lambda a: a.password, Password(2, SECOND, Cause.CHANGED))
    account.then_it(lambda a: a.numbered(1).secret, FIRST)


@pytest.mark.parametrize("number", [-1, 0, 2])
def test_there_is_no_password_of_another_number(account: Scenario[Account], number: int) -> None:
    account.when(lambda a: a.numbered(number)).then_refused(NotFound)


def test_an_account_is_edited(account: Scenario[Account]) -> None:
    account.when(lambda a: a.edit("toor", "spare")).then(Account.Edited, username="toor", description="spare")
    account.when(lambda a: a.edit("toor", "spare")).then_nothing()
    account.when(lambda a: a.edit("\x00", "")).then_refused(Invalid)


def test_an_account_is_moved_with_all_its_passwords(account: Scenario[Account]) -> None:
    account.given(lambda a: a.change_password(SECOND))
    account.when(lambda a: a.move(OTHER)).then(Account.Moved, from_id=THING, to_id=OTHER)
    account.then_it(lambda a: (a.resource_id, len(a.passwords)), (OTHER, 2))
    account.when(lambda a: a.move(OTHER)).then_refused(Invalid)


def test_a_reset_that_succeeds_brings_its_candidate(account: Scenario[Account]) -> None:
    account.when(OPENED).then(Account.ResetOpened, reset_id=RESET).then_it(lambda a: a.reset_state, ResetState.OPEN)
    account.when(lambda a: a.take_new(RESET, SECOND)).then(Account.PasswordReset, number=2, password=SECOND)
    account.then_it(lambda a: (a.reset_state, a.password.cause), (ResetState.NONE, Cause.RESET))


def test_a_reset_that_fails_leaves_the_password(account: Scenario[Account]) -> None:
    account.given(OPENED).when(lambda a: a.keep_old(RESET)).then(Account.ResetClosed)
    account.then_it(lambda a: (a.reset_state, a.password.number), (ResetState.NONE, 1))


@pytest.mark.parametrize("steps", [(OPENED,), (OPENED, DOUBTED)], ids=["open", "in doubt"])
def test_while_a_reset_is_not_over_nothing_else_replaces_the_password(
    account: Scenario[Account], steps: tuple[Callable[[Account], object], ...]
) -> None:
    account.given(*steps)
    account.when(lambda a: a.change_password(SECOND)).then_refused(ResetAlreadyOpen)
    account.when(lambda a: a.open_reset(ANOTHER)).then_refused(ResetAlreadyOpen)
    account.when(lambda a: a.edit("toor", "")).then_refused(ResetAlreadyOpen)
    account.when(lambda a: a.move(OTHER)).then_refused(ResetAlreadyOpen)


def test_a_description_can_be_edited_while_a_reset_is_open(account: Scenario[Account]) -> None:
    account.given(OPENED).when(lambda a: a.edit("root", "busy")).then(Account.Edited)


def test_doubt_lasts_until_a_reset_is_settled(account: Scenario[Account]) -> None:
    account.given(OPENED).when(DOUBTED).then(Account.ResetInDoubt)
    account.then_it(lambda a: a.reset_state, ResetState.IN_DOUBT).when(DOUBTED).then_nothing()
    account.when(lambda a: a.take_new(RESET, SECOND)).then(Account.PasswordReset).then_it(lambda a: a.in_doubt, False)


@pytest.mark.parametrize(
    "step",
    [lambda a: a.take_new(ANOTHER, SECOND), lambda a: a.keep_old(ANOTHER), lambda a: a.doubt(ANOTHER)],
    ids=["new", "old", "doubt"],
)
def test_only_the_open_reset_decides(account: Scenario[Account], step: Callable[[Account], object]) -> None:
    account.when(step).then_refused(Conflict)
    account.given(OPENED).when(step).then_refused(Conflict)
