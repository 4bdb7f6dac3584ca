"""Syslog over TLS (RFC 5425): each message behind its length in octets, over one connection.

The protocol has no answer. What the receiver's TCP has acknowledged lies in its memory, and is lost when it falls
before it was read; so it counts as taken only when the connection has lived on for a while. When we end, we say so
(close_notify), and who answers with his own has read all before it.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import socket
import ssl
import struct
import termios
import time
from collections import deque
from collections.abc import Sequence
from typing import Self

from ops.siem.entry import Entry
from ops.siem.lines import rfc5424
from workers.forwarding.base import Line, NotTaken

LOGIN = 10.0
"""Seconds for connection and handshake."""
SETTLED = 2.0
"""Seconds for which a connection has to live on before what was acknowledged counts as taken."""
STUCK = 30.0
"""Seconds after which a receiver that reads nothing is given up."""
FAREWELL = 5.0
GLANCE = 0.01


class Syslog(Line):
    """One connection that is open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> None:
        self._writer = writer
        self._host = host
        self._socket: socket.socket = writer.get_extra_info("socket")
        self._ended = asyncio.create_task(_until_the_end(reader))
        self._acknowledged: deque[tuple[float, int]] = deque()
        self._written: int | None = None
        self._taken: int | None = None
        writer.transport.set_write_buffer_limits(high=1, low=0)  # `high=0` pauses TLS that has nothing to write, too

    @classmethod
    async def open(cls, places: Sequence[tuple[str, int]], name: str, tls: ssl.SSLContext) -> Self:
        """Connected to the first that answers, and it has proved to be `name`. NotTaken."""
        why = NotTaken("it cannot be reached")
        for place in places:
            try:
                return await cls._open(place, name, tls)
            except NotTaken as failed:
                why = failed
        raise why

    @classmethod
    async def _open(cls, place: tuple[str, int], name: str, tls: ssl.SSLContext) -> Self:
        try:
            async with asyncio.timeout(LOGIN):
                reader, writer = await asyncio.open_connection(*place, ssl=tls, server_hostname=name)
        except ssl.SSLCertVerificationError as error:
            raise NotTaken(f"its certificate is not trusted: {error.verify_message}") from error
        except ssl.SSLError as error:
            raise NotTaken(f"no TLS with it: {error.reason or type(error).__name__}") from error
        except TimeoutError as error:
            raise NotTaken("it does not answer") from error
        except OSError as error:
            raise NotTaken(f"it cannot be reached: {error.strerror or type(error).__name__}") from error
        return cls(reader, writer, socket.gethostname())

    async def send(self, entries: Sequence[Entry]) -> None:
        self._refuse_ended()
        try:
            async with asyncio.timeout(STUCK):
                self._writer.write(b"".join(framed(rfc5424(entry, self._host)) for entry in entries))
                self._written = entries[-1].position
                await self._writer.drain()
                while self._unacknowledged():
                    self._refuse_ended()
                    await asyncio.sleep(GLANCE)
        except TimeoutError as error:
            raise NotTaken("it reads nothing") from error
        except (OSError, ssl.SSLError) as error:
            raise NotTaken(f"the connection broke: {type(error).__name__}") from error
        self._acknowledged.append((time.monotonic(), entries[-1].position))

    async def taken(self) -> int | None:
        self._refuse_ended()
        settled = time.monotonic() - SETTLED
        while self._acknowledged and self._acknowledged[0][0] <= settled:
            self._taken = self._acknowledged.popleft()[1]
        return self._taken

    async def close(self) -> int | None:
        """Who has answered our farewell has read everything before it."""
        lived = not self._ended.done()
        with contextlib.suppress(OSError, ssl.SSLError, TimeoutError):
            async with asyncio.timeout(FAREWELL):
                self._writer.close()
                await self._writer.wait_closed()
                if lived and self._written is not None:
                    self._taken = self._written
        self._writer.transport.abort()
        self._ended.cancel()
        return self._taken

    def _refuse_ended(self) -> None:
        if self._ended.done():
            raise NotTaken("it closed the connection")

    def _unacknowledged(self) -> int:
        """Octets that our TCP keeps until the other side has them."""
        (count,) = struct.unpack("i", fcntl.ioctl(self._socket.fileno(), termios.TIOCOUTQ, b"\0" * 4))
        return int(count)


def framed(message: bytes) -> bytes:
    """Octet counting (RFC 5425 §4.3): the only framing that a line's end within a message cannot break."""
    return str(len(message)).encode() + b" " + message


async def _until_the_end(reader: asyncio.StreamReader) -> None:
    """A receiver says nothing; what it does say is read and forgotten."""
    with contextlib.suppress(OSError, ssl.SSLError):
        while await reader.read(4096):
            pass
