"""All that a command may touch while it decides, and the note of all that it touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from commands.base import Caller
from commands.repository import Repository
from domain.access import NO_ACCESS, Access
from domain.base import Aggregate, Event
from domain.errors import NotFound, Shredded, StrongroomError
from domain.secrets import SealedSecret, Secret

A = TypeVar("A", bound=Aggregate)


class Random(Protocol):
    """Where chance comes from."""

    async def bytes(self, count: int) -> bytes:
        """`count` bytes that nobody can foresee."""


class Sealer(Protocol):
    """Seals and opens secrets; async, so that a process of its own can take it over later."""

    async def seal(self, secret: Secret, owner: UUID, field: str, scope: UUID | None = None) -> SealedSecret:
        """`secret`, bound to `owner` and `field`, under the key of `scope` (the owner's, unless named)."""

    async def open(self, sealed: SealedSecret, owner: UUID, field: str) -> Secret:
        """The secret again; refuses one that was sealed for another owner or field."""


class Logins(Protocol):
    """People's own passwords: slow hashes, bounded in number."""

    async def hash(self, password: Secret) -> str:
        """A verifier to keep, under seal."""

    async def verify(self, verifier: str | None, password: Secret) -> bool:
        """Whether `password` is the one; None costs the same and is never right."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What decisions use of the outside: everything that is not the same twice."""

    random: Random
    sealer: Sealer
    logins: Logins
    reserve: Callable[[str, str], UUID]
    """(kind, name) → the stream that reserves the name, under the vault's name key."""


class Work:
    """One decision. What it looked at guards the append: absent streams, access lists and the actor included."""

    def __init__(self, caller: Caller, now: datetime, since: int, repository: Repository, tools: Tools) -> None:
        self.caller = caller
        self.now = now
        self.since = since
        self.access: Access = NO_ACCESS
        self.verdict: StrongroomError | None = None
        self.good_until: datetime | None = None
        self.random = tools.random
        self.sealer = tools.sealer
        self.logins = tools.logins
        self.reserved = tools.reserve
        self.reads: dict[UUID, int] = {}
        self.rests_on = 0
        """The last position that has to be proved before anything is decided by it."""
        self._repository = repository
        self._mine: dict[UUID, Aggregate | None] = {}
        self._added: list[Aggregate] = []

    async def get(self, kind: type[A], stream: UUID) -> A:
        """The aggregate, or NotFound."""
        if (found := await self.find(kind, stream)) is None:
            raise NotFound
        return found

    async def fixed(self, kind: type[A], stream: UUID) -> A:
        """The aggregate for what something else guards, or NotFound. That it exists needs no guard, so whoever keeps
        changing it cannot keep this decision from being recorded: the end of his own share, say."""
        if stream not in self._mine:
            seen = await self._repository.load(stream)
            self.rests_on = max(self.rests_on, seen.critical)
            if isinstance(seen.aggregate, kind):
                return _kept(seen.aggregate)
        return await self.get(kind, stream)

    async def find(self, kind: type[A], stream: UUID) -> A | None:
        """The aggregate, private to this decision, or None: absence is a reading too."""
        try:
            found = self._mine[stream]
        except KeyError:
            seen = await self._repository.load(stream)
            self.reads[stream] = seen.version
            self.rests_on = max(self.rests_on, seen.critical)
            found = self._mine[stream] = None if seen.aggregate is None else seen.aggregate.private()
        return _kept(found) if isinstance(found, kind) else None

    def add(self, aggregate: Aggregate) -> None:
        """Take up a new aggregate. The first one added is what a creating command answers with."""
        self._mine[aggregate.id] = aggregate
        self._added.append(aggregate)
        self.reads.setdefault(aggregate.id, 0)

    def add_beside(self, aggregate: Aggregate) -> None:
        """Take up a new aggregate that no command answers with: recorded behind everything else."""
        self._mine[aggregate.id] = aggregate
        self.reads.setdefault(aggregate.id, 0)

    def until(self, moment: datetime | None) -> None:
        """The decision would change by itself at `moment`: the log refuses it from then on."""
        if moment is not None and (self.good_until is None or moment < self.good_until):
            self.good_until = moment

    def refuse(self, verdict: StrongroomError) -> None:
        """Refuse, but record what was decided: a failed sign-in counts although nobody got in."""
        self.verdict = verdict

    def decided(self) -> Iterator[tuple[Aggregate, Event]]:
        """Every new event with its aggregate: added things first, in the order they were added."""
        new = {aggregate.id for aggregate in self._added}
        changed = [a for a in self._mine.values() if a is not None and a.id not in new]
        for aggregate in (*self._added, *changed):
            for event in aggregate.pending_events:
                yield aggregate, event  # type: ignore[misc]


def _kept(found: A) -> A:
    """Shredded when it was forgotten: others may have its keys at hand for a while, nobody uses them."""
    if found.shredded:
        raise Shredded
    return found
