"""A client that sends too much, or too slowly, is told so and let go before it is understood."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn

from api import protocol
from api.asgi import Receive, Scope, Send, reply
from api.protocol import BoundedProtocol

HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"

ANSWERED = {
    "an ordinary request": ([HEAD + b"\r\n"], 200),
    "a long header": ([HEAD + b"A: " + b"b" * 20_000 + b"\r\n\r\n"], 431),
    "a long address": ([b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"], 431),
    "many headers": ([HEAD + b"A: b\r\n" * 100 + b"\r\n"], 431),
    "garbage": ([b"\x16\x03\x01 garbage\r\n\r\n"], 400),
    "two lengths": ([HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"], 400),
    "an endless header": ([HEAD + b"A: ", *[b"a" * 65_536] * 12], 431),
    "half a head": ([HEAD], 408),
    "a head that comes byte by byte": ([HEAD, *[b"a"] * 20], 408),
    "half a second head": ([HEAD + b"\r\n", HEAD], 200),
}

RESET = {"an endless header", "a head that comes byte by byte"}
"""Whoever is still writing when the connection closes may find it reset before he reads why."""


async def ok(scope: Scope, receive: Receive, send: Send) -> None:
    await reply(send, 200, b"ok", [])


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(protocol, "HEADER_SECONDS", 0.5)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            ok,
            http=BoundedProtocol,
            log_config=None,
            lifespan="off",
            ws="none",
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve([listening]))
        while not server.started:
            await asyncio.sleep(0.01)
        yield int(listening.getsockname()[1])
        server.should_exit = True
        await serving


@pytest.mark.parametrize("case", ANSWERED)
async def test_it_is_answered(case: str, port: int) -> None:
    parts, status = ANSWERED[case]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.06 if len(part) == 1 else 0)
    except ConnectionError:
        pass  # it hung up in the middle, as it should
    line = await asyncio.wait_for(_status(reader), 3)
    writer.close()
    assert line == status or (line is None and case in RESET)


async def _status(reader: asyncio.StreamReader) -> int | None:
    try:
        return int((await reader.readline()).split()[1])
    except (ConnectionError, IndexError):
        return None
