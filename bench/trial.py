"""What a measurement is: rows with goals, fed by rounds of figures; a wrong answer makes it no result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.stage import Stage

Figures = Mapping[str, float]
"""What one round measured, by name: rates in 1/s, times in ms, memory in MiB."""
Round = Callable[[], Figures]


class NoResult(Exception):
    """Something answered wrongly, or did not happen: a fast wrong answer is worth nothing."""


class NeedsPeers(Exception):
    """The row compares with a server that is not installed."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound that is held from above or from below."""

    bound: float
    at_least: bool
    unit: str = ""

    def met_by(self, value: float) -> bool:
        return value >= self.bound if self.at_least else value <= self.bound

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.bound:g}{self.unit and ' ' + self.unit}"


def at_least(bound: float, unit: str = "") -> Goal:
    return Goal(bound, True, unit)


def at_most(bound: float, unit: str = "") -> Goal:
    return Goal(bound, False, unit)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `value` is of one round, so that ratios compare what ran at the same time."""

    name: str
    what: str
    goal: Goal
    value: Callable[[Figures], float]
    peers: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    """Rows that are measured together. `rounds` bounds those of a trial whose rounds are long."""

    name: str
    rows: tuple[Row, ...]
    opened: Callable[[Stage], AbstractContextManager[Round]]
    rounds: int = 5
    long: bool = False
    """Runs only when -k names it."""


@dataclass(slots=True)
class Outcome:
    """A trial's rounds, or why there is no result."""

    trial: Trial
    rows: tuple[Row, ...]
    rounds: list[Figures] = field(default_factory=list)
    trouble: str | None = None

    def values(self, row: Row) -> list[float]:
        """The row's value in every round; empty without the peers it compares with."""
        try:
            return [row.value(figures) for figures in self.rounds]
        except KeyError:
            if row.peers:
                return []
            raise

    def figures(self) -> dict[str, float]:
        """The median of each figure over the rounds."""
        return (
            {name: median(figures[name] for figures in self.rounds) for name in self.rounds[0]} if self.rounds else {}
        )


def ratio(one: str, other: str) -> Callable[[Figures], float]:
    return lambda figures: figures[one] / figures[other]


def figure(name: str) -> Callable[[Figures], float]:
    return lambda figures: figures[name]
