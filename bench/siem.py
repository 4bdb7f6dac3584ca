"""How long after its commit an event is in a SIEM receiver's hands, over syslog with mutual TLS, at 200 a second."""

from __future__ import annotations

import asyncio
import re
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

import httpx
import uvloop

from bench.stage import Stage
from bench.trial import Figures, NoResult, Round, Row, Trial, at_most, figure
from bench.vault import Vault, asked, sign_in
from bench.visibility import RATE, disclose
from commands.ground import Keys
from commands.ground import opened as ground_of
from domain.base import Author
from ops.crypto.authority import Authority
from ops.runtime import certificates

LONGER = 2
GLANCE, LOOKS = 0.01, 2_000
POSITION = re.compile(rb'position="(\d+)"')


@dataclass
class Receiver:
    """Notes when each position came."""

    authority: Authority = field(default_factory=Authority.make)
    came: dict[int, float] = field(default_factory=dict)
    port: int = 0

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        own = self.authority.issue("localhost", ["localhost"])
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=self.authority.pair.certificate.decode())
        tls.verify_mode = ssl.CERT_REQUIRED
        with TemporaryDirectory() as folder:
            pair = Path(folder) / "own.pem"
            pair.write_bytes(own.key + own.certificate)
            tls.load_cert_chain(pair)
        async with await asyncio.start_server(self._takes, "127.0.0.1", 0, ssl=tls) as server:
            self.port = server.sockets[0].getsockname()[1]
            yield

    async def _takes(self, reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            while True:
                length = int(await reader.readuntil(b" "))
                found = POSITION.search(await reader.readexactly(length))
                assert found is not None
                self.came.setdefault(int(found[1]), time.perf_counter())

    def destination(self) -> dict[str, object]:
        client = self.authority.issue("vault.bench", ["vault.bench"])
        return {
            "name": f"bench {self.port}", "kind": "syslog", "address": f"localhost:{self.port}", "reason": "bench",
            "authority": self.authority.pair.certificate.decode(), "certificate": client.certificate.decode(),
            "secret": client.key.decode(),
        }  # fmt: skip


@contextmanager
def opened(stage: Stage) -> Iterator[Round]:
    vault = stage.vault("siem")

    def round_() -> Figures:
        marks = quantiles(uvloop.run(_lags(vault, stage.options.seconds * LONGER)), n=100)
        return {"siem-p50": marks[49], "siem-p99": marks[98]}

    yield round_


async def _lags(vault: Vault, seconds: int) -> list[float]:
    """Seconds from each commit to when the receiver had it."""
    receiver = Receiver()
    settings = vault.installation.settings
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(receiver.listening())
        ground = await stack.enter_async_context(ground_of(settings, Keys.read(settings, Author.API)))
        stack.push_async_callback(asyncio.to_thread, _removed, vault, await asyncio.to_thread(_added, vault, receiver))
        committed: dict[int, float] = {}
        await disclose(ground.vault, vault, 0, committed)
        await _all_came(receiver, committed)
        committed.clear()
        began = time.perf_counter()
        for number in range(RATE * seconds):
            await asyncio.sleep(began + number / RATE - time.perf_counter())
            await disclose(ground.vault, vault, number, committed)
        await _all_came(receiver, committed)
    return [receiver.came[position] - moment for position, moment in committed.items()]


async def _all_came(receiver: Receiver, committed: dict[int, float]) -> None:
    for _ in range(LOOKS):
        if committed.keys() <= receiver.came.keys():
            return
        await asyncio.sleep(GLANCE)
    raise NoResult("the receiver lacks events")


def _client(vault: Vault) -> httpx.Client:
    trust = ssl.create_default_context(cafile=str(certificates.certificate_file(vault.installation.settings)))
    return httpx.Client(base_url=f"{vault.installation.address}/api/v1", verify=trust, timeout=30)


def _added(vault: Vault, receiver: Receiver) -> str:
    with _client(vault) as client:
        return str(asked(client, "POST", "/siem/destinations", sign_in(client, "admin"), receiver.destination())["id"])


def _removed(vault: Vault, destination: str) -> None:
    with _client(vault) as client:
        asked(client, "POST", f"/siem/destinations/{destination}/remove", sign_in(client, "admin"), {"reason": "done"})


SIEM = Trial(
    "siem",
    (
        Row("siem-p50", f"commit → read by a syslog receiver over mutual TLS, at {RATE}/s, p50",
            at_most(1, "s"), figure("siem-p50")),
        Row("siem-p99", "the same, p99", at_most(1, "s"), figure("siem-p99")),
    ),
    opened,
)  # fmt: skip
