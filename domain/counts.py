"""Counts: of every thousand records how many of each kind, user, account and session there were, so that a record which
somebody adds, takes away or changes later does not fit a record that stands further on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from domain import ids
from domain.base import About, Aggregate, Author, FirstEvent, Ocsf

EVERY = 1_000
"""Records that one count covers: positions 1 to 1,000, 1,001 to 2,000 and so on."""
LARGEST = 32
"""Ids that are named of each tally: so a count stays readable, and in a line of syslog; its digest binds the others."""

_SPACE = UUID("5b0c6f0e-57a1-4b0b-8d0e-2f6f2b1c9a44")


@dataclass(frozen=True, slots=True)
class KindCount:
    """So many records of a topic."""

    topic: str
    count: int


@dataclass(frozen=True, slots=True)
class IdCount:
    """So many records of a user, an account or a session."""

    id: UUID
    count: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many records had such an id at all, how many ids there were, and the largest. `digest`: SHA-256 over every
    id and its count (4 bytes), sorted by id."""

    records: int
    ids: int
    largest: tuple[IdCount, ...]
    digest: bytes

    @classmethod
    def of(cls, counts: Mapping[UUID, int]) -> Tally:
        each = sorted(counts.items())
        named = sorted(each, key=lambda pair: -pair[1])[:LARGEST]
        digest = sha256(b"".join(who.bytes + count.to_bytes(4) for who, count in each)).digest()
        return cls(sum(counts.values()), len(each), tuple(IdCount(*pair) for pair in named), digest)


class Count(Aggregate):
    """That of one range, by its id: whoever comes second finds it there."""

    TOPIC = "count"

    def __init__(
        self, first: int, last: int, kinds: tuple[KindCount, ...], unread: int,
        users: Tally, accounts: Tally, sessions: Tally,
    ) -> None:  # fmt: skip
        self.last = last

    @staticmethod
    def create_id(last: int) -> UUID:
        return ids.derived(f"count/{last}", _SPACE)

    class Noted(FirstEvent):
        """How many records there are from `first` to `last`: by kind, by who caused them, by the account that they are
        about and by session. `unread` of them could not be opened, and are counted by kind alone."""

        TOPIC = "count.noted"
        ABOUT = About("Records were counted", Ocsf.APPLICATION_LIFECYCLE, authors=(Author.WORKER,))
        first: int
        last: int
        kinds: tuple[KindCount, ...]
        unread: int
        users: Tally
        accounts: Tally
        sessions: Tally
