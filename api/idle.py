"""Sessions that nobody uses end after a while: when each was last used, written down at most every half minute."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

EVERY = timedelta(seconds=30)
LIMIT = 10_000


class ActivityStore(Protocol):
    """`ledger.session_activity`: a row a session, not an event."""

    async def touch(self, session: UUID, started: datetime, now: datetime, oldest: datetime) -> bool:
        """Note that `session` is used `now`, unless it was last used (or started) before `oldest`: then False."""

    async def last_used(self, sessions: Collection[UUID]) -> dict[UUID, datetime]:
        """When each was last used; one that was never noted is left out."""


class IdleWatch:
    """Whether a session is still in use. Most requests are answered from memory: half a minute is close enough."""

    def __init__(self, store: ActivityStore, idle: timedelta) -> None:
        self.idle = idle
        self._store = store
        self._noted: OrderedDict[UUID, datetime] = OrderedDict()

    async def in_use(self, session: UUID, started: datetime, now: datetime) -> bool:
        """Note the use; False when the session has been left alone for too long."""
        noted = self._noted.get(session)
        if noted is not None and now - noted < EVERY:
            return True
        if not await self._store.touch(session, started, now, now - self.idle):
            self._noted.pop(session, None)
            return False
        self._remember(session, now)
        return True

    async def last_used(self, sessions: Collection[UUID]) -> dict[UUID, datetime]:
        """When each was last used, as far as it was noted."""
        return await self._store.last_used(sessions)

    def _remember(self, session: UUID, now: datetime) -> None:
        self._noted[session] = now
        self._noted.move_to_end(session)
        if len(self._noted) > LIMIT:
            self._noted.popitem(last=False)


class MemoryActivity:
    """The table's twin for tests and benches of a single process."""

    def __init__(self) -> None:
        self._used: dict[UUID, datetime] = {}

    async def touch(self, session: UUID, started: datetime, now: datetime, oldest: datetime) -> bool:
        if self._used.get(session, started) <= oldest:
            return False
        self._used[session] = now
        return True

    async def last_used(self, sessions: Collection[UUID]) -> dict[UUID, datetime]:
        return {session: self._used[session] for session in sessions if session in self._used}
