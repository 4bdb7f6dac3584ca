"""Resets: leases, what may be said of the old password, and that neither password is ever lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.accounts import Account
from domain.errors import (
    AttemptRunning,
    AttemptSuperseded,
    ResetEnded,
    ResetNotInDoubt,
    ResetUncertain,
    StrongroomError,
)
from domain.resets import Outcome, Reset, State, Step
from domain.secrets import SealedSecret
from tests.domain.people import ACCOUNT, ALICE, FIRST, OTHER, RIVAL, SECOND, THING, WORKER
from tests.support.scenario import NOON, Scenario

LEASE = NOON + timedelta(minutes=2)
BEGIN: Callable[[Reset], object] = lambda r: r.begin(WORKER, LEASE, NOON)  # noqa: E731
HAND_OVER: Callable[[Reset], object] = lambda r: r.note(1, Step.HANDING_OVER, "", NOON)  # noqa: E731
DOUBT: Callable[[Reset], object] = lambda r: r.doubt(1, "cut off", "CutOff")  # noqa: E731


@pytest.fixture
def opened() -> Scenario[Reset]:
    return Scenario(
        lambda: Reset(id=OTHER, account_id=ACCOUNT, resource_id=THING, requested_by=ALICE, candidate=SECOND)
    )


@pytest.fixture
def running(opened: Scenario[Reset]) -> Scenario[Reset]:
    return opened.given(BEGIN)


def test_one_worker_has_the_lease(opened: Scenario[Reset]) -> None:
    opened.when(BEGIN).then(Reset.AttemptBegun, number=1, worker_id=WORKER, until=LEASE)
    opened.then_it(lambda r: r.state, State.ATTEMPTING)
    opened.when(lambda r: r.begin(RIVAL, LEASE, NOON)).then_refused(AttemptRunning)


def test_when_the_lease_is_over_another_takes_over(running: Scenario[Reset]) -> None:
    later = LEASE + timedelta(minutes=2)
    running.when(lambda r: r.begin(RIVAL, later, LEASE)).then(Reset.AttemptBegun, number=2)
    for late in (
        lambda r: r.confirm(1),
        lambda r: r.fail(1, "", "", True),
        lambda r: r.doubt(1, "", ""),
        lambda r: r.note(1, Step.TAKEN, "", NOON),
        lambda r: r.put_off(1, "", ""),
    ):
        running.when(late).then_refused(AttemptSuperseded)


def test_a_late_worker_may_say_what_it_did_but_do_nothing_more(running: Scenario[Reset]) -> None:
    running.when(lambda r: r.note(1, Step.HANDING_OVER, "", LEASE)).then_refused(AttemptSuperseded)
    running.when(lambda r: r.note(1, Step.TAKEN, "", LEASE)).then(Reset.StepNoted)
    running.when(lambda r: r.confirm(1)).then(Reset.Confirmed)


def test_an_attempt_that_led_to_nothing_frees_the_lease(running: Scenario[Reset]) -> None:
    running.when(lambda r: r.put_off(1, "away", "Unreachable")).then(Reset.AttemptFailed, error="Unreachable")
    running.then_it(lambda r: r.state, State.OPEN).when(BEGIN).then(Reset.AttemptBegun, number=2)


def test_a_candidate_that_was_never_handed_over_is_on_no_resource(running: Scenario[Reset]) -> None:
    running.then_it(lambda r: r.maybe_set, False)
    running.when(lambda r: r.fail(1, "away", "Unreachable", certain=False)).then(Reset.Failed, because="away")
    running.then_it(lambda r: r.state, State.FAILED)


def test_after_handing_over_it_takes_proof_to_say_that_the_old_password_holds(running: Scenario[Reset]) -> None:
    running.given(HAND_OVER).then_it(lambda r: r.maybe_set)
    running.when(lambda r: r.fail(1, "cut off", "CutOff", certain=False)).then_refused(ResetUncertain)
    running.when(lambda r: r.fail(1, "turned down", "PasswordRefused", certain=True)).then(Reset.Failed)


def test_handing_over_is_remembered_by_the_next_attempt(running: Scenario[Reset]) -> None:
    running.given(HAND_OVER, lambda r: r.begin(RIVAL, LEASE, LEASE)).then_it(lambda r: r.maybe_set)
    running.when(lambda r: r.fail(2, "", "", certain=False)).then_refused(ResetUncertain)


@pytest.mark.parametrize(("outcome", "state"), [(Outcome.NEW, State.CONFIRMED), (Outcome.OLD, State.FAILED)])
def test_doubt_is_settled_by_a_later_attempt(running: Scenario[Reset], outcome: Outcome, state: State) -> None:
    running.given(HAND_OVER).when(DOUBT).then(Reset.InDoubt).then_it(lambda r: r.state, State.IN_DOUBT)
    running.given(lambda r: r.begin(RIVAL, LEASE, NOON)).then_it(lambda r: r.state, State.IN_DOUBT)
    running.when(lambda r: r.settle(2, outcome)).then(Reset.Settled, outcome=outcome).then_it(lambda r: r.state, state)


def test_in_doubt_only_a_login_tells(running: Scenario[Reset]) -> None:
    running.given(HAND_OVER, DOUBT, lambda r: r.begin(RIVAL, LEASE, NOON))
    running.when(lambda r: r.fail(2, "", "", certain=True)).then_refused(ResetUncertain)
    running.when(lambda r: r.put_off(2, "away", "Unreachable")).then(Reset.AttemptFailed)
    running.then_it(lambda r: r.state, State.IN_DOUBT)


def test_confirming_what_was_in_doubt_settles_it(running: Scenario[Reset]) -> None:
    running.given(HAND_OVER, DOUBT, lambda r: r.begin(RIVAL, LEASE, NOON))
    running.when(lambda r: r.confirm(2)).then(Reset.Settled, outcome=Outcome.NEW)


def test_only_what_is_in_doubt_is_settled(running: Scenario[Reset]) -> None:
    running.when(lambda r: r.settle(1, Outcome.OLD)).then_refused(ResetNotInDoubt)


def test_what_has_ended_stays_so(running: Scenario[Reset]) -> None:
    running.given(lambda r: r.confirm(1))
    running.when(BEGIN).then_refused(ResetEnded)
    running.when(lambda r: r.confirm(1)).then_refused(ResetEnded)


class Resetting(RuleBasedStateMachine):
    """An account and its resets under workers that crash anywhere, beside a resource that takes a password or not."""

    def __init__(self) -> None:
        super().__init__()
        self.account = Scenario(lambda: Account.describe(ACCOUNT, THING, "root", "", FIRST))
        self.reset: Scenario[Reset] | None = None
        self.resets: list[Scenario[Reset]] = []
        self.on_resource = FIRST
        self.now = NOON
        self.made = 100

    def secret(self) -> SealedSecret:
        self.made += 1
        return SealedSecret(type(FIRST.id)(int=self.made), b"")

    @rule()
    def open(self) -> None:
        candidate, reset_id = self.secret(), type(FIRST.id)(int=self.made + 10_000)
        if self.on(self.account, lambda a: a.open_reset(reset_id)):
            self.reset = Scenario(
                lambda: Reset(
                    id=reset_id, account_id=ACCOUNT, resource_id=THING, requested_by=ALICE, candidate=candidate
                )
            )
            self.resets.append(self.reset)

    @rule()
    def change(self) -> None:
        """A person changes it on the resource by hand, then tells the vault."""
        new = self.secret()
        if self.on(self.account, lambda a: a.change_password(new)):
            self.on_resource = new

    @rule(lease=st.integers(1, 3))
    def begin(self, lease: int) -> None:
        until = self.now + timedelta(minutes=lease)
        if self.reset is not None:
            self.on(self.reset, lambda r: r.begin(WORKER, until, self.now))

    @rule(minutes=st.integers(1, 4))
    def crash(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(taken=st.booleans())
    def hand_over(self, taken: bool) -> None:
        """As the connector does it: noted first, and sent only if that was recorded."""
        if self.reset is None:
            return
        reset = self.reset.aggregate
        if self.on(self.reset, lambda r: r.note(r.attempts, Step.HANDING_OVER, "", self.now)) and taken:
            self.on_resource = reset.candidate

    @rule()
    def verify(self) -> None:
        """An honest worker logs in, and says what it saw."""
        if self.reset is None:
            return
        reset = self.reset.aggregate
        if self.on_resource == reset.candidate:
            if self.on(self.reset, lambda r: r.confirm(r.attempts)):
                self.account.given(lambda a: a.take_new(reset.id, reset.candidate))
        elif reset.state is State.IN_DOUBT:
            if self.on(self.reset, lambda r: r.settle(r.attempts, Outcome.OLD)):
                self.account.given(lambda a: a.keep_old(reset.id))
        elif self.on(self.reset, lambda r: r.fail(r.attempts, "", "", certain=True)):
            self.account.given(lambda a: a.keep_old(reset.id))

    @rule()
    def give_up(self) -> None:
        """A worker that saw nothing says so: it fails what was never handed over, and doubts the rest."""
        if self.reset is None:
            return
        reset = self.reset.aggregate
        if self.on(self.reset, lambda r: r.fail(r.attempts, "", "", certain=False)):
            self.account.given(lambda a: a.keep_old(reset.id))
        elif self.on(self.reset, lambda r: r.doubt(r.attempts, "", "")):
            self.account.given(lambda a: a.doubt(reset.id))

    def on(self, thing: Scenario[Account] | Scenario[Reset], step: Callable[..., object]) -> bool:
        try:
            thing.given(step)
        except StrongroomError:
            return False
        return True

    @invariant()
    def what_the_resource_takes_is_in_the_vault_where_one_would_look(self) -> None:
        account = self.account.aggregate
        known = {account.password.secret}
        if self.reset is not None and account.reset_id is not None:
            known.add(self.reset.aggregate.candidate)
        assert self.on_resource in known

    @invariant()
    def no_password_that_ever_was_is_lost(self) -> None:
        kept = {each.secret for each in self.account.aggregate.passwords}
        kept |= {each.aggregate.candidate for each in self.resets}
        assert self.on_resource in kept
        assert FIRST in kept
        assert [each.number for each in self.account.aggregate.passwords] == list(
            range(1, len(self.account.aggregate.passwords) + 1)
        )


TestResetting = Resetting.TestCase


def test_a_person_asks_for_one_attempt_at_a_time_at_a_reset_in_doubt(running: Scenario[Reset]) -> None:
    running.when(lambda r: r.ask_again()).then_refused(ResetNotInDoubt)
    asked = running.given(HAND_OVER, DOUBT).when(lambda r: r.ask_again()).then(Reset.AskedAgain)
    asked.when(lambda r: r.ask_again()).then_refused(AttemptRunning)
    again = asked.given(lambda r: r.begin(RIVAL, LEASE, NOON))
    again.when(lambda r: r.ask_again()).then_refused(AttemptRunning)
    again.given(lambda r: r.put_off(2, "", "")).when(lambda r: r.ask_again()).then(Reset.AskedAgain)
