"""The edge: every request gets an id, a span, a duration and an answer, whatever happens to it further in."""

from __future__ import annotations

import asyncio
import time

from opentelemetry.metrics import Counter, Histogram

from api.asgi import App, Message, Receive, Scope, Send, refuse
from api.context import Context, begin
from api.intake import FILE_SECONDS, FILES
from api.problems import Unexpected, answer, name_of
from api.shield import with_shield
from commands.troubles import translated
from domain.errors import OutcomeUnknown, StrongroomError, Unavailable
from ops.ledger.errors import LedgerError
from ops.logging import Fields, Log
from ops.telemetry import counter, histogram, span

LOG = Log("strongroom.api")
SECONDS = 2.8
"""A server that is away costs a request no more than this: with PostgreSQL gone, 503 comes within 3 s."""
UNSEALING, UNSEAL_SECONDS = frozenset({"/unseal", "/api/v1/unseal"}), 90.0
"""A sealed vault tries what it is brought one after the other, by argon2id."""
EVEN = 0.02
"""What is not there and what is not yours take different times to find out, and both leave at the next multiple of
this many seconds after they were asked for: the clock tells as little as the answer does."""
PREFIX = "/api/v1"
STREAMS = f"{PREFIX}/live"
PIECEWISE = frozenset({f"{PREFIX}/audit/exports", f"{PREFIX}/imports"})
"""Begin to answer in time like everything else; then each of their pieces has a patience of its own."""


class Observed:
    """Outermost of all: turns what was raised into a problem document, and what happened into a measurement."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._durations: Histogram = histogram("strongroom.http.duration", "Time to answer a request", "s")
        self._refusals: Counter = counter("strongroom.refusals", "Requests answered with a problem document")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        context = begin(scope)
        began = time.perf_counter()
        sender = Sender(send, context)
        with span("request", context.id) as traced:
            await self._answer(scope, receive, sender)
            if traced.is_recording():
                traced.set_attributes({"http.request.method": scope["method"], "http.route": route_of(scope, context)})
                traced.set_attribute("http.response.status_code", sender.status)
        self._note(scope, context, sender.status, time.perf_counter() - began)

    async def _answer(self, scope: Scope, receive: Receive, sender: Sender) -> None:
        try:
            async with asyncio.timeout(seconds_for(scope["path"])) as patience:
                sender.patience = patience if scope["path"] in PIECEWISE else None
                await self._app(scope, receive, sender)
        except StrongroomError as refusal:
            await sender.refuse(refusal)
        except LedgerError as trouble:
            await sender.refuse(translated(trouble))
        except TimeoutError:
            await sender.refuse(Unavailable() if scope["method"] == "GET" else OutcomeUnknown())
        except Exception as fault:  # the one place where a fault of ours ends a request instead of a connection
            LOG.error("a request failed", fault, request=sender.context.id, method=scope["method"])
            await sender.refuse(Unexpected())

    def _note(self, scope: Scope, context: Context, status: int, seconds: float) -> None:
        route = route_of(scope, context)
        self._durations.record(seconds, {"route": route, "method": scope["method"], "status": status})
        if context.problem is not None:
            self._refusals.add(1, {"problem": context.problem})
        if status >= 400 or LOG.chatty:
            log_request(context, scope["method"], route, status, seconds)


class Sender:
    """Sends an answer, with what all answers carry; remembers whether one has begun."""

    def __init__(self, send: Send, context: Context) -> None:
        self._send = send
        self._began = time.perf_counter()
        self.context = context
        self.status = 0
        self.patience: asyncio.Timeout | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            if self.patience is not None and self.status < 300:
                self.patience.reschedule(None)
            if self.status == 404:
                await self._evenly()
            message["headers"] = with_shield([*message.get("headers", ()), *self.context.headers()])
        await self._send(message)

    async def _evenly(self) -> None:
        taken = time.perf_counter() - self._began
        await asyncio.sleep(EVEN - taken % EVEN)

    async def refuse(self, refusal: StrongroomError) -> None:
        """Answer with a problem document, unless something has been said already."""
        if self.status:
            return
        self.context.problem = name_of(type(refusal))
        self.context.cookie = None
        await refuse(self, answer(refusal))


def seconds_for(path: str) -> float | None:
    """How long an answer may take to begin; a file has to come in first."""
    if path == STREAMS:
        return None
    if path in UNSEALING:
        return UNSEAL_SECONDS
    return SECONDS + FILE_SECONDS if path in FILES else SECONDS


def route_of(scope: Scope, context: Context) -> str:
    """The route's template: never the address itself, which holds ids and would be endless."""
    if context.route is None and (route := scope.get("route")) is not None:
        context.route = f"{PREFIX}{route.path}"
    return context.route or "none"


def log_request(context: Context, method: str, route: str, status: int, seconds: float) -> None:
    """One line: refusals always, successes when asked for."""
    say = LOG.warning if status >= 500 else LOG.info if status >= 400 else LOG.debug
    fields = Fields(request=context.id, method=method, route=route, status=status)
    fields["milliseconds"] = round(seconds * 1000, 2)
    if context.actor is not None:
        fields["actor"] = context.actor
    if context.session is not None:
        fields["session"] = context.session
    if context.problem is not None:
        fields["problem"] = context.problem
    say("answered", **fields)
