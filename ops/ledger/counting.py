"""What records amount to: counted by the worker as the log grows, and once more by `ledger verify`.

A count is compared for ever, so what counts as whose never changes: who caused it and in which session is what the
event's provenance says, its account is its field `account_id`, or its stream where that is an account.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from domain.accounts import Account
from domain.counts import EVERY, Count, KindCount, Tally

BEHIND = 3_000
"""Records that may come after the newest count before it is said that nobody counts any more."""

_OF_ACCOUNTS = f"{Account.TOPIC}."


@dataclass(slots=True)
class Tallies:
    """Of some records, each with an entry of its own: they are counted once all are there, which is faster."""

    topics: list[bytes] = field(default_factory=list)
    actors: list[int] = field(default_factory=list)
    accounts: list[int] = field(default_factory=list)
    sessions: list[int] = field(default_factory=list)

    def see(self, topic: bytes) -> None:
        """One more record of a topic, whether it can be opened or not."""
        self.topics.append(topic)

    def read_in(self, topic: str, stream: bytes, event: Any) -> None:
        """What the record that was seen says; `event` has the fields of one."""
        provenance = event.provenance
        self.actors.append(provenance.actor_id.int)
        if (session := provenance.session_id) is not None:
            self.sessions.append(session.int)
        if topic.startswith(_OF_ACCOUNTS):
            self.accounts.append(int.from_bytes(stream))
        elif (account := getattr(event, "account_id", None)) is not None:
            self.accounts.append(account.int)

    def add(self, others: Tallies) -> None:
        """Those of the records that follow."""
        self.topics += others.topics
        self.actors += others.actors
        self.accounts += others.accounts
        self.sessions += others.sessions

    @property
    def records(self) -> int:
        return len(self.topics)

    @property
    def unread(self) -> int:
        return self.records - len(self.actors)

    def kinds(self) -> tuple[KindCount, ...]:
        said = Counter(self.topics)
        return tuple(KindCount(topic.decode(errors="replace"), said[topic]) for topic in sorted(said))

    def by_id(self) -> dict[str, dict[UUID, int]]:
        """Of users, accounts and sessions, as the fields of a count are called."""
        lists = {"users": self.actors, "accounts": self.accounts, "sessions": self.sessions}
        return {name: {UUID(int=each): count for each, count in Counter(ids).items()} for name, ids in lists.items()}


@dataclass(frozen=True, slots=True)
class Noted:
    """A count that the log holds, and where."""

    position: int
    count: Any
    """Has the fields of `count.noted`."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What there is of a range that ended at `last`, and its count, if the log holds one."""

    last: int
    tallies: Tallies
    noted: Noted | None


Counts = Callable[[int, int], Mapping[int, Noted]]
"""The counts of the ranges that lie between two positions, by the position each ends at."""


def difference(mine: Tallies, noted: Any) -> str:
    """What differs between the records and a count of them; empty when nothing does.

    What one of both could not read, because it was forgotten since or put back since, is allowed for in every tally.
    """
    if (kinds := mine.kinds()) != noted.kinds:
        return f"of {_kind_that_differs(kinds, noted.kinds)}"
    spare = mine.unread + noted.unread
    differing = [name for name, counts in mine.by_id().items() if not _fits(counts, getattr(noted, name), spare)]
    return f"by {' and '.join(differing)}" if differing else ""


def _kind_that_differs(mine: tuple[KindCount, ...], noted: tuple[KindCount, ...]) -> str:
    here, said = ({each.topic: each.count for each in kinds} for kinds in (mine, noted))
    topic = next((each for each in sorted(here.keys() | said) if here.get(each, 0) != said.get(each, 0)), "nothing")
    return f"{topic} there are {here.get(topic, 0)}, {said.get(topic, 0)} were counted"


def _fits(mine: Mapping[UUID, int], noted: Tally, spare: int) -> bool:
    if not spare:
        return Tally.of(mine) == noted
    far = sum(abs(mine.get(each.id, 0) - each.count) for each in noted.largest)
    return max(far, abs(sum(mine.values()) - noted.records), abs(len(mine) - noted.ids)) <= spare


@dataclass(slots=True)
class Coverage:
    """How far a log is counted, followed range by range from its beginning."""

    missing_from: int = 0
    """Where the first range behind the newest count begins that has none; 0: there is no such range."""
    newest: int = 0
    """The position of the newest count."""
    last: int = 0
    """The last position that is counted."""

    def follow(self, last: int, position: int) -> int:
        """The range that ends at `last` has its count at `position`, or at 0: nowhere. Answers with where what was left
        out before it begins, 0 when nothing was."""
        if not position:
            self.missing_from = self.missing_from or last - EVERY + 1
            return 0
        left_out, self.missing_from = self.missing_from, 0
        self.newest, self.last = max(self.newest, position), last
        return left_out

    def given_up(self, head: int) -> bool:
        """Whether counting ended. A log that nobody ever counted was written before there were counts; one whose
        ranges are being made up for has its newest count near the end."""
        return bool(self.newest and self.missing_from) and head - self.newest > BEHIND


def is_in_place(stream: UUID, position: int, count: Any) -> bool:
    """Whether a count stands where the one of its range belongs: so no two cover the same record."""
    first, last = count.first, count.last
    return last % EVERY == 0 and first == last - EVERY + 1 and stream == Count.create_id(last) and position > last
