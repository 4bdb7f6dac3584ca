"""What a request must be before anybody looks at what it wants: host, path, size, kind of content, unambiguous JSON."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Never
from urllib.parse import unquote_to_bytes

from api.asgi import App, Message, Receive, Scope, Send, header
from api.problems import Malformed, NotJson, TimedOut, TooLarge, UnknownHost
from domain.errors import Busy

BODY_LIMIT = 64 * 1024
BODY_SECONDS = 10.0
FILES = frozenset({"/api/v1/imports", "/api/v1/imports/preview"})
"""Where a body brings a file along, and may be larger and slower."""
FILE_LIMIT = 1536 * 1024
FILE_SECONDS = 30.0
FILES_AT_ONCE = 8
"""So many are read at the same time: nobody has been asked yet who he is, and what comes in stands in memory."""
DIGITS = 18
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OUTSIDE_ASCII = re.compile(rb"[^\x20-\x7e]")
PROBES = ("/api/v1/health/", "/metrics")

BODY = "strongroom.body"
"""Where the scope keeps it: whoever stands between may put a `receive` of his own in front of ours."""


class Intake:
    """Reads the whole body, within bounds, so that everything behind works on bytes that have been looked at."""

    def __init__(self, app: App, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts
        self._files = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        check_path(scope["raw_path"])
        self._check_host(scope)
        if scope["method"] in SAFE:
            await self._app(scope, receive, send)
            return
        body = await self._taken(scope, receive)
        check_content(scope, body)
        scope[BODY] = body
        await self._app(scope, Replay(body, receive), send)

    async def _taken(self, scope: Scope, receive: Receive) -> bytes:
        if scope["path"] not in FILES:
            return await whole_body(scope, receive, BODY_LIMIT, BODY_SECONDS)
        if self._files >= FILES_AT_ONCE:
            raise Busy
        self._files += 1
        try:
            return await whole_body(scope, receive, FILE_LIMIT, FILE_SECONDS)
        finally:
            self._files -= 1

    def _check_host(self, scope: Scope) -> None:
        """A page that has its name point here must not be served as one of ours. Probes come by address."""
        named = (header(scope, b"host") or b"").decode("latin-1").lower()
        if named not in self._hosts and not scope["path"].startswith(PROBES):
            raise UnknownHost


class Replay:
    """The body again, then whatever the connection says next."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self.body = body
        self._receive = receive
        self._given = False

    async def __call__(self) -> Message:
        if self._given:
            return await self._receive()
        self._given = True
        return {"type": "http.request", "body": self.body, "more_body": False}


def check_path(raw: bytes) -> None:
    """One spelling for every address: what proxies and servers disagree about is refused."""
    path = unquote_to_bytes(raw)
    parts = path.split(b"/")
    if path[:1] != b"/" or b"//" in path or b"\\" in path or b"." in parts or b".." in parts:
        raise Malformed("The path must be written in its plain form.")
    if b"%2f" in raw.lower() or OUTSIDE_ASCII.search(path):
        raise Malformed("The path holds characters that no address here has.")


async def whole_body(scope: Scope, receive: Receive, limit: int, seconds: float) -> bytes:
    """The whole body; its length is counted as it comes, for a chunked one announces none."""
    announced = header(scope, b"content-length") or b"0"
    if not announced.isdigit() or len(announced) > DIGITS:
        raise Malformed("Content-Length must be one number.")
    if int(announced) > limit:
        raise TooLarge
    try:
        async with asyncio.timeout(seconds):
            return await _read(receive, limit)
    except TimeoutError:
        raise TimedOut from None


async def _read(receive: Receive, limit: int) -> bytes:
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Malformed("The connection closed before the body had come.")
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > limit:
            raise TooLarge
    return bytes(body)


def check_content(scope: Scope, body: bytes) -> None:
    """A body must say that it is JSON, and be it. Forms and text/plain need no CORS preflight: hence never those."""
    if not body:
        return
    kind = (header(scope, b"content-type") or b"").decode("latin-1").partition(";")
    if kind[0].strip().lower() != "application/json":
        raise NotJson
    if header(scope, b"content-encoding") is not None:
        raise NotJson("Compressed bodies are not accepted.")
    check_json(body)


def check_json(body: bytes) -> None:
    """JSON that every reader understands alike: UTF-8, no name twice, no huge number, no NaN, no NUL."""
    try:
        json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_no_constant, parse_int=_small)
    except UnicodeDecodeError as wrong:
        raise Malformed(f"The body is not UTF-8 at byte {wrong.start}.") from None
    except json.JSONDecodeError as wrong:
        raise Malformed(f"The body is not JSON: line {wrong.lineno}, column {wrong.colno}.") from None
    except RecursionError:
        raise Malformed("The body is nested too deeply.") from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    seen = dict(pairs)
    if len(seen) != len(pairs):
        raise Malformed("A name stands twice in one JSON object.")
    for value in seen.values():
        _check_text(value)
    return seen


def _check_text(value: object) -> None:
    """NUL ends a text for some, and half a surrogate pair is no text at all."""
    if isinstance(value, str):
        if "\0" in value or not _has_utf8(value):
            raise Malformed("A text holds characters that cannot be stored.")
    elif isinstance(value, list):
        for each in value:
            _check_text(each)


def _has_utf8(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_constant(_: str) -> Never:
    raise Malformed("NaN and infinities are not JSON.")


def _small(digits: str) -> int:
    if len(digits) > DIGITS:
        raise Malformed("A number is too large.")
    return int(digits)
