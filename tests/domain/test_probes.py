"""Looks: one at a time, under a lease, and with a rest between two of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.accounts import BETWEEN_LOGINS
from domain.errors import AttemptRunning, AttemptSuperseded, ProbedTooSoon, ProbeEnded, ProbeRunning
from domain.probes import BETWEEN_CALLS, Finding, Kind, Outcome, Probe, Stage, Verdict
from tests.domain.people import ACCOUNT, ALICE, RIVAL, THING, WORKER
from tests.support.scenario import NOON, Scenario

LEASE = NOON + timedelta(minutes=3)


@pytest.fixture
def asked() -> Scenario[Probe]:
    return Scenario(lambda: Probe(kind=Kind.PASSWORD, resource_id=THING, account_id=ACCOUNT, requested_by=ALICE))


@pytest.fixture
def running(asked: Scenario[Probe]) -> Scenario[Probe]:
    return asked.given(lambda p: p.begin(WORKER, LEASE, NOON, 4))


def ended(running: Scenario[Probe], outcome: Outcome) -> Scenario[Probe]:
    return running.given(lambda p: p.end(1, outcome, (), None, NOON))


def test_one_worker_has_the_lease_and_another_takes_over_when_it_is_over(asked: Scenario[Probe]) -> None:
    running = asked.when(lambda p: p.begin(WORKER, LEASE, NOON, 4)).then(Probe.Begun, number=1, password_number=4)
    running.when(lambda p: p.begin(RIVAL, LEASE, NOON, 4)).then_refused(AttemptRunning)
    later = running.given(lambda p: p.begin(RIVAL, LEASE + timedelta(minutes=3), LEASE, 4))
    later.when(lambda p: p.end(1, Outcome.OPENED, (), None, LEASE)).then_refused(AttemptSuperseded)


def test_nobody_asks_for_a_second_look_while_there_is_one(running: Scenario[Probe]) -> None:
    running.when(lambda p: p.request(THING, ALICE, NOON)).then_refused(ProbeRunning)


def test_what_has_ended_is_over_until_somebody_asks_again(running: Scenario[Probe]) -> None:
    over = ended(running, Outcome.OPENED)
    over.when(lambda p: p.end(1, Outcome.REFUSED, (), None, NOON)).then_refused(ProbeEnded)
    over.when(lambda p: p.begin(WORKER, LEASE, NOON, 4)).then_refused(ProbeEnded)
    over.when(lambda p: p.request(THING, ALICE, NOON + BETWEEN_LOGINS)).then(Probe.RequestedAgain)


@pytest.mark.parametrize("outcome", [Outcome.OPENED, Outcome.REFUSED])
def test_an_account_that_was_signed_in_to_rests_for_a_minute(running: Scenario[Probe], outcome: Outcome) -> None:
    """Whichever password the vault has by then: who may change that could else have many tried."""
    signed_in = ended(running, outcome)
    soon, late = NOON + BETWEEN_LOGINS - timedelta(seconds=1), NOON + BETWEEN_LOGINS
    signed_in.when(lambda p: p.request(THING, ALICE, soon)).then_refused(ProbedTooSoon)
    signed_in.when(lambda p: p.request(RIVAL, ALICE, soon)).then_refused(ProbedTooSoon)
    signed_in.when(lambda p: p.request(THING, ALICE, late)).then(Probe.RequestedAgain)


def begun(kind: Kind, number: int = 4) -> Scenario[Probe]:
    """A look of its own, under way with the password of that number, 0: none."""
    account = ACCOUNT if kind is Kind.PASSWORD else None
    asked = Scenario(lambda: Probe(kind=kind, resource_id=THING, account_id=account, requested_by=ALICE))
    return asked.given(lambda p: p.begin(WORKER, LEASE, NOON, number))


def failed_at(stage: Stage) -> tuple[Finding, ...]:
    return (Finding(stage, Verdict.FAILED, "The resource did not answer in time.", "TimedOut"),)


def test_what_may_have_been_a_login_counts_as_one() -> None:
    cut_off = begun(Kind.PASSWORD).given(
        lambda p: p.end(1, Outcome.UNKNOWN, failed_at(Stage.LOGIN), None, NOON),
    )
    cut_off.when(lambda p: p.request(THING, ALICE, NOON)).then_refused(ProbedTooSoon)
    left_behind = begun(Kind.PASSWORD).given(
        lambda p: p.begin(RIVAL, LEASE + timedelta(minutes=3), LEASE, 0),
        lambda p: p.end(2, Outcome.UNKNOWN, failed_at(Stage.NAME), None, LEASE),
    )
    left_behind.when(lambda p: p.request(THING, ALICE, LEASE)).then_refused(ProbedTooSoon)


@pytest.mark.parametrize(("number", "stage"), [(4, Stage.CONNECTION), (4, Stage.HOST_KEY), (0, Stage.LOGIN)])
def test_what_did_not_come_to_a_login_needs_no_rest(number: int, stage: Stage) -> None:
    over = begun(Kind.PASSWORD, number).given(lambda p: p.end(1, Outcome.UNKNOWN, failed_at(stage), None, NOON))
    over.when(lambda p: p.request(THING, ALICE, NOON)).then(Probe.RequestedAgain)


def test_a_look_is_not_taken_for_a_login_because_one_before_it_was() -> None:
    later = NOON + BETWEEN_LOGINS
    over = begun(Kind.PASSWORD).given(
        lambda p: p.end(1, Outcome.REFUSED, (), None, NOON),
        lambda p: p.request(THING, ALICE, later),
        lambda p: p.begin(WORKER, later + timedelta(minutes=3), later, 0),
        lambda p: p.end(1, Outcome.UNKNOWN, failed_at(Stage.LOGIN), None, later),
    )
    over.when(lambda p: p.request(THING, ALICE, later)).then(Probe.RequestedAgain)


@pytest.mark.parametrize("outcome", [Outcome.SHOWN, Outcome.UNKNOWN])
def test_a_resource_rests_between_looks_for_its_host_key(outcome: Outcome) -> None:
    over = begun(Kind.HOST_KEY, 0).given(lambda p: p.end(1, outcome, failed_at(Stage.CONNECTION), None, NOON))
    over.when(lambda p: p.request(THING, ALICE, NOON)).then_refused(ProbedTooSoon)
    over.when(lambda p: p.request(THING, ALICE, NOON + BETWEEN_CALLS)).then(Probe.RequestedAgain)


def test_each_thing_has_one_stream_for_each_kind_of_look() -> None:
    of_account = Probe.create_id(Kind.PASSWORD, THING, ACCOUNT)
    assert of_account == Probe.create_id(Kind.PASSWORD, RIVAL, ACCOUNT), "wherever the account stands"
    assert of_account != Probe.create_id(Kind.HOST_KEY, THING, None)
