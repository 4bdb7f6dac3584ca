"""A client as lean as can be: one connection, one request after the other, so that races are run by the thousand."""

from __future__ import annotations

import asyncio
import json
import ssl
from dataclasses import dataclass
from typing import Any

END = b"\r\n\r\n"


@dataclass
class Ticket:
    """What a session is proved by; a test may put another in its place while clients are at work."""

    cookie: str = ""
    csrf: str = ""


class Hammer:
    """One connection to one api process, in the name of whoever `ticket` belongs to at the moment."""

    def __init__(self, port: int, trust: ssl.SSLContext, ticket: Ticket) -> None:
        self._port = port
        self._trust = trust
        self._ticket = ticket
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, dict[str, str]]:
        """Status, body and headers."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, ssl=self._trust)
        reader, writer = self._streams
        writer.write(self._request(method, path, b"" if body is None else json.dumps(body).encode(), headers))
        head = (await reader.readuntil(END)).decode("latin-1").split("\r\n")
        said = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        answer = await reader.readexactly(int(said.get("content-length", 0)))
        return int(head[0].split()[1]), json.loads(answer) if answer else None, said

    def _request(self, method: str, path: str, body: bytes, more: dict[str, str]) -> bytes:
        headers = {
            "host": f"127.0.0.1:{self._port}", "cookie": self._ticket.cookie, "x-csrf-token": self._ticket.csrf,
            "content-type": "application/json", "content-length": str(len(body)), **more,
        }  # fmt: skip
        lines = [f"{method} /api/v1{path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items() if value)]
        return "\r\n".join(lines).encode() + END + body

    async def sign_in(self, username: str, password: str) -> None:
        """Take a new session for the ticket."""
        fresh = Hammer(self._port, self._trust, Ticket())
        status, said, headers = await fresh.ask("POST", "/sessions", {"username": username, "password": password})
        fresh.close()
        assert status == 201, said
        self._ticket.csrf, self._ticket.cookie = said["csrf_token"], headers["set-cookie"].partition(";")[0]

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None
