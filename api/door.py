"""The door of a sealed vault: health, and whatever opens the roots. It has no key, and passes on what is brought."""

from __future__ import annotations

import asyncio
import json
import socket
from base64 import b64encode
from hashlib import sha256
from html import escape
from typing import Any
from urllib.parse import parse_qs

from api.asgi import Receive, Scope, Send, header, reply
from api.context import context_of
from api.intake import BODY_SECONDS, check_content, check_path, whole_body
from api.problems import Malformed, MethodNotAllowed, NotJson, Sealed, UnknownHost, WrongShape
from domain.errors import Busy
from ops.runtime.sealing import LARGEST

HTML = b"text/html; charset=utf-8"
JSON = b"application/json"
FORM = "application/x-www-form-urlencoded"
PAGE, RESOURCE = "/unseal", "/api/v1/unseal"
LIVE, READY = "/api/v1/health/live", "/api/v1/health/ready"
LIMIT = 4096
SECONDS = 20.0
"""A passphrase is slow to try, and slower on a busy machine."""
PAUSE = 0.5
"""Seconds that a refused attempt costs whoever made it, and everybody behind him: one at a time."""
WAITING = 4
STYLE = (
    ":root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}"
    "body{max-width:34rem;margin:10vh auto;padding:0 1rem}"
    "input,button{font:inherit;padding:.5rem;box-sizing:border-box}input{width:100%}[role=alert]{border-left:4px solid;"
    "padding-left:.75rem}"
)
POLICY = (
    b"default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; style-src 'sha256-"
    + b64encode(sha256(STYLE.encode()).digest())
    + b"'"
)
Standing = dict[str, Any]


class Desk:
    """Speaks with the supervisor, one question after the other."""

    def __init__(self, channel: socket.socket) -> None:
        channel.setblocking(False)
        self._channel = channel
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._asked = 0

    async def ask(self, secret: str | None = None, peer: str = "") -> Standing:
        """How it stands now. Busy when too many bring something at once."""
        if self._waiting >= WAITING:
            raise Busy
        self._waiting += 1
        try:
            async with self._turn:
                said = await self._exchanged({"secret": secret, "peer": peer})
                if said["refused"]:
                    await asyncio.sleep(PAUSE)
                return said
        finally:
            self._waiting -= 1

    async def _exchanged(self, asked: Standing) -> Standing:
        """An answer that came too late for an earlier question is passed over."""
        self._asked += 1
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(SECONDS):
            await loop.sock_sendall(self._channel, json.dumps({**asked, "id": self._asked}).encode())
            while True:
                said: Standing = json.loads(await loop.sock_recv(self._channel, LARGEST))
                if said.pop("id") == self._asked:
                    return said


class Door:
    """All that a sealed vault answers; everything else is 503."""

    def __init__(self, desk: Desk, hosts: frozenset[str]) -> None:
        self._desk = desk
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        check_path(scope["raw_path"])
        path: str = scope["path"]
        context_of(scope).route = path if path in (PAGE, RESOURCE, LIVE, READY) else "sealed"
        if path == LIVE:
            return await _json(send, 200, {"alive": True})
        if path == READY:
            sealed = {"name": "keys", "ok": False, "why": "the roots are sealed"}
            return await _json(send, 503, {"ready": False, "checks": [sealed]})
        self._check_host(scope)
        if path not in (PAGE, RESOURCE):
            raise Sealed(f"This vault is sealed: bring what opens it to {PAGE}.")
        answered = self._page if path == PAGE else self._resource
        await answered(scope, receive, send)

    def _check_host(self, scope: Scope) -> None:
        if (header(scope, b"host") or b"").decode("latin-1").lower() not in self._hosts:
            raise UnknownHost

    async def _resource(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "GET":
            return await _json(send, 200, await self._desk.ask())
        said = await self._brought(scope, _secret_in(scope, await _body(scope, receive)))
        await _json(send, 403 if said["refused"] else 200, said)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """For whoever holds a share and has a browser: a form without a script."""
        said = None
        if scope["method"] != "GET":
            _refuse_other_sites(scope)
            said = await self._brought(scope, _field_in(scope, await _body(scope, receive)))
        shown = said or await self._desk.ask()
        headers = [(b"content-type", HTML), (b"content-security-policy", POLICY)]
        await reply(send, 403 if shown["refused"] else 200, _shown(shown, said is not None), headers)

    async def _brought(self, scope: Scope, secret: str) -> Standing:
        return await self._desk.ask(secret, (scope.get("client") or ("",))[0])


async def _body(scope: Scope, receive: Receive) -> bytes:
    if scope["method"] != "POST":
        raise MethodNotAllowed("GET, POST")
    return await whole_body(scope, receive, LIMIT, BODY_SECONDS)


def _secret_in(scope: Scope, body: bytes) -> str:
    check_content(scope, body)
    said = json.loads(body or b"null")
    if not isinstance(said, dict) or set(said) != {"secret"} or not isinstance(said["secret"], str):
        raise WrongShape("The body is an object with one text, `secret`: a share, or the passphrase.")
    return str(said["secret"])


def _field_in(scope: Scope, body: bytes) -> str:
    if (header(scope, b"content-type") or b"").decode("latin-1").partition(";")[0].strip().lower() != FORM:
        raise NotJson("This page takes its own form; programs use /api/v1/unseal.")
    try:
        said = parse_qs(body.decode("ascii"), strict_parsing=True, max_num_fields=1, errors="strict")
    except ValueError as wrong:
        raise Malformed from wrong
    return said.get("secret", [""])[0]


def _refuse_other_sites(scope: Scope) -> None:
    if (header(scope, b"sec-fetch-site") or b"same-origin") not in (b"same-origin", b"none"):
        raise Malformed("The form was sent from another site.")


async def _json(send: Send, status: int, said: object) -> None:
    await reply(send, status, json.dumps(said).encode(), [(b"content-type", JSON)])


def _shown(said: Standing, answered: bool) -> bytes:
    title = "This vault is sealed" if said["sealed"] else "This vault is open"
    rest = _told(said, answered) + (_form(said) if said["sealed"] else "")
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{STYLE}</style><h1>{title}</h1>{rest}</html>"
    ).encode()


def _told(said: Standing, answered: bool) -> str:
    if said["refused"]:
        return f'<p role="alert">Not taken: {escape(said["refused"])}.</p>{_counted(said)}'
    if not said["sealed"]:
        return '<p role="status">It starts now: the console is here in a few seconds. <a href="/">Go there</a></p>'
    return f"{'<p role=status>It was taken.</p>' if answered else ''}{_counted(said)}"


def _counted(said: Standing) -> str:
    if said["provider"] != "shares":
        return "<p>Nothing in it can be read until somebody brings the passphrase of its roots.</p>"
    return (
        f"<p>Nothing in it can be read until {said['need']} people have brought their shares; "
        f"{said['have']} {'is' if said['have'] == 1 else 'are'} here.</p>"
    )


def _form(said: Standing) -> str:
    named = "Your share, 33 words" if said["provider"] == "shares" else "Passphrase"
    return (
        f'<form method="post" action="{PAGE}" autocomplete="off"><p><label for="secret">{named}</label></p>'
        '<p><input type="password" id="secret" name="secret" required autocomplete="off"></p>'
        '<p><button type="submit">Bring it</button></p></form>'
    )
