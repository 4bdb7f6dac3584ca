"""Rebuilding read models from a large log, beside one that serves and is read all the time."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from bench.stage import FilledLog, Stage
from bench.trial import Figures, NoResult, Round, Row, Trial, at_most, figure
from bench.upped import ROOT
from projections.accounts import AccountsProjection
from projections.audit import AuditProjection
from projections.base import Projection

HEAVY, LIGHT = AuditProjection, AccountsProjection
LOOK = 0.01


@contextmanager
def opened(stage: Stage) -> Iterator[Round]:
    log = stage.filled(stage.options.events)
    for projection in (HEAVY, LIGHT):
        stage.note(f"rebuilds: the first generation of {projection.name}")
        _rebuilt(log, projection)

    def round_() -> Figures:
        return {**asyncio.run(_beside(log, HEAVY, "entries")), **asyncio.run(_beside(log, LIGHT, "accounts"))}

    yield round_


async def _beside(log: FilledLog, projection: type[Projection], table: str) -> dict[str, float]:
    """Rebuild, while somebody reads what serves: as the api does, from the generation that serves just then."""
    rebuilding = asyncio.create_task(asyncio.to_thread(_rebuilt, log, projection))
    slowest, reads = 0.0, 0
    async with await psycopg.AsyncConnection.connect(log.views.dsn("append"), autocommit=True) as views:
        enter = "select set_config('search_path', views.path(%s::text[], %s::integer[]), true)"
        while not rebuilding.done():
            began = time.perf_counter()
            async with views.transaction():
                await views.execute(enter, ([projection.name], [projection.version]))
                row = await (await views.execute(f"select from {table} limit 50".encode())).fetchall()
            if not row:
                raise NoResult(f"{projection.name} was empty while it was rebuilt")
            slowest, reads = max(slowest, time.perf_counter() - began), reads + 1
            await asyncio.sleep(LOOK)
    name = projection.name
    return {name: await rebuilding, f"{name}-slowest-read-ms": slowest * 1e3, f"{name}-reads": reads}


def _rebuilt(log: FilledLog, projection: type[Projection]) -> float:
    """Seconds that a process of its own took, the proof included; its start not."""
    argv = [
        sys.executable, "-m", "bench.rebuilding", log.ledger.dsn("project"), log.views.dsn("project"),
        str(log.settings.state), str(log.settings.config), projection.name,
    ]  # fmt: skip
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoResult(f"{projection.name} was not rebuilt: {done.stderr.strip()[-300:]}")
    return float(json.loads(done.stdout)["seconds"])


REBUILDS = Trial(
    "rebuilds",
    (
        Row("rebuild-audit", "rebuild of the audit trail from 1,000,000 events, read all the while",
            at_most(20, "s"), figure(HEAVY.name)),
        Row("rebuild-accounts", "the same of a light read model, accounts", at_most(20, "s"), figure(LIGHT.name)),
    ),
    opened,
    rounds=1,
)  # fmt: skip
