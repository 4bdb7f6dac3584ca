"""A wire between a client and its PostgreSQL that can be cut at a chosen moment."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from enum import Enum
from pathlib import Path

from tests.support.servers import Database, scratch

SOCKET = ".s.PGSQL.5432"


class Cut(Enum):
    """What becomes of the next request, and of the connection that it came by."""

    REQUEST = "never arrives"
    ANSWER = "is carried out, and its answer lost"
    WAITING = "arrives; the client is cut off when the test says so, the server does not notice"


class Wire:
    """Passes bytes. `dsn` goes through it. What is cut is a connection that has appended before."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._target = database.server.postgres.socket / SOCKET
        self._socket = folder / SOCKET
        self._next: Cut | None = None
        self._kept: list[asyncio.StreamWriter] = []
        self._cutting: list[asyncio.Task[None]] = []
        self.now = asyncio.Event()
        """When `WAITING` cuts."""
        self.dsn = database.append.replace(str(database.server.postgres.socket), str(folder))

    def cut(self, how: Cut) -> None:
        """Do this to the next request."""
        self._next = how

    async def serve(self) -> asyncio.Server:
        return await asyncio.start_unix_server(self._carry, self._socket)

    async def _carry(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        server, to_server = await asyncio.open_unix_connection(self._target)
        self._kept.append(to_server)
        doomed = asyncio.Event()
        back = asyncio.create_task(self._answers(server, to_client, doomed))
        appends = False
        with contextlib.suppress(OSError):
            while data := await client.read(1 << 16):
                appends = appends or b"ledger.append" in data
                if not appends:
                    to_server.write(data)
                elif await self._is_cut(data, to_client, to_server, doomed):
                    break
            else:
                to_server.close()
        await back
        to_client.transport.abort()

    async def _is_cut(
        self, data: bytes, to_client: asyncio.StreamWriter, to_server: asyncio.StreamWriter, doomed: asyncio.Event
    ) -> bool:
        how, self._next = self._next, None
        if how is Cut.REQUEST:
            to_client.transport.abort()
            to_server.transport.abort()
            return True
        if how is Cut.ANSWER:
            doomed.set()
        elif how is Cut.WAITING:
            self._cutting.append(asyncio.create_task(self._cut_later(to_client)))
        to_server.write(data)
        await to_server.drain()
        return how is Cut.ANSWER

    async def _cut_later(self, to_client: asyncio.StreamWriter) -> None:
        await self.now.wait()
        to_client.transport.abort()

    @staticmethod
    async def _answers(server: asyncio.StreamReader, to_client: asyncio.StreamWriter, doomed: asyncio.Event) -> None:
        with contextlib.suppress(OSError):
            while data := await server.read(1 << 16):
                if doomed.is_set():
                    to_client.transport.abort()
                    return
                to_client.write(data)
            to_client.close()

    def close(self) -> None:
        self.now.set()
        for writer in self._kept:
            writer.transport.abort()


@contextlib.asynccontextmanager
async def a_wire(database: Database) -> AsyncIterator[Wire]:
    with scratch() as folder:
        wire = Wire(database, folder)
        server = await wire.serve()
        try:
            yield wire
        finally:
            wire.close()
            server.close()
