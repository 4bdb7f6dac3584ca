"""Recording what a thousand records amount to."""

from __future__ import annotations

from dataclasses import dataclass

from commands.base import Command
from commands.work import Work
from domain.access import Operation
from domain.counts import EVERY, Count, KindCount, Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteCount(Command[None]):
    """Record the count of the range that ends at `last`, unless it was recorded already. The range before it comes
    first, so that none is ever left out."""

    last: int
    kinds: tuple[KindCount, ...]
    unread: int
    users: Tally
    accounts: Tally
    sessions: Tally

    needs = Operation.COUNT_NOTE

    async def execute(self, work: Work) -> None:
        if self.last > EVERY:
            await work.get(Count, Count.create_id(self.last - EVERY))
        if await work.find(Count, Count.create_id(self.last)) is None:
            first = self.last - EVERY + 1
            work.add(Count(first, self.last, self.kinds, self.unread, self.users, self.accounts, self.sessions))
