"""Generations of read models: a PostgreSQL schema `<name>_g<n>` each; which one serves, and how far each has come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import LiteralString

from psycopg import sql

from domain.alarms import AlarmKind
from ops.database import Async
from ops.ledger.marks import START, Mark
from projections.base import Projection

SERVING: LiteralString = (
    "select name, generation, position, digest, halted from views.projections"
    " where role = 'serving' and (name, version) in (select * from unnest(%s::text[], %s::integer[]))"
)
MARKS: LiteralString = "select position, digest from views.projections where role = 'serving'"
HOLD: LiteralString = "select position from views.projections where name = %s and role = 'serving' for update"
NEXT: LiteralString = (
    "insert into views.projections (name, generation, version, role)"
    " select %s, coalesce(max(generation), 0) + 1, %s, 'filling' from views.projections where name = %s"
    " returning generation"
)
DROPPABLE: LiteralString = (
    "select generation from views.projections where name = %s and role = %s"
    " and changed_at < clock_timestamp() - %s * interval '1 second' order by generation"
)
ALARM: LiteralString = (
    "insert into views.alarms as a (kind, name, position, detail) values (%s, %s, %s, %s)"
    " on conflict (kind, name, position) do update"
    " set times = a.times + 1, last_at = clock_timestamp(), detail = excluded.detail"
)


@dataclass
class Standing:
    """A generation, and how far it has come; the mark moves as rows are committed."""

    projection: Projection
    generation: int
    mark: Mark = START
    halted: str | None = None

    @property
    def name(self) -> str:
        return self.projection.name

    @property
    def schema(self) -> str:
        return f"{self.name}_g{self.generation}"


async def serving(views: Async, projections: Iterable[Projection]) -> list[Standing]:
    """The generations that serve now, of those projections that have one of their version."""
    known = {projection.name: projection for projection in projections}
    cursor = await views.execute(SERVING, (list(known), [each.version for each in known.values()]))
    return [
        Standing(known[name], generation, Mark(position, bytes(digest)), halted)
        for name, generation, position, digest, halted in await cursor.fetchall()
    ]


async def marks(views: Async) -> list[Mark]:
    """What all that serves remembers of the log, of whatever version, halted or not."""
    return [Mark(position, bytes(digest)) for position, digest in await (await views.execute(MARKS)).fetchall()]


async def hold(views: Async, name: str) -> int:
    """Nobody moves what serves under `name`, of whatever version, for the rest of the transaction; where it stands."""
    row = await (await views.execute(HOLD, (name,))).fetchone()
    return 0 if row is None else int(row[0])


async def begin(views: Async, projection: Projection) -> Standing:
    """A new generation, empty, serving nobody yet."""
    async with views.transaction():
        cursor = await views.execute(NEXT, (projection.name, projection.version, projection.name))
        row = await cursor.fetchone()
        assert row is not None
        standing = Standing(projection, row[0])
        schema = sql.Identifier(standing.schema)
        await views.execute(sql.SQL("create schema {}").format(schema))
        await enter(views, standing)
        await views.execute(projection.schema)
    return standing


async def index(views: Async, standing: Standing) -> None:
    """Make its indexes, now that most of the rows are there."""
    async with views.transaction():
        await enter(views, standing)
        if standing.projection.indexes:
            await views.execute(standing.projection.indexes)
    for table in await tables(views, standing):
        await views.execute(sql.SQL("analyze {}").format(sql.Identifier(standing.schema, table)))


async def enter(views: Async, standing: Standing) -> None:
    """For the rest of the transaction, plain table names are those of this generation."""
    await views.execute("select set_config('search_path', %s, true)", (standing.schema,))


async def serve(views: Async, standing: Standing) -> None:
    """Put it in the place of the one that serves; the caller's transaction has brought it as far as that one."""
    name, generation = standing.name, standing.generation
    change: LiteralString = "update views.projections set role = %s, changed_at = clock_timestamp() where name = %s"
    await views.execute(change + " and role = 'serving'", ("old", name))
    await views.execute(change + " and generation = %s", ("serving", name, generation))


async def drop(views: Async, name: str, role: str, older: float = 0) -> int:
    """Drop the generations of `name` that have been in `role` for `older` seconds; how many there were."""
    found = await (await views.execute(DROPPABLE, (name, role, older))).fetchall()
    for (generation,) in found:
        async with views.transaction():
            await views.execute("set local lock_timeout = '2s'")
            await discard(views, name, generation)
    return len(found)


async def discard(views: Async, name: str, generation: int) -> None:
    """One generation and all its tables."""
    await views.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(f"{name}_g{generation}")))
    await views.execute("delete from views.projections where name = %s and generation = %s", (name, generation))


async def halt(views: Async, names: Sequence[str], why: str) -> None:
    """From now on the queries of these answer 503, and say why: the first reason stays."""
    await views.execute(
        "update views.projections set halted = %s where name = any(%s) and role = 'serving' and halted is null",
        (why, list(names)),
    )


async def halt_one(views: Async, standing: Standing, why: str) -> None:
    """The same of this generation alone: another one of its name may be sound, and serve on."""
    await views.execute(
        "update views.projections set halted = %s where name = %s and generation = %s and halted is null",
        (why, standing.name, standing.generation),
    )
    standing.halted = why


async def release(views: Async, standing: Standing) -> None:
    """It is as it should be: its queries answer again."""
    await views.execute(
        "update views.projections set halted = null where name = %s and generation = %s",
        (standing.name, standing.generation),
    )
    standing.halted = None


async def alarm(views: Async, kind: AlarmKind, name: str, position: int, detail: str) -> None:
    """Something that people must look at; `doctor` and readiness show it."""
    await views.execute(ALARM, (kind, name, position, detail))


async def tables(views: Async, standing: Standing) -> list[str]:
    cursor = await views.execute(
        "select tablename from pg_tables where schemaname = %s order by tablename", (standing.schema,)
    )
    return [row[0] for row in await cursor.fetchall()]


async def digest(views: Async, standing: Standing) -> dict[str, tuple[int, int, int]]:
    """What all tables hold, whatever the order of their rows: how many, and two sums over the rows' hashes."""
    found = {}
    for table in await tables(views, standing):
        summed = sql.SQL(
            "select count(*), coalesce(sum(hash_record_extended(t, 1)::numeric), 0),"
            " coalesce(sum(hash_record_extended(t, 2)::numeric), 0) from {} t"
        )
        row = await (await views.execute(summed.format(sql.Identifier(standing.schema, table)))).fetchone()
        assert row is not None
        found[table] = (int(row[0]), int(row[1]), int(row[2]))
    return found
