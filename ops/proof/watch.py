"""How far the log is proved, for whoever has to wait for that: by checkpoints that are checked here, not believed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString, Self

import psycopg

from ops import database
from ops.database import Async
from ops.proof.errors import Unproved
from ops.proof.notes import VerifierKey, read_checkpoint
from ops.proof.policy import Policy
from ops.settings import Settings
from ops.signer.origin import PUBLIC, names_of, policy_text, read_policy, read_public

CHANNEL = "checkpoints"
PATIENCE = 2.0
AGAIN = 0.25
LAST = (1 << 63) - 1
LATE = 3.0
_WAITS = "select recorded_at < clock_timestamp() - make_interval(secs => %s) from ledger.events where position = %s"
_NEWEST = "select origin, note from ledger.checkpoints where agreed order by signed_at desc, size desc limit 1"


@dataclass(frozen=True, slots=True)
class Trusted:
    """Whose signature counts, and who has to agree: read before rights are given up."""

    keys: Sequence[VerifierKey]
    policy: Policy
    policy_text: str = ""
    """The policy as it is written."""

    @classmethod
    def read(cls, settings: Settings) -> Self | None:
        """None where nobody signs the log: it was never given a key for that."""
        if not (settings.keys / PUBLIC).exists():
            return None
        public = read_public(settings)
        keys = [VerifierKey.of_log(name, public) for name in names_of(settings.log_id)]
        return cls(keys, read_policy(settings), policy_text(settings))

    def size(self, origin: str, note: str) -> tuple[int, int]:
        """How often the log was recovered, and how far this checkpoint reaches; Unproved unless it counts."""
        for recoveries, key in enumerate(self.keys):
            if key.name == origin:
                checkpoint, parsed = read_checkpoint(note, key)
                self.policy.check(parsed)
                return recoveries, checkpoint.size
        raise Unproved(f"{origin} is no name of this log")


class Watch:
    """Woken by each checkpoint; asks for it only when somebody waits. An older name of the log counts for nothing."""

    def __init__(self, url: str, trusted: Trusted) -> None:
        self._url = url
        self._trusted = trusted
        self._reached = (0, 0)
        self._moved = asyncio.Condition()
        self._asking = asyncio.Lock()
        self._connection: Async | None = None

    @property
    def size(self) -> int:
        """Up to which position all is proved, as far as was looked."""
        return self._reached[1]

    async def covers(self, position: int) -> bool:
        """Whether it is, or comes to be while one may wait for it."""
        if position <= self.size:
            return True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while True:
                    await self._look(position)
                    if position <= self.size:
                        return True
                    await self._woken()
        return False

    async def keeps_up(self) -> bool:
        """Whether no record waits for longer than a signer and its witnesses take."""
        await self._look(LAST)
        row = await self._asked(_WAITS, (LATE, self.size + 1))
        return row is None or not row[0]

    async def run(self) -> None:
        """Until cancelled: tells those who wait that there is a checkpoint."""
        while True:
            with contextlib.suppress(psycopg.OperationalError, psycopg.InterfaceError):
                async with await database.connect(self._url) as connection:
                    await connection.execute(f"listen {CHANNEL}")
                    async for _ in connection.notifies():
                        async with self._moved:
                            self._moved.notify_all()
            await asyncio.sleep(AGAIN)

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def _woken(self) -> None:
        """By a checkpoint, or after a moment: a notice may have been lost with its connection."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(AGAIN), self._moved:
                await self._moved.wait()

    async def _look(self, position: int) -> None:
        async with self._asking:
            if position <= self.size:
                return  # who asked before has learnt it
            row = await self._asked(_NEWEST)
            with contextlib.suppress(Unproved):
                self._reached = max(self._reached, self._trusted.size(*row) if row is not None else (0, 0))

    async def _asked(self, query: LiteralString, arguments: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """One row; none while the database is away: then nothing is recorded either."""
        try:
            if self._connection is None or self._connection.closed:
                self._connection = await database.connect(self._url)
            return await (await self._connection.execute(query, arguments)).fetchone()
        except (psycopg.OperationalError, psycopg.InterfaceError):
            return None
