"""A server of one route behind the edge of the API, and a way to ask it."""

from __future__ import annotations

from httpx import ASGITransport, AsyncClient

from api.asgi import App, Receive, Scope, Send, reply
from api.context import context_of
from api.intake import Intake
from api.observed import Observed
from domain.errors import NotFound

HOST = "vault.example:7272"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the body it was given; one path is missing, one is broken."""
    match scope["path"]:
        case "/missing":
            raise NotFound
        case "/broken":
            raise RuntimeError("the password is hunter2")
    context_of(scope).route = "/echo"
    message = await receive() if scope["method"] != "GET" else {"body": b""}
    await reply(send, 200, message["body"], [(b"content-type", b"application/json")])


def client(app: App = echo) -> AsyncClient:
    """A client of `app` behind the edge."""
    edge = Observed(Intake(app, frozenset({HOST})))
    transport = ASGITransport(edge, raise_app_exceptions=False, client=("192.0.2.7", 4711))
    return AsyncClient(transport=transport, base_url=f"https://{HOST}")
