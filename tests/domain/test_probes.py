"""Looks: one at a time, under a lease, and no password tried twice within a minute once it was refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.errors import AttemptRunning, AttemptSuperseded, ProbedTooSoon, ProbeEnded, ProbeRunning
from domain.probes import BETWEEN_GUESSES, Kind, Outcome, Probe
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
    running.when(lambda p: p.request(THING, ALICE, 4, NOON)).then_refused(ProbeRunning)


def test_what_has_ended_is_over_until_somebody_asks_again(running: Scenario[Probe]) -> None:
    over = ended(running, Outcome.OPENED)
    over.when(lambda p: p.end(1, Outcome.REFUSED, (), None, NOON)).then_refused(ProbeEnded)
    over.when(lambda p: p.begin(WORKER, LEASE, NOON, 4)).then_refused(ProbeEnded)
    over.when(lambda p: p.request(THING, ALICE, 4, NOON)).then(Probe.RequestedAgain)


def test_a_password_that_was_refused_rests_for_a_minute(running: Scenario[Probe]) -> None:
    refused = ended(running, Outcome.REFUSED)
    soon, late = NOON + BETWEEN_GUESSES - timedelta(seconds=1), NOON + BETWEEN_GUESSES
    refused.when(lambda p: p.request(THING, ALICE, 4, soon)).then_refused(ProbedTooSoon)
    refused.when(lambda p: p.request(THING, ALICE, 4, late)).then(Probe.RequestedAgain)


def test_a_new_password_need_not_rest(running: Scenario[Probe]) -> None:
    ended(running, Outcome.REFUSED).when(lambda p: p.request(THING, ALICE, 5, NOON)).then(Probe.RequestedAgain)


def test_what_did_not_come_to_a_login_does_not_count_as_one(running: Scenario[Probe]) -> None:
    """A second look that reaches nobody must not wipe out that the password was refused."""
    refused = ended(running, Outcome.REFUSED)
    again = refused.given(lambda p: p.request(THING, ALICE, 4, NOON + BETWEEN_GUESSES)).given(
        lambda p: p.begin(WORKER, LEASE, NOON, 4)
    )
    unknown = again.given(lambda p: p.end(1, Outcome.UNKNOWN, (), None, NOON))
    unknown.when(lambda p: p.request(THING, ALICE, 4, NOON)).then_refused(ProbedTooSoon)


def test_each_thing_has_one_stream_for_each_kind_of_look() -> None:
    of_account = Probe.create_id(Kind.PASSWORD, THING, ACCOUNT)
    assert of_account == Probe.create_id(Kind.PASSWORD, RIVAL, ACCOUNT), "wherever the account stands"
    assert of_account != Probe.create_id(Kind.HOST_KEY, THING, None)
