"""How long after its commit an event shows in the read models, at two hundred a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from statistics import quantiles

import uvloop

from bench.stage import Stage
from bench.trial import Figures, NoResult, Round, Row, Trial, at_most, figure
from bench.vault import Vault
from commands.base import Caller
from commands.disclosures import DisclosePassword
from commands.ground import Keys
from commands.ground import opened as ground_of
from commands.vault import Vault as Door
from domain.base import Author
from domain.disclosures import Purpose
from domain.provenance import ActorKind, Channel
from ops import database
from ops.database import Async
from projections.catalogue import PROJECTIONS

RATE = 200
LONGER = 2
LEAST = "select min(position) from views.projections where role = 'serving' having count(*) = %s"
LAST_ONE_MAY_TAKE = 10.0


@contextmanager
def opened(stage: Stage) -> Iterator[Round]:
    vault = stage.vault("visibility")

    def round_() -> Figures:
        lags = sorted(uvloop.run(_lags(vault, stage.options.seconds * LONGER)))
        marks = quantiles(lags, n=100)
        return {"visible-p50": marks[49], "visible-p99": marks[98], "commits": len(lags)}

    yield round_


async def _lags(vault: Vault, seconds: int) -> list[float]:
    """Milliseconds from each commit to when the slowest read model had it."""
    async with AsyncExitStack() as stack:
        settings = vault.installation.settings
        ground = await stack.enter_async_context(ground_of(settings, Keys.read(settings, Author.API)))
        door = ground.vault  # another process's way into the log: it knows the moment of each commit
        views = await database.connect(database.views_url(settings, "append"))
        await stack.enter_async_context(views)
        committed: dict[int, float] = {}
        await disclose(door, vault, 0, {})  # what a first one has to fetch is none of the read models' business
        watching = asyncio.create_task(_watch(views, committed, RATE * seconds))
        began = time.perf_counter()
        for number in range(RATE * seconds):
            await asyncio.sleep(began + number / RATE - time.perf_counter())
            await disclose(door, vault, number, committed)
        return await asyncio.wait_for(watching, LAST_ONE_MAY_TAKE)


async def disclose(door: Door, vault: Vault, number: int, committed: dict[int, float]) -> None:
    """By another process's way into the log, which knows the moment of each commit."""
    who = vault.users[number % len(vault.users)]
    caller = Caller(kind=ActorKind.USER, id=who.user, channel=Channel.API, session=who.session, reason="maintenance")
    account = vault.accounts[number % 100]
    done = await door.disclose(DisclosePassword(account_id=account, purpose=Purpose.VIEW), caller)
    committed[done.position] = time.perf_counter()


async def _watch(views: Async, committed: dict[int, float], count: int) -> list[float]:
    """Look as often as the database answers."""
    lags: list[float] = []
    while len(lags) < count:
        row = await (await views.execute(LEAST, (len(PROJECTIONS),), prepare=True)).fetchone()
        now = time.perf_counter()
        if row is None:
            raise NoResult("a read model does not serve")
        shown = [position for position in committed if position <= row[0]]
        lags.extend((now - committed.pop(position)) * 1e3 for position in shown)
        await asyncio.sleep(0.0003)
    return lags


VISIBILITY = Trial(
    "visibility",
    (
        Row("visible-p50", f"commit → visible in every read model, at {RATE}/s, p50",
            at_most(5, "ms"), figure("visible-p50")),
        Row("visible-p99", "the same, p99", at_most(25, "ms"), figure("visible-p99")),
    ),
    opened,
)  # fmt: skip
