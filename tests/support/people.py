"""Somebody at the real HTTPS API of real processes, who remembers every answer that he was given."""

from __future__ import annotations

import asyncio
import itertools
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from httpx import AsyncClient, HTTPError, Response

from tests.support.vault import OWN

GIVEN_UP = 8.0
AGAIN = 0.05


@dataclass(frozen=True)
class Acknowledged:
    """What an answer said: this request is recorded at this position."""

    position: int
    request: UUID


@dataclass
class Memory:
    """All that anybody was told, and all that was asked and never answered, by the reasons that were given."""

    told: list[Acknowledged] = field(default_factory=list)
    reasons: dict[str, int | None] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    """Idempotency keys that were sent: a repeat is answered with the position of the request that came first."""

    @property
    def highest(self) -> int:
        return max((each.position for each in self.told), default=0)

    @property
    def unanswered(self) -> list[str]:
        return [reason for reason, position in self.reasons.items() if position is None]


@dataclass
class Somebody:
    """Signed in once; his session holds at every api process."""

    ports: tuple[int, ...]
    client: AsyncClient
    memory: Memory
    csrf: str = ""

    @classmethod
    @asynccontextmanager
    async def at(cls, ports: tuple[int, ...], certificate: Path, memory: Memory) -> AsyncIterator[Somebody]:
        trust = ssl.create_default_context(cafile=str(certificate))
        async with AsyncClient(verify=trust, timeout=GIVEN_UP) as client:
            yield cls(ports, client, memory)

    async def sign_in(self, username: str = "admin", password: str = OWN) -> None:
        answer = await self.ask("POST", "/sessions", json={"username": username, "password": password})
        assert answer.status_code == 201, answer.text
        self.csrf = answer.json()["csrf_token"]
        cookie = answer.headers["set-cookie"].partition(";")[0]
        self.client.headers["cookie"] = cookie
        self.client.cookies.clear()

    async def ask(self, method: str, path: str, at: int = 0, **more: Any) -> Response:
        """One request to the api process number `at`."""
        headers = {"x-csrf-token": self.csrf, **more.pop("headers", {})}
        url = f"https://127.0.0.1:{self.ports[at]}/api/v1{path}"
        key = headers.get("idempotency-key")
        repeats = key in self.memory.keys
        if key is not None:
            self.memory.keys.add(key)
        answer = await self.client.request(method, url, headers=headers, **more)
        if method != "GET" and answer.is_success and "strongroom-position" in answer.headers and not repeats:
            request = UUID(answer.headers["strongroom-request"])
            self.memory.told.append(Acknowledged(int(answer.headers["strongroom-position"]), request))
        return answer

    async def makes(self, path: str, body: dict[str, Any], at: int = 0) -> UUID:
        """Create something, which must succeed; its id."""
        answer = await self.ask("POST", path, at, json=body)
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["id"])

    async def discloses(self, account: UUID, reason: str, at: int = 0) -> Response:
        """Ask for a password once; what came of it is remembered by the reason."""
        self.memory.reasons[reason] = None
        body = {"reason": reason, "purpose": "view"}
        answer = await self.ask("POST", f"/accounts/{account}/disclosures", at, json=body)
        if answer.status_code == 201:
            self.memory.reasons[reason] = answer.json()["position"]
        return answer

    async def adds(self, name: str, at: int = 0) -> int:
        """Add a resource, asking again with the same key at one process after the other, until it is answered."""
        body = {"name": name, "type": "linux", "address": f"{name}.test"}
        for where in itertools.count(at):
            try:
                answer = await self.ask(
                    "POST", "/resources", where % len(self.ports), json=body, headers={"idempotency-key": f"key-{name}"}
                )
            except HTTPError:
                continue
            if answer.status_code == 201:
                self.memory.made[name] = answer.json()["position"]
                return self.memory.made[name]
            assert answer.status_code == 503, answer.text
            await asyncio.sleep(AGAIN)
        raise AssertionError


class Load:
    """People at work, until told to stop: some look at passwords, one adds resources."""

    def __init__(self, somebody: Somebody, accounts: list[UUID], name: str, pace: float = 0.03) -> None:
        self._somebody = somebody
        self._accounts = accounts
        self._name = name
        self._pace = pace
        self._tasks: list[asyncio.Task[None]] = []
        self._over = False

    async def __aenter__(self) -> Load:
        ports = range(len(self._somebody.ports))
        looking = [self._look(number, at) for number, at in itertools.product(range(3), ports)]
        self._tasks = [asyncio.create_task(work) for work in (*looking, self._add())]
        return self

    async def __aexit__(self, *_: object) -> None:
        """When the last of them has his answer."""
        self._over = True
        async with asyncio.timeout(3 * GIVEN_UP):
            await asyncio.gather(*self._tasks)

    async def _look(self, number: int, at: int) -> None:
        count = 0
        while not self._over:
            account = self._accounts[count % len(self._accounts)]
            try:
                answer = await self._somebody.discloses(account, f"{self._name} {number}.{at}.{count}", at)
                assert answer.status_code in (201, 503), answer.text
            except HTTPError:
                await asyncio.sleep(AGAIN)
            await asyncio.sleep(self._pace)
            count += 1

    async def _add(self) -> None:
        count = 0
        while not self._over:
            await self._somebody.adds(f"{self._name.replace(' ', '-')}-{count}", count)
            await asyncio.sleep(self._pace * 4)
            count += 1
