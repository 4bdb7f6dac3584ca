"""Alarms: what people must look at. They are raised beside the read models; that one was settled is an event."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from domain.base import About, Aggregate, FirstEvent, Ocsf, Severity


class AlarmKind(StrEnum):
    """Every kind there is: shown by `doctor` and the console, explained in docs/operations.md."""

    FORKED = "forked"
    HALTED = "halted"
    PARKED = "parked"
    FORGED = "forged"
    REFUSED_MESSAGE = "refused-message"
    READ_ONLY = "read-only"
    UNPROVED = "unproved"
    UNWITNESSED = "unwitnessed"
    CLOCK = "clock"
    UNDELIVERED = "undelivered"


class AlarmClosing(Aggregate):
    """Somebody says that an alarm is settled, as it stood when he looked: raised once more, it is open again."""

    TOPIC = "alarm"

    def __init__(self, kind: AlarmKind, name: str, position: int, seen_at: datetime) -> None:
        self.kind = kind
        self.name = name
        self.position = position
        self.seen_at = seen_at

    class Closed(FirstEvent):
        """An alarm was settled; `seen_at` is when it had last been raised. Why stands in the provenance."""

        TOPIC = "alarm.closed"
        ABOUT = About("An alarm was closed", Ocsf.API_ACTIVITY, Severity.HIGH)
        kind: AlarmKind
        name: str
        position: int
        seen_at: datetime
