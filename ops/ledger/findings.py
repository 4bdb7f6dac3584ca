"""What a verification finds: classes of faults, where they are, and what a run of records amounts to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import IntEnum

from domain.counts import EVERY
from domain.logs import FORMAT
from ops.ledger.counting import Coverage, Ending, Tallies, difference
from ops.ledger.hours import Beat, Hours
from ops.ledger.merkle import Frontier

NAMED = 20
_PLACES = (1 << 64) - 1


class Fault(IntEnum):
    """A class of what can be wrong; its number is the exit code of `ledger verify`."""

    ORDER = 10
    TIME = 11
    STREAMS = 12
    GENESIS = 13
    SIGNATURE = 14
    TOPIC = 15
    AUTHOR = 16
    STATE = 17
    KEY = 18
    FORMAT = 19
    TILE = 20
    CHECKPOINT = 21
    SIGNED = 22
    WITNESS = 23
    ROOT = 24
    SEALED = 25
    SEEN = 26
    COUNT = 29
    MODEL = 30
    STREAM = 40
    HOUR = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault at one place."""

    fault: Fault
    position: int
    what: str


@dataclass(slots=True)
class Run:
    """Consecutive records and what was found in them: of each class the first few are named, all are counted.

    `places` is a sum over stream, version and position that a second reading in another order must come to as well.
    """

    after: int = 0
    count: int = 0
    first_time: int = 0
    last_time: int = 0
    last_entry: bytes = b""
    places: int = 0
    log_format: int = FORMAT
    frontier: Frontier = field(default_factory=Frontier)
    findings: list[Finding] = field(default_factory=list)
    faults: dict[Fault, int] = field(default_factory=dict)
    ranges: list[tuple[int, int]] = field(default_factory=list)
    """Of each range that is counted together: where it ends, and where its count stands, 0: nowhere."""
    opening: Ending | None = None
    """Of the range that began before this run, what lies in it."""
    closing: Tallies = field(default_factory=Tallies)
    """Of the range that has not ended yet."""
    beats: list[Beat] = field(default_factory=list)
    """The hours that were noted."""
    hours: Hours = field(default_factory=Hours)
    """Of the runs that were joined to this one."""
    coverage: Coverage = field(default_factory=Coverage)
    """Of the runs that were joined to this one."""

    def find(self, fault: Fault, position: int, what: str) -> None:
        self.faults[fault] = self.faults.get(fault, 0) + 1
        if self.faults[fault] <= NAMED:
            self.findings.append(Finding(fault, position, what))

    def join(self, part: Run) -> None:
        """Add the run that follows. Over records that do not stand in a row there is no tree."""
        if part.count and part.first_time < self.last_time:
            self.find(Fault.TIME, part.after + 1, "it is older than the record before it")
        self.add_findings(part)
        self._join_counts(part)
        for beat in part.beats:
            if what := self.hours.follow(beat):
                self.find(Fault.HOUR, beat.position, what)
        if Fault.ORDER not in self.faults:
            self.frontier.join(part.frontier)
        self.count += part.count
        self.first_time = self.first_time or part.first_time
        self.last_time = part.last_time or self.last_time
        self.last_entry = part.last_entry or self.last_entry
        self.places = self.places + part.places & _PLACES
        self.log_format = max(self.log_format, part.log_format)

    def range_ends(self, ending: Ending) -> None:
        """Hold a range against its count. Where it has a hole there is nothing to compare: that is named already."""
        if ending.tallies.records != EVERY:
            return
        noted, first = ending.noted, ending.last - EVERY + 1
        self.ranges.append((ending.last, 0 if noted is None else noted.position))
        if noted is not None and (what := difference(ending.tallies, noted.count)):
            self.find(Fault.COUNT, first, f"up to {ending.last} there are others than were counted: {what}")

    def _join_counts(self, part: Run) -> None:
        """Ranges do not end where runs do: what is open goes on in the next."""
        self.ranges = []
        if part.opening is not None:
            self.closing.add(part.opening.tallies)
            self.range_ends(replace(part.opening, tallies=self.closing))
        for last, count in [*self.ranges, *part.ranges]:
            if left_out := self.coverage.follow(last, count):
                self.find(Fault.COUNT, left_out, f"nobody counted the records from here to {last - EVERY}")
        if part.opening is not None or part.ranges:
            self.closing = part.closing
        else:
            self.closing.add(part.closing)

    def add_findings(self, part: Run) -> None:
        for found in part.findings:
            self.find(found.fault, found.position, found.what)
        for fault, count in part.faults.items():
            named = sum(found.fault is fault for found in part.findings)
            self.faults[fault] += count - named

    def place(self, records: Iterable[tuple[bytes, int, int]]) -> None:
        """Of each its stream, version and position."""
        self.places = self.places + sum(map(hash, records)) & _PLACES


def as_text(run: Run) -> str:
    """What a verification came to, as people read it."""
    lines = [f"  {each.fault.name:<10} position {each.position}: {each.what}" for each in run.findings]
    verdict = f"{sum(run.faults.values())} faults" if run.faults else "order, authors, states and streams hold"
    return "\n".join([*lines, f"{run.count} records, root {run.frontier.root().hex()}: {verdict}"])
