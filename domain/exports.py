"""Exports: who took a copy of the audit trail with him, of which part, and how much that was."""

from __future__ import annotations

from enum import StrEnum

from domain.base import About, Aggregate, Event, FirstEvent, Ocsf, Severity
from domain.errors import Invalid

MOST = 250_000


class ExportFormat(StrEnum):
    """What the copy is written as."""

    CSV = "csv"
    JSON = "json"


class AuditExport(Aggregate):
    """One copy. It is recorded before the first of its entries is given out, and again once no more are."""

    TOPIC = "audit"

    def __init__(self, format: ExportFormat, question: str, count: int, up_to: int) -> None:
        if count > MOST:
            raise Invalid(
                f"An export holds at most {MOST:,} events, these are {count:,}: choose a shorter time.", "from"
            )
        self.format = format
        self.question = question
        self.count = count
        self.up_to = up_to
        self.ended = False

    def end(self, given: int, whole: bool) -> None:
        """So many entries were given out; `whole`: to the last of them."""
        if not self.ended:
            self.trigger_event(self.Ended, given=given, whole=whole)

    class Exported(FirstEvent):
        """Somebody took `count` entries up to position `up_to` with him; `question` holds the filters."""

        TOPIC = "audit.exported"
        ABOUT = About(
            "The audit trail was exported", Ocsf.API_ACTIVITY, Severity.MEDIUM, personal=("question",), critical=True
        )
        format: ExportFormat
        question: str
        count: int
        up_to: int

    class Ended(Event):
        """`given` entries were given out, all of them or until it broke off: the reader hung up, or was signed out. One
        whose process was killed has no end."""

        TOPIC = "audit.export-ended"
        ABOUT = About("An export of the audit trail ended", Ocsf.API_ACTIVITY)
        given: int
        whole: bool

        def apply(self, aggregate: AuditExport) -> None:
            aggregate.ended = True
