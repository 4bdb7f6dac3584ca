"""The connection that appends: what it asks, and what the ways in which it can fail mean."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import psycopg

from ops.ledger import call, connection, tail
from ops.ledger.arrays import bigints, uuids
from ops.ledger.call import Answer
from ops.ledger.connection import Backend, Connection, in_time
from ops.ledger.errors import Away, ReadOnly
from ops.ledger.heads import Heads
from ops.ledger.waiting import Waiting

_END = "select pg_terminate_backend(pid, 1000) from pg_stat_activity where pid = %s and backend_start = %s"
_FOUND = """
select e.stream, e.version, e.state, e.position, e.recorded_at
  from unnest(%b::uuid[], %b::bigint[]) w(s, v) join ledger.events e on e.stream = w.s and e.version = w.v
"""
_STANDING = """
select s, coalesce((select e.version from ledger.events e where e.stream = s order by e.version desc limit 1), 0)
  from unnest(%b::uuid[]) s
"""
PASSING = frozenset({"55P03", "40001", "40P01", "57014", "53000", "53100", "53200", "53300", "53400", "58030", "SR034"})
"""What may be otherwise in a moment; SR034: the signer has not looked at the log since its server started."""


class Lost(Exception):
    """The connection is gone: what was asked last may have been done."""


class Unwritten(Exception):
    """The server said no, and lives: nothing was written. `passes` when it may say yes in a moment; `final` when it
    says so to everybody: the gate is shut."""

    def __init__(self, error: psycopg.Error) -> None:
        super().__init__(error.sqlstate)
        self.passes = error.sqlstate in PASSING
        self.final = error.sqlstate == "SR033"
        self.meaning = ReadOnly(str(error.diag.message_primary)) if self.final else Away(str(error.sqlstate))


class SetBack(Exception):
    """The log is shorter than it was, or a position was taken behind the lock's back."""


class Occupied(Exception):
    """A version that a command writes exists already, from before what this process knows."""


class Session:
    """One connection and the backend behind it. Every question is answered in time, or the session is lost."""

    def __init__(self, connection: Connection, backend: Backend) -> None:
        self._connection = connection
        self.backend = backend

    @classmethod
    async def open(cls, url: str) -> Session:
        opened = await connection.connect(url)
        try:
            return cls(opened, await in_time(opened, connection.backend_of(opened)))
        except BaseException:
            await opened.close()
            raise

    @property
    def connection(self) -> Connection:
        return self._connection

    async def close(self) -> None:
        connection.cut(self._connection)
        await self._connection.close()

    async def append(self, heads: Heads, batch: Sequence[Waiting], with_reads: bool) -> Answer:
        """Offer the batch; what came of it."""
        rows = await self._ask(call.APPEND, call.parameters(heads, batch, with_reads))
        return call.answer(rows[0])

    async def end(self, other: Backend) -> bool:
        """Whether `other` is no more; it is told to end."""
        rows = await self._ask(_END, (other.pid, other.started))
        return all(ended for (ended,) in rows)

    async def barrier(self) -> None:
        """Until whatever was being appended is over, and durable."""
        await self._ask("select ledger.barrier()", ())

    async def found(self, rows: Collection[tuple[UUID, int]]) -> list[tuple[Any, ...]]:
        """(stream, version, state, position, recorded_at) of those that are there."""
        return await self._ask(_FOUND, (uuids([s for s, _ in rows]), bigints([v for _, v in rows])))

    async def standing(self, streams: Collection[UUID]) -> dict[UUID, int]:
        """The version that each stream stands at."""
        return dict(await self._ask(_STANDING, (uuids(streams),)))

    async def catch_up(self, heads: Heads) -> None:
        try:
            await in_time(self._connection, tail.catch_up(self._connection, heads))
        except psycopg.Error as error:
            raise self._meaning(error) from error

    async def _ask(self, query: str, parameters: tuple[object, ...]) -> list[tuple[Any, ...]]:
        try:
            return await in_time(self._connection, self._fetch(query, parameters))
        except psycopg.Error as error:
            raise self._meaning(error) from error

    async def _fetch(self, query: str, parameters: tuple[object, ...]) -> list[tuple[Any, ...]]:
        cursor = self._connection.cursor(binary=True)
        return await (await cursor.execute(query, parameters, prepare=True)).fetchall()

    def _meaning(self, error: psycopg.Error) -> Exception:
        if error.sqlstate == "SR001" or error.diag.constraint_name == "events_pkey":
            return SetBack()
        if self._connection.closed or self._connection.broken:
            return Lost(error.sqlstate or type(error).__name__)
        if error.diag.constraint_name == "events_stream_version_key":
            return Occupied()
        return Unwritten(error)
