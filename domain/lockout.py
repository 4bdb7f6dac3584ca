"""How failures at the door slow down and lock out: a name from one network, never a name for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LIMIT = 5
WINDOW = timedelta(minutes=15)
SLOWEST = timedelta(seconds=30)
FREE = 2
"""Failures of a name that cost nothing: people mistype."""
KEPT = 32
_NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Failure:
    network: str
    at: datetime


def wait(failures: tuple[Failure, ...], network: str, familiar: bool, now: datetime) -> timedelta:
    """How long this network must wait before it may try this name; zero: it may try now.

    Five failures from a network within 15 minutes lock it out until the oldest of them is 15 minutes old. The name
    alone only slows down, 1 to 30 seconds, and not at all for networks from which its holder has come in before.
    """
    recent = [failure for failure in failures if now - failure.at < WINDOW]
    own = [failure for failure in recent if failure.network == network]
    locked = own[-LIMIT].at + WINDOW - now if len(own) >= LIMIT else _NONE
    slowed = _NONE if familiar or len(recent) <= FREE else recent[-1].at + _delay(len(recent)) - now
    return max(locked, slowed, _NONE)


def _delay(failures: int) -> timedelta:
    return min(SLOWEST, timedelta(seconds=2 ** min(failures - FREE - 1, 5)))


def noted(failures: tuple[Failure, ...], failure: Failure) -> tuple[Failure, ...]:
    """`failures` with one more; only as many as could still matter are kept."""
    return (*failures, failure)[-KEPT:]
