"""Collects what a batch of events writes, and writes it: by the pipe as they come, by COPY when there are many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import AsyncCopy
from psycopg.copy import AsyncWriter

from ops.database import Async
from projections.base import Projection, Rows

Params = tuple[object, ...]
Run = tuple[LiteralString, Sequence[Params]]


class Batch(Rows):
    """The writes of one projection, in order; equal statements in a row become one."""

    def __init__(self) -> None:
        self._added: dict[str, list[Params]] = {}
        self._runs: list[tuple[LiteralString, list[Params]]] = []

    def __bool__(self) -> bool:
        return bool(self._added or self._runs)

    def add(self, table: str, *values: object) -> None:
        self._added.setdefault(table, []).append(values)

    def execute(self, statement: LiteralString, *params: object) -> None:
        if not self._runs or self._runs[-1][0] is not statement:
            self._runs.append((statement, []))
        self._runs[-1][1].append(params)

    async def write(self, connection: Async) -> None:
        """Through the pipe."""
        cursor = connection.cursor()
        for table, rows in self._added.items():
            places = ", ".join(["%s"] * len(rows[0]))
            await cursor.executemany(f"insert into {table} values ({places})".encode(), rows)
        for statement, params in self._runs:
            await cursor.executemany(statement, params)

    async def pour(self, connection: Async, projection: Projection) -> None:
        """Added rows by COPY, which the pipe cannot do; then the rest through it."""
        for table, rows in self._added.items():
            async with connection.cursor().copy(_into(table)) as copy:
                await _write(copy, projection.copied[table], rows)
        await _run(connection, self._runs)

    async def packed(self, connection: Async, projection: Projection) -> Packed:
        """The same as bytes that another process can pour. Of the connection, nothing is asked."""
        copies = []
        for table, rows in self._added.items():
            held = _Held()
            async with AsyncCopy(connection.cursor(), binary=True, writer=held) as copy:
                await _write(copy, projection.copied[table], rows)
            copies.append((table, b"".join(held.parts)))
        return Packed(copies, self._runs)


@dataclass(frozen=True, slots=True)
class Packed:
    """A batch's writes, its added rows as COPY takes them."""

    copies: Sequence[tuple[str, bytes]]
    runs: Sequence[Run]

    async def pour(self, connection: Async) -> None:
        for table, data in self.copies:
            async with connection.cursor().copy(_into(table)) as copy:
                await copy.write(data)
        await _run(connection, self.runs)


class _Held(AsyncWriter):
    """Keeps what would be sent."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    async def write(self, data: Any) -> None:
        self.parts.append(bytes(data))


def _into(table: str) -> bytes:
    return f"copy {table} from stdin (format binary)".encode()


async def _write(copy: AsyncCopy, types: Any, rows: Sequence[Params]) -> None:
    copy.set_types(types)
    for row in rows:
        await copy.write_row(row)


async def _run(connection: Async, runs: Sequence[Run]) -> None:
    if runs:
        async with connection.pipeline():
            cursor = connection.cursor()
            for statement, params in runs:
                await cursor.executemany(statement, params)
