"""Whether NATS answers: nothing in this process needs it, but whoever reads wants to know why it is slow."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import urlsplit

FRESH = 2.0
PATIENCE = 0.5


class NatsProbe:
    """Greets the server now and then: it speaks first, before anybody has proved who he is."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 4222
        self._asked = float("-inf")
        self._answered = False

    async def connected(self) -> bool:
        now = time.monotonic()
        if now - self._asked > FRESH:
            self._asked = now
            self._answered = await self._greeted()
        return self._answered

    async def _greeted(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                reader, writer = await asyncio.open_connection(self._host, self._port)
                greeting = await reader.readline()
                writer.close()
        except (OSError, TimeoutError):
            return False
        return greeting.startswith(b"INFO ")
