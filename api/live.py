"""Live updates: one stream of server-sent events a browser, saying only that something its viewer can see has moved."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from api.asgi import App, Receive, Scope, Send
from api.caller import VISITOR, Visitor
from api.context import context_of
from api.problems import TooManyStreams, Unexpected
from api.visibility import UNREADABLE, Change, Watcher, changes_in, losers_in
from commands.vault import Vault
from domain.access_lists import AccessList
from domain.errors import StrongroomError
from ops.ledger.errors import LedgerError
from ops.ledger.log import EventLog
from ops.logging import Log

LOG = Log("strongroom.api")
router = APIRouter(tags=["live"])
ROUTE = "/api/v1/live"
TICK = 0.25
HEARTBEAT = 15.0
AT_ONCE = 500
MOST_STREAMS = 200
MOST_WAITING = 1000
HEADERS = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]


@dataclass(eq=False, slots=True)
class Listener:
    """One open stream: what it has yet to be told, the newest position of each thing."""

    watcher: Watcher
    waiting: dict[tuple[str, UUID], int] = field(default_factory=dict)
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    over: bool = False

    def tell(self, change: Change) -> None:
        """A browser that reads too slowly is cut off: when it comes back, it looks at everything again."""
        self.over = self.over or len(self.waiting) >= MOST_WAITING
        self.waiting[change.kind, change.id] = change.position
        self.woken.set()

    def end(self) -> None:
        self.over = True
        self.woken.set()

    def take(self) -> list[bytes]:
        """What it has to be told, as server-sent events."""
        told, self.waiting = self.waiting, {}
        self.woken.clear()
        return [_event(kind, id, position) for (kind, id), position in told.items()]


class Live:
    """Follows the log, and tells each listener of what he may see. A stream ends within a second of its session."""

    def __init__(self, vault: Vault, log: EventLog) -> None:
        self._vault = vault
        self._log = log
        self._listeners: set[Listener] = set()
        self._position = 0
        self._closed = False

    @property
    def open(self) -> int:
        return len(self._listeners)

    def listen(self, visitor: Visitor) -> Listener:
        """A new stream for `visitor`."""
        if len(self._listeners) >= MOST_STREAMS or self._closed:
            raise TooManyStreams
        if not self._listeners:
            self._position = self._log.head
        listener = Listener(Watcher(visitor.author))
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)

    def close(self) -> None:
        """End every stream: the process is about to stop."""
        self._closed = True
        for listener in self._listeners:
            listener.end()

    async def run(self) -> None:
        """Look four times a second while anybody listens. A log that is away costs delay, nothing else."""
        while True:
            await asyncio.sleep(TICK)
            if self._listeners:
                try:
                    await self._tick()
                except (LedgerError, StrongroomError) as trouble:
                    LOG.warning("live updates wait for the log", problem=type(trouble).__name__)

    async def _tick(self) -> None:
        """Whatever goes away meanwhile, nobody misses anything: the position moves when all who listen have been told.
        Told twice is harmless, a browser only looks again."""
        records = await self._log.read(self._position, AT_ONCE)
        self._vault.forget({record.stream for record in records})
        listed = [record for record in records if record.topic.startswith(f"{AccessList.TOPIC}.")]
        changes = changes_in(records, losers_in(await self._vault.opened(listed)))
        informed = set(self._listeners)
        for listener in informed:
            await self._inform(listener, changes)
            await asyncio.sleep(0)
        if records and self._listeners <= informed:
            self._position = records[-1].position

    async def _inform(self, listener: Listener, changes: Iterable[Change]) -> None:
        work = self._vault.look(listener.watcher.author)
        try:
            if not await listener.watcher.signed_in(work):
                listener.end()
                return
            async for change in listener.watcher.sees(work, changes):
                listener.tell(change)
        except UNREADABLE as trouble:  # who he is and what he may: without that he is told nothing
            LOG.error("a live stream cannot go on", position=trouble.position, problem=type(trouble).__name__)
            listener.end()


class LiveRoute:
    """`GET /api/v1/live`, in front of FastAPI: it has no body, no end, and no shape."""

    def __init__(self, app: App, live: Live) -> None:
        self._app = app
        self._live = live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (scope["method"], scope["path"]) != ("GET", ROUTE):
            await self._app(scope, receive, send)
            return
        context_of(scope).route = ROUTE
        listener = self._live.listen(cast("Visitor", scope[VISITOR]))
        gone = asyncio.ensure_future(_gone(receive, listener))
        try:
            await self._stream(listener, send)
        finally:
            gone.cancel()
            self._live.leave(listener)

    @staticmethod
    async def _stream(listener: Listener, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": list(HEADERS)})
        async for part in _parts(listener):
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _parts(listener: Listener) -> AsyncIterator[bytes]:
    """Events as they come; a comment now and then, so that what stands between does not think the line dead."""
    yield b"retry: 2000\n\n"
    while not listener.over:
        try:
            async with asyncio.timeout(HEARTBEAT):
                await listener.woken.wait()
        except TimeoutError:
            yield b": still here\n\n"
            continue
        if told := listener.take():
            yield b"".join(told)
    yield b"event: end\ndata: {}\n\n"


async def _gone(receive: Receive, listener: Listener) -> None:
    """End the stream when the browser has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.end()


def _event(kind: str, id: UUID, position: int) -> bytes:
    return b"data: " + msgspec.json.encode({"kind": kind, "id": id, "position": position}) + b"\n\n"


@router.get("/live", response_class=Response, responses={200: {"content": {"text/event-stream": {}}}})
async def live() -> Response:
    """Server-sent events `{kind, id, position}` for what one can see; the stream ends with the session."""
    raise Unexpected  # `LiveRoute` stands in front and answers; this is how the document knows of it
