"""HTTP/1.1 as uvicorn speaks it, with bounds on how much and how slowly a client may send before it is understood."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.problems import Answer, HeadersTooLarge, Malformed, TimedOut, answer
from api.shield import with_shield

HEADER_LIMIT = 16 * 1024
HEADER_COUNT = 64
HEADER_SECONDS = 10.0
RAW_LIMIT = 512 * 1024


class Overflow(Exception):
    """The head of a request is longer than we read; the parser passes it on."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection. A head that grows too large, or comes too slowly, ends it with a problem document."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head = 0
        self._raw = 0
        self._overflow = False
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._overflow or self.transport.is_closing():
            return
        if self._deadline is None and self._idle():
            self._await_head()
        if self._deadline is not None and self._grown(len(data)):
            return
        super().data_received(data)

    def _idle(self) -> bool:
        """Whether the next bytes begin a request."""
        return getattr(self.cycle, "response_complete", True)

    def _grown(self, length: int) -> bool:
        """Whether what came before the head was whole is too much: the parser keeps a long header to itself."""
        self._raw += length
        if self._raw > RAW_LIMIT:
            self._last_words(answer(HeadersTooLarge()))
        return self._raw > RAW_LIMIT

    def on_message_begin(self) -> None:
        self._head = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value) + 4)
        if len(self.headers) >= HEADER_COUNT:
            self._overflow = True
            raise Overflow
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._head_came()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """What could not be parsed is answered like everything else; `msg` is uvicorn's and says nothing more."""
        self._last_words(answer(HeadersTooLarge() if self._overflow else Malformed()))

    def _count(self, length: int) -> None:
        self._head += length
        if self._head > HEADER_LIMIT:
            self._overflow = True
            raise Overflow

    def _await_head(self) -> None:
        self._raw = 0
        self._deadline = self.loop.call_later(HEADER_SECONDS, self._too_slow)

    def _head_came(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self._last_words(answer(TimedOut()))

    def _last_words(self, last: Answer) -> None:
        lines = [b"HTTP/1.1 %d %s" % (last.status, HTTPStatus(last.status).phrase.encode())]
        headers = [*last.headers, (b"content-length", b"%d" % len(last.body)), (b"connection", b"close")]
        lines += [b"%s: %s" % each for each in with_shield(headers)]
        self.transport.write(b"\r\n".join([*lines, b"", last.body]))
        self.transport.close()
