"""What a check says: all is well, look at this, or nothing works until you do that."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from ops.settings import Settings


class Grade(StrEnum):
    """How bad it is."""

    WELL = "well"
    LOOK = "look"
    STOPS = "stops"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, what was seen, and what to do."""

    check: str
    grade: Grade
    says: str
    remedy: str = ""


Check = Callable[[Settings], Iterable[Finding]]


def well(check: str, says: str) -> Finding:
    return Finding(check, Grade.WELL, says)


def look(check: str, says: str, remedy: str) -> Finding:
    """Works, but not as it should, or not for long."""
    return Finding(check, Grade.LOOK, says, remedy)


def stops(check: str, says: str, remedy: str) -> Finding:
    """Something does not work because of this."""
    return Finding(check, Grade.STOPS, says, remedy)
