"""Collects what a batch of events writes, and writes it: by the pipe as they come, by COPY when there are many."""

from __future__ import annotations

from typing import Any, LiteralString

from ops.database import Async
from projections.base import Projection, Rows

Params = tuple[object, ...]


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
            await _copy(connection, table, projection.copied[table], rows)
        if self._runs:
            async with connection.pipeline():
                cursor = connection.cursor()
                for statement, params in self._runs:
                    await cursor.executemany(statement, params)


async def _copy(connection: Async, table: str, types: Any, rows: list[Params]) -> None:
    async with connection.cursor().copy(f"copy {table} from stdin (format binary)".encode()) as copy:
        copy.set_types(types)
        for row in rows:
            await copy.write_row(row)
