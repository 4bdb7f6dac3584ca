"""Few logins at a time on one host: sshd begins to turn some away when ten have not signed in yet."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from weakref import WeakValueDictionary

from domain.secrets import Secret
from workers.connectors.base import Connector, Note

ON_ONE_HOST = 4


class Turns:
    """Who may go to which host now."""

    def __init__(self, on_one_host: int = ON_ONE_HOST) -> None:
        self._on_one_host = on_one_host
        self._hosts: WeakValueDictionary[Hashable, asyncio.Semaphore] = WeakValueDictionary()

    def taking(self, host: Hashable, connector: Connector) -> Connector:
        """`connector`, waiting for its turn on `host`."""
        free = self._hosts.get(host)
        if free is None:
            free = self._hosts[host] = asyncio.Semaphore(self._on_one_host)
        return InTurn(connector, free)


class InTurn:
    """A Connector that waits before it goes."""

    def __init__(self, connector: Connector, free: asyncio.Semaphore) -> None:
        self._connector = connector
        self._free = free

    def check(self, username: str, password: Secret) -> None:
        self._connector.check(username, password)

    async def verify(self, username: str, password: Secret) -> bool:
        async with self._free:
            return await self._connector.verify(username, password)

    async def change(self, username: str, current: Secret, new: Secret, note: Note) -> None:
        async with self._free:
            await self._connector.change(username, current, new, note)
