"""How failures slow down and lock out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import lockout
from domain.lockout import Failure, wait
from tests.support.scenario import NOON

HOME, AWAY = "192.0.2.0/24", "198.51.100.0/24"
NONE = timedelta(0)


def failures(*seconds: float, network: str = AWAY) -> tuple[Failure, ...]:
    """Failures that many seconds before noon."""
    return tuple(Failure(network, NOON - timedelta(seconds=ago)) for ago in sorted(seconds, reverse=True))


def test_two_slips_cost_nothing() -> None:
    assert wait(failures(1, 0), AWAY, familiar=False, now=NOON) == NONE


@pytest.mark.parametrize(("count", "seconds"), [(3, 1), (4, 2)])
def test_then_the_name_slows_down(count: int, seconds: int) -> None:
    slow = wait(failures(*[0] * count), HOME, familiar=False, now=NOON)
    assert slow == timedelta(seconds=seconds)


def test_the_name_alone_never_slows_down_by_more_than_half_a_minute() -> None:
    many = tuple(Failure(f"net{number}", NOON) for number in range(30))
    assert wait(many, HOME, familiar=False, now=NOON) == timedelta(seconds=30)


def test_five_failures_lock_their_network_out_for_a_quarter_of_an_hour() -> None:
    five = failures(50, 40, 30, 20, 10)
    assert wait(five, AWAY, familiar=False, now=NOON) == lockout.WINDOW - timedelta(seconds=50)


def test_a_lock_holds_even_where_one_has_come_in_before() -> None:
    assert wait(failures(*[0] * 5, network=HOME), HOME, familiar=True, now=NOON) == lockout.WINDOW


def test_nobody_elses_failures_slow_one_down_where_one_has_come_in_before() -> None:
    assert wait(failures(*[0] * 20), HOME, familiar=True, now=NOON) == NONE


def test_old_failures_are_forgotten() -> None:
    assert wait(failures(*[900] * 10), AWAY, familiar=False, now=NOON) == NONE


def test_only_so_many_failures_are_kept() -> None:
    kept: tuple[Failure, ...] = ()
    for _ in range(100):
        kept = lockout.noted(kept, Failure(AWAY, NOON))
    assert len(kept) == lockout.KEPT


@given(st.lists(st.floats(0, 2000), max_size=32), st.booleans())
def test_who_waits_as_long_as_told_may_try(ago: list[float], familiar: bool) -> None:
    past = failures(*ago)
    told = wait(past, AWAY, familiar, NOON)
    assert NONE <= told <= lockout.WINDOW
    assert wait(past, AWAY, familiar, NOON + told) == NONE
