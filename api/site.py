"""Everything that is not the API: the console, the pages of problems, and metrics for whoever sits beside us."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from ipaddress import ip_address

from api.asgi import App, Receive, Scope, Send, reply
from api.console import Console
from api.context import context_of
from api.problems import MethodNotAllowed, Pages
from domain.errors import NotFound
from ops.telemetry import exposition

API = "/api"
PROBLEMS = "/problems/"
HTML = b"text/html; charset=utf-8"


class Site:
    """Sends what begins with /api on, and answers the rest."""

    def __init__(self, api: App, console: Console, measure: Callable[[], Awaitable[None]]) -> None:
        self._api = api
        self._console = console
        self._measure = measure
        self._pages = Pages()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path == API or path.startswith(f"{API}/"):
            await self._api(scope, receive, send)
        elif scope["method"] != "GET":
            raise MethodNotAllowed("GET")
        elif path == "/metrics":
            await self._metrics(scope, send)
        elif path.startswith(PROBLEMS):
            await self._problem(scope, path.removeprefix(PROBLEMS), send)
        else:
            context_of(scope).route = "console"
            await self._console.serve(path, send)

    async def _metrics(self, scope: Scope, send: Send) -> None:
        """Numbers tell what people do: they are for this machine alone."""
        context_of(scope).route = "/metrics"
        client = scope.get("client")
        if client is None or not ip_address(client[0]).is_loopback:
            raise NotFound
        await self._measure()
        body, kind = exposition()
        await reply(send, 200, body, [(b"content-type", kind.encode())])

    async def _problem(self, scope: Scope, name: str, send: Send) -> None:
        context_of(scope).route = f"{PROBLEMS}{{name}}"
        if (page := self._pages.get(name)) is None:
            raise NotFound
        await reply(send, 200, page, [(b"content-type", HTML), (b"cache-control", b"public, max-age=3600")])
