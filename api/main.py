"""The api process: reads its settings once, loads its keys, becomes nobody special, and serves.

What it is made of is in `parts.py`, how HTTP is spoken in `server.py`, what goes on beside requests here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, nullcontext
from pathlib import Path

import uvloop

from api.parts import Held, Parts, lay
from api.server import LATE, Server
from commands.ground import serving
from domain.errors import StrongroomError
from ops.bus import PROGRESS
from ops.ledger.errors import LedgerError
from ops.logging import Log, start_logging
from ops.runtime import garbage, privileges
from ops.runtime.complaints import CANNOT_GO_ON
from ops.settings import Settings
from ops.telemetry import start_telemetry

LOG = Log("strongroom.api")
AGAIN = 5.0
"""Seconds until work that was interrupted is begun anew."""


def main(settings: Settings) -> int:
    start_logging("api")
    start_telemetry("api", None if settings.traces is None else Path(settings.traces))
    held = Held.read(settings)
    privileges.drop(settings, *LATE)
    garbage.seldom()
    try:
        uvloop.run(serve(settings, held))
    except CANNOT_GO_ON as trouble:
        LOG.error("the api cannot go on", trouble, problem=type(trouble).__name__)
        raise
    return 0


async def serve(settings: Settings, held: Held) -> None:
    """Until it is told to stop. Over a log that was set back it starts, writes nothing, and says so to everybody."""
    async with AsyncExitStack() as stack:
        parts = await lay(stack, settings, held, forked)
        server = Server(parts.app, held.certificate, settings, parts.live.close)
        await parts.history.first_look()
        run = nullcontext() if parts.ground.log.is_forked else serving(settings, held.keys, parts.ground, "api")
        async with run, asyncio.TaskGroup() as group:
            beside = [group.create_task(work) for work in beside_requests(parts, held)]
            await server.serve([held.listening])
            for task in beside:
                task.cancel()


def beside_requests(parts: Parts, held: Held) -> list[Coroutine[None, None, None]]:
    """What goes on for as long as requests are answered."""
    return [
        kept("live updates", parts.live.run),
        kept("counting refusals", parts.ground.vault.count_refusals),
        kept("hearing of progress", lambda: parts.bus.hear(PROGRESS, parts.views.heard)),
        held.certificate.watch(),
        parts.history.watch(),
    ]


async def kept(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Work that goes on beside requests: a log that is away interrupts it, and no more."""
    while True:
        try:
            await work()
        except (StrongroomError, LedgerError) as trouble:
            LOG.warning("work beside requests was interrupted", check=name, problem=type(trouble).__name__)
            await asyncio.sleep(AGAIN)


def forked() -> None:
    """From here on every answer is 503; an operator has to look."""
    LOG.error("the event log was set back: nothing is served any more")
