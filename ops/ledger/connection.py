"""Connections to the log's database: with limits on all they do, and none that can hang for ever."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import psycopg
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ops import database
from ops.ledger import arrays

Connection = AsyncConnection[tuple[Any, ...]]
T = TypeVar("T")

LONGEST = 3.0
"""Seconds that an answer may take: longer than waiting for the log's lock may, shorter than people wait."""
_OPTIONS = (
    "-c timezone=UTC -c default_transaction_isolation=read\\ committed -c default_transaction_read_only=off "
    "-c transaction_timeout=5s -c lock_timeout=2s"
)
_NETWORK = {
    "connect_timeout": "2", "tcp_user_timeout": "5000", "keepalives_idle": "5", "keepalives_interval": "2",
    "application_name": "strongroom",
}  # fmt: skip
_WHO = "select pid, backend_start from pg_stat_activity where pid = pg_backend_pid()"

Gone = (psycopg.OperationalError, psycopg.InterfaceError)


@dataclass(frozen=True, slots=True)
class Backend:
    """The server's process behind a connection; pids come again, together with the start they do not."""

    pid: int
    started: datetime


async def connect(url: str) -> Connection:
    """A connection whose every statement is its own short transaction."""
    parts = conninfo_to_dict(url)
    parts["options"] = f"{parts.get('options') or ''} {_OPTIONS}"
    connection = await database.connect(make_conninfo("", **_NETWORK | parts))
    arrays.register(connection)
    return connection


async def backend_of(connection: Connection) -> Backend:
    row = await (await connection.execute(_WHO)).fetchone()
    assert row is not None
    return Backend(*row)


async def in_time(connection: Connection, work: Awaitable[T], seconds: float = LONGEST) -> T:
    """The result of `work` on `connection`, which is cut when it takes too long: then `work` fails as lost."""
    watch = asyncio.get_running_loop().call_later(seconds, cut, connection)
    try:
        return await work
    finally:
        watch.cancel()


def cut(connection: Connection) -> None:
    """End it on our side, at once and without a word: whoever waits for an answer is told that it is lost."""
    with suppress(OSError, psycopg.OperationalError):
        with socket.socket(fileno=os.dup(connection.fileno())) as twin:
            twin.shutdown(socket.SHUT_RDWR)
