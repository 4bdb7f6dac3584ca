"""Replays: the history told once more from the log itself, at the command line, and how much of it was."""

from __future__ import annotations

from domain.base import About, Aggregate, Author, Event, FirstEvent, Ocsf, Severity
from domain.errors import Conflict

_SYSTEM = (Author.SYSTEM,)


class ReplayEnded(Conflict):
    title = "This replay has ended"


class Replay(Aggregate):
    """One of them. It is recorded before its first line is told, and again when the last one was."""

    TOPIC = "replay"

    def __init__(self, operator: str, question: str, up_to: int) -> None:
        self.ended = False

    def end(self, count: int) -> None:
        if self.ended:
            raise ReplayEnded
        self.trigger_event(self.Ended, count=count)

    class Begun(FirstEvent):
        """Somebody at the machine, as the OS user `operator`, asked for what `question` says, up to a position."""

        TOPIC = "replay.begun"
        ABOUT = About(
            "The log was replayed", Ocsf.API_ACTIVITY, Severity.MEDIUM, _SYSTEM, ("operator", "question"), critical=True
        )
        operator: str
        question: str
        up_to: int

    class Ended(Event):
        """So many events were told; one that was broken off has no end."""

        TOPIC = "replay.ended"
        ABOUT = About("A replay of the log ended", Ocsf.API_ACTIVITY, authors=_SYSTEM)
        count: int

        def apply(self, aggregate: Replay) -> None:
            aggregate.ended = True
