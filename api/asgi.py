"""The few words of ASGI that our middleware speaks: plain callables, for the convenient kind is slow."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from api.problems import Answer

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]


def header(scope: Scope, name: bytes) -> bytes | None:
    """The value of a header that may come once; a second one is as if it were garbage."""
    found = [value for key, value in scope["headers"] if key == name]
    return b"\0".join(found) if found else None


async def reply(send: Send, status: int, body: bytes, headers: Iterable[Header]) -> None:
    """A whole response at once."""
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})


async def refuse(send: Send, answer: Answer) -> None:
    """A problem document."""
    await reply(send, answer.status, answer.body, answer.headers)
