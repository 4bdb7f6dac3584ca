"""Resets over SSH, many at once, beside a bare asyncssh program that does the same to the same host."""

from __future__ import annotations

import asyncio
import random
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import asyncssh
import httpx
import psycopg

from bench.stage import Stage
from bench.trial import Figures, NoResult, Round, Row, Trial, at_least, ratio
from bench.upped import PASSWORD, Installation
from ops.runtime import certificates
from tests.support.lab import LabHost, lab_hosts, why_not
from tests.support.servers import scratch
from workers.base import AT_ONCE

FIRST = "Correct horse 1"
PATIENCE = 120.0
CONFIRMED = "select count(*) from ledger.events where topic = 'reset.confirmed'"


@contextmanager
def opened(stage: Stage) -> Iterator[Round]:
    if (reason := why_not()) is not None:
        raise NoResult(reason)
    with ExitStack() as stack:
        host = stack.enter_context(lab_hosts())["db1"]
        installation = Installation(stack.enter_context(scratch()))
        installation.start()
        stack.callback(installation.stop)
        plain = Plain(host, {f"plain{number}": FIRST for number in range(AT_ONCE)})
        ours = asyncio.run(_furnished(installation, host, plain))

        def round_() -> Figures:
            works = {"ours": ours.all_reset, "plain": plain.all_reset}
            took = {name: asyncio.run(works[name]()) for name in random.sample(list(works), len(works))}
            return {name: AT_ONCE / seconds for name, seconds in took.items()}

        yield round_


@dataclass
class Plain:
    """What anybody would write: sign in, run passwd, sign in anew."""

    host: LabHost
    passwords: dict[str, str]
    count: int = 1

    async def all_reset(self) -> float:
        """Seconds."""
        self.count += 1
        fresh = f"Plain horse {self.count}"
        began = time.perf_counter()
        await asyncio.gather(*(self._reset(name, old, fresh) for name, old in self.passwords.items()))
        took = time.perf_counter() - began
        self.passwords = dict.fromkeys(self.passwords, fresh)
        return took

    async def _reset(self, name: str, old: str, fresh: str) -> None:
        async with self._connection(name, old) as connection:
            async with connection.create_process("env LC_ALL=C passwd", term_type="dumb") as passwd:
                for question, answer in (("urrent", old), ("New", fresh), ("etype", fresh)):
                    await passwd.stdout.readuntil(question)
                    passwd.stdin.write(f"{answer}\n")
                if (await passwd.wait()).exit_status != 0:
                    raise NoResult("the bare program did not set a password")
        async with self._connection(name, fresh):
            pass

    def _connection(self, name: str, password: str) -> asyncssh.misc._ACMWrapper[asyncssh.SSHClientConnection]:
        known = asyncssh.import_known_hosts(f"* {self.host.host_keys['ed25519']}\n")
        return asyncssh.connect(
            self.host.address, self.host.port, username=name, password=password, known_hosts=known, config=None,
            client_keys=None, agent_path=None, preferred_auth="password",
        )  # fmt: skip


@dataclass
class Ours:
    """The vault, asked over its API; the worker's hands are as many as the bare program's."""

    installation: Installation
    headers: dict[str, str]
    accounts: Sequence[str]

    async def all_reset(self) -> float:
        """Seconds from the first request to the last confirmation in the log. NoResult when one does not come."""
        async with await psycopg.AsyncConnection.connect(self.installation.superuser(), autocommit=True) as log:
            wanted = await _count(log) + len(self.accounts)
            async with _client(self.installation) as client:
                began = time.perf_counter()
                await asyncio.gather(*(self._open(client, account) for account in self.accounts))
            while await _count(log) < wanted:
                if time.perf_counter() - began > PATIENCE:
                    raise NoResult(f"{wanted - await _count(log)} resets were not confirmed")
                await asyncio.sleep(0.02)
            return time.perf_counter() - began

    async def _open(self, client: httpx.AsyncClient, account: str) -> None:
        body = {"reason": "measured"}
        (await client.post(f"/accounts/{account}/resets", json=body, headers=self.headers)).raise_for_status()


async def _count(log: psycopg.AsyncConnection[tuple[int]]) -> int:
    row = await (await log.execute(CONFIRMED)).fetchone()
    assert row is not None
    return row[0]


async def _furnished(installation: Installation, host: LabHost, plain: Plain) -> Ours:
    """As many accounts for the vault as for the bare program, on the same host."""
    names = [f"vault{number}" for number in range(AT_ONCE)]
    everybody = [*names, *plain.passwords]
    await host.as_root("; ".join(f"useradd -m -s /bin/bash {name}" for name in everybody))
    await host.as_root("chpasswd", "".join(f"{name}:{FIRST}\n" for name in everybody))
    async with _client(installation) as client:
        answer = await client.post("/sessions", json={"username": "admin", "password": PASSWORD})
        cookie = answer.raise_for_status().headers["set-cookie"].partition(";")[0]
        client.cookies.clear()
        headers = {"cookie": cookie, "x-csrf-token": answer.json()["csrf_token"]}
        client.headers.update(headers)
        body = {"name": host.name, "type": "linux", "address": host.address, "port": host.port}
        resource = (await client.post("/resources", json=body)).raise_for_status().json()["id"]
        key = {"host_key": host.host_keys["ed25519"]}
        (await client.put(f"/resources/{resource}/host-key", json=key)).raise_for_status()
        accounts = []
        for name in names:
            body = {"username": name, "password": FIRST}
            added = await client.post(f"/resources/{resource}/accounts", json=body)
            accounts.append(added.raise_for_status().json()["id"])
    return Ours(installation, headers, accounts)


def _client(installation: Installation) -> httpx.AsyncClient:
    trust = ssl.create_default_context(cafile=str(certificates.certificate_file(installation.settings)))
    return httpx.AsyncClient(base_url=f"{installation.address}/api/v1", verify=trust, timeout=30)


RESETS = Trial(
    "resets",
    (
        Row("resets-asyncssh", f"resets by passwd and a fresh login, {AT_ONCE} at once, of bare asyncssh",
            at_least(0.8), ratio("ours", "plain")),
    ),
    opened,
    rounds=5,
)  # fmt: skip
