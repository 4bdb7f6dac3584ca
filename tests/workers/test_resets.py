"""Resets, carried out by workers that may be killed or frozen at every moment: the vault always opens the account."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commands.accounts import ChangePassword
from commands.probes import BeginProbe, EndProbe, VerifyPassword
from commands.resets import BeginAttempt, NoteStep
from domain.errors import AttemptRunning, AttemptSuperseded
from domain.probes import Outcome as ProbeOutcome
from domain.resets import State, Step
from domain.secrets import Secret
from ops.ledger.errors import Away, CommitUnknown
from tests.support.reset_bench import FIRST, Bench, KillAt, Killed, a_bench
from workers.attempt import Pace
from workers.connectors import errors
from workers.connectors.errors import Phase

MOMENTS = 16
"""At least as many as a reset has, and not by far."""


async def test_a_reset_changes_the_password_on_the_host_and_in_the_vault() -> None:
    bench = await a_bench()
    reset = await bench.finish(await bench.open_reset())
    assert reset.state is State.CONFIRMED
    assert await bench.opens()
    assert await bench.password() != FIRST


async def test_what_happens_is_written_down_before_it_happens() -> None:
    bench = await a_bench()
    reset_id, watch = await bench.open_reset(), KillAt(0)
    await bench.finish(reset_id, bench.worker(watch))
    assert watch.passed == [
        "before reset.attempt-begun", "after reset.attempt-begun",
        "login",
        "before reset.step-noted", "after reset.step-noted",
        "before reset.step-noted", "after reset.step-noted",
        "before the change", "after the change",
        "before reset.step-noted", "after reset.step-noted",
        "login",
        "before reset.confirmed", "after reset.confirmed",
    ]  # fmt: skip


async def test_a_reset_that_is_over_is_left_alone() -> None:
    bench = await a_bench()
    reset_id = await bench.open_reset()
    await bench.finish(reset_id)
    logins = len(bench.host.tried)
    assert await bench.worker().look(reset_id) is None
    assert len(bench.host.tried) == logins


# Killed


@pytest.mark.parametrize("number", range(1, MOMENTS + 1))
async def test_a_worker_killed_at_any_moment_loses_nothing(number: int) -> None:
    bench = await a_bench()
    reset_id = await bench.open_reset()
    await _until_killed(bench, reset_id, number)
    assert (await bench.finish(reset_id)).state is State.CONFIRMED
    assert await bench.opens()
    assert await bench.password() != FIRST


async def test_two_workers_killed_one_after_the_other_at_any_two_moments_lose_nothing() -> None:
    bench = await a_bench()
    for first in range(1, MOMENTS + 1):
        for second in range(1, MOMENTS + 1):
            reset_id = await bench.open_reset()
            await _until_killed(bench, reset_id, first)
            await _until_killed(bench, reset_id, second)
            assert (await bench.finish(reset_id)).state is State.CONFIRMED, (first, second)
            assert await bench.opens(), (first, second)


async def test_one_kill_costs_one_wrong_guess_at_most() -> None:
    for number in range(1, MOMENTS + 1):
        bench = await a_bench()
        reset_id = await bench.open_reset()
        await _until_killed(bench, reset_id, number)
        await bench.finish(reset_id)
        assert sum(not right for _, right in bench.host.tried) <= 1, number


async def test_the_candidate_is_not_tried_on_the_host_before_it_may_be_there() -> None:
    """A password that nobody set is a wrong guess, and wrong guesses lock accounts."""
    for number in range(1, MOMENTS + 1):
        bench = await a_bench()
        reset_id, fate = await bench.open_reset(), KillAt(number)
        await _until_killed(bench, reset_id, number, fate)
        handed_over = fate.passed.count("after reset.step-noted") >= 2 or fate.passed[-1] == "before the change"
        await bench.finish(reset_id)
        assert handed_over or all(right for _, right in bench.host.tried), number


async def _until_killed(bench: Bench, reset_id: object, number: int, fate: KillAt | None = None) -> None:
    worker = bench.worker(fate or KillAt(number))
    try:
        for _ in range(5):
            due = await worker.look(reset_id)  # type: ignore[arg-type]
            if due is None:
                return
            bench.world.clock.at = max(bench.world.clock.at, due)
    except Killed:
        return


# Frozen, and others who go on meanwhile


@pytest.mark.parametrize("number", range(1, MOMENTS))
async def test_a_worker_frozen_past_its_lease_at_any_moment_does_no_harm(number: int) -> None:
    bench = await a_bench()
    reset_id = await bench.open_reset()
    moments = 0

    async def freeze(moment: str) -> None:
        """While this worker stands still, another ends the reset, and the next one too."""
        nonlocal moments
        moments += 1
        if moments == number and moment != "before the change":
            bench.world.clock.turn(timedelta(minutes=10))
            await bench.finish(reset_id)
            await bench.finish(await bench.open_reset())

    await bench.worker(freeze).look(reset_id)
    assert await bench.opens()


async def test_a_lease_that_runs_is_respected() -> None:
    bench = await a_bench()
    reset_id = await bench.open_reset()
    waits: list[timedelta] = []

    async def meanwhile(moment: str) -> None:
        if moment == "before the change":
            due = await bench.worker().look(reset_id)
            assert due is not None
            waits.append(due - bench.world.log.now())

    await bench.worker(meanwhile).look(reset_id)
    assert [round(wait / Pace().lease, 2) for wait in waits] == [1.0]
    assert [right for _, right in bench.host.tried] == [True, True]


async def test_an_attempt_that_was_superseded_can_write_nothing_more() -> None:
    bench = await a_bench()
    reset_id = await bench.open_reset()
    await _until_killed(bench, reset_id, 4)
    bench.world.clock.turn(timedelta(minutes=10))
    await _until_killed(bench, reset_id, 4)
    with pytest.raises(AttemptSuperseded):
        await bench.world.performs(NoteStep(reset_id=reset_id, attempt=1, step=Step.HANDING_OVER))


async def test_two_workers_that_begin_together_are_one_and_a_refusal() -> None:
    bench = await a_bench()
    reset_id = await bench.open_reset()
    begun = 0

    async def both(moment: str) -> None:
        nonlocal begun
        if moment == "before reset.attempt-begun" and not begun:
            begun += 1
            await bench.finish(reset_id, bench.worker())

    await bench.worker(both).look(reset_id)
    assert (await bench.reset(reset_id)).attempts == 1
    assert await bench.opens()


# The log goes away


@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize("number", range(1, 7))
async def test_an_append_whose_outcome_is_unknown_loses_nothing(number: int, committed: bool) -> None:
    bench = await a_bench()
    reset_id = await bench.open_reset()
    appends = 0

    async def fail(moment: str) -> None:
        nonlocal appends
        if moment.startswith("before reset."):
            appends += 1
            if appends == number:
                bench.world.log.fail(CommitUnknown("gone"), committed=committed)

    await bench.finish(reset_id, bench.worker(fail))
    assert (await bench.reset(reset_id)).state is State.CONFIRMED
    assert await bench.opens()


async def test_while_the_log_is_away_the_worker_waits() -> None:
    bench = await a_bench()
    reset_id = await bench.open_reset()
    bench.world.log.fail(Away("gone"))
    due = await bench.worker().look(reset_id)
    assert due is not None
    assert bench.world.log.now() < due <= bench.world.log.now() + timedelta(seconds=1)
    assert bench.host.tried == []


# The host says no


async def test_a_wrong_password_in_the_vault_fails_the_reset_at_once() -> None:
    bench = await a_bench()
    bench.host.passwords["app1"] = "somebody changed it"
    reset_id = await bench.open_reset()
    reset = await bench.finish(reset_id)
    assert reset.state is State.FAILED
    assert len(bench.host.tried) == 1
    assert await bench.password() == FIRST
    assert "notice.raised" in await bench.world.topics()


PATIENT = Pace(between_guesses=timedelta(seconds=60))


@pytest.mark.parametrize("by", ["a reset", "a look"])
async def test_an_account_that_was_refused_rests_before_the_next_reset_whichever_password_it_has(by: str) -> None:
    """Who may change the vault's password could else have one after the other tried. The host counts."""
    bench = await a_bench()
    bench.host.passwords["app1"] = "changed by hand"
    if by == "a reset":
        await bench.finish(await bench.open_reset())
    else:
        probe = await bench.owner.does(VerifyPassword(account_id=bench.account))
        errand = await bench.world.performs(BeginProbe(probe_id=probe, lease=timedelta(minutes=1)))
        ended = EndProbe(probe_id=probe, number=errand.number, outcome=ProbeOutcome.REFUSED)
        await bench.world.performs(ended)
    tried, refused = len(bench.host.tried), bench.world.clock.at
    await bench.owner.does(ChangePassword(account_id=bench.account, password=Secret("another guess")))
    again, worker = await bench.open_reset(), bench.worker(pace=PATIENT)
    due = await worker.look(again)
    assert due is not None
    assert due >= refused + PATIENT.between_guesses
    assert len(bench.host.tried) == tried
    bench.world.clock.at = due
    assert await worker.look(again) is None
    assert bench.host.tried[tried:] == [("another guess", False)]


async def test_once_a_reset_was_confirmed_or_a_look_let_in_the_next_need_not_rest() -> None:
    bench = await a_bench()
    bench.host.passwords["app1"] = "changed by hand"
    await bench.finish(await bench.open_reset())
    bench.host.passwords["app1"] = FIRST
    bench.world.clock.turn(timedelta(minutes=2))
    assert (await bench.finish(await bench.open_reset())).state is State.CONFIRMED
    assert (await bench.finish(await bench.open_reset(), bench.worker(pace=PATIENT), looks=1)).state is State.CONFIRMED


async def test_a_host_that_is_away_is_tried_three_times_and_then_left_as_it_was() -> None:
    bench = await a_bench()

    async def away(moment: str) -> None:
        raise errors.Unreachable("no route to host")

    bench.host.at = away
    reset = await bench.finish(await bench.open_reset())
    assert (reset.state, reset.attempts) == (State.FAILED, 3)
    bench.host.at = a_calm_moment
    assert await bench.opens()


async def test_a_password_against_the_rules_of_the_host_fails_once_the_old_one_is_proved() -> None:
    bench = await a_bench(shortest=100)
    reset = await bench.finish(await bench.open_reset())
    assert reset.state is State.FAILED
    assert [right for _, right in bench.host.tried] == [True, True]
    assert await bench.opens()
    assert not await bench.in_doubt()


async def test_a_host_that_only_claims_to_have_changed_it_leaves_a_doubt_that_is_settled_later() -> None:
    bench = await a_bench()
    lies = True

    async def lie(moment: str) -> None:
        nonlocal lies
        if moment == "after the change" and lies:
            lies = False
            bench.host.passwords["app1"] = FIRST

    bench.host.at = lie
    reset_id = await bench.open_reset()
    await bench.worker().look(reset_id)
    assert (await bench.reset(reset_id)).state is State.IN_DOUBT
    assert await bench.in_doubt()
    assert (await bench.finish(reset_id)).state is State.CONFIRMED
    assert await bench.opens()
    assert not await bench.in_doubt()


@pytest.mark.parametrize("moment", ["before the change", "after the change"])
async def test_a_connection_that_breaks_in_the_middle_is_rolled_forward(moment: str) -> None:
    bench = await a_bench()
    broken = False

    async def once(now: str) -> None:
        nonlocal broken
        if now == moment and not broken:
            broken = True
            raise errors.CutOff(phase=Phase.MAYBE)

    bench.host.at = once
    assert (await bench.finish(await bench.open_reset())).state is State.CONFIRMED
    assert await bench.opens()


async def test_what_cannot_be_told_of_the_new_password_is_not_believed_and_it_is_set_once_more() -> None:
    bench = await a_bench()
    moments: list[str] = []

    async def unclear(moment: str) -> None:
        moments.append(moment)
        if moments.count("before the change") == 1 and moment == "before the change":
            raise errors.CutOff(phase=Phase.MAYBE)
        if moments == ["login", "before the change", "login"]:
            raise errors.Unclear

    bench.host.at = unclear
    assert (await bench.finish(await bench.open_reset())).state is State.CONFIRMED
    assert moments.count("before the change") == 2
    assert await bench.opens()


async def test_when_neither_password_holds_it_stays_in_doubt_and_is_asked_less_and_less_often() -> None:
    bench = await a_bench()

    async def somebody_else(moment: str) -> None:
        if moment == "after the change":
            bench.host.passwords["app1"] = "changed by somebody else"
            raise errors.CutOff(phase=Phase.MAYBE)

    bench.host.at = somebody_else
    reset_id, worker = await bench.open_reset(), bench.worker(pace=Pace(between_guesses=timedelta(milliseconds=5)))
    pauses = []
    for _ in range(12):
        due = await worker.look(reset_id)
        assert due is not None
        pauses.append(due - bench.world.clock.at)
        bench.world.clock.at = due
    assert (await bench.reset(reset_id)).state is State.IN_DOUBT
    assert pauses[2:] == sorted(pauses[2:])
    assert pauses[-1] > 100 * pauses[2]
    topics = await bench.world.topics()
    assert topics.count("notice.raised") - topics.count("user.invited") == 1, "told once, not at each attempt"

    bench.host.at = a_calm_moment
    bench.host.passwords["app1"] = FIRST
    assert (await bench.finish(reset_id)).state is State.CONFIRMED
    assert await bench.opens()


async def test_a_doubt_about_a_password_that_the_host_does_not_want_ends_with_the_old_one() -> None:
    bench = await a_bench()

    async def cut(moment: str) -> None:
        if moment == "before the change":
            raise errors.CutOff(phase=Phase.MAYBE)

    bench.host.at = cut
    reset_id = await bench.open_reset()
    worker = bench.worker()
    while (await bench.reset(reset_id)).state is not State.IN_DOUBT:
        due = await worker.look(reset_id)
        assert due is not None
        bench.world.clock.at = due
    bench.host.at, bench.host.shortest = a_calm_moment, 100
    assert (await bench.finish(reset_id)).state is State.FAILED
    assert await bench.opens()
    assert not await bench.in_doubt()


async def test_what_the_log_keeps_of_a_failure_are_words_of_ours() -> None:
    bench = await a_bench()
    bench.host.passwords["app1"] = "other"
    reset_id = await bench.open_reset()
    await bench.finish(reset_id)
    failed = [event for event in await bench.world.events() if event.TOPIC == "reset.failed"]
    assert [getattr(event, "error", "") for event in failed] == ["LoginRefused"]
    assert FIRST not in repr(failed)


async def a_calm_moment(moment: str) -> None:
    """Nothing goes wrong any more."""


async def test_nobody_begins_while_the_lease_runs() -> None:
    bench = await a_bench()
    reset_id = await bench.open_reset()
    await _until_killed(bench, reset_id, 3)
    with pytest.raises(AttemptRunning):
        await bench.world.performs(BeginAttempt(reset_id=reset_id, lease=timedelta(seconds=60)))
