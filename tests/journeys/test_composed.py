"""The vault that docker-compose.yml describes, as plain processes: three servers of NATS, each of which is killed."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import nats
import nats.errors
import nats.js.errors
import psycopg
import pytest
from httpx import AsyncClient
from nats.js.api import ClusterInfo

from ops import database
from ops.bus import LOG, BusAway
from ops.doctor import examine
from ops.doctor.findings import Grade
from ops.ledger import framing
from ops.runtime import certificates, keys
from ops.runtime.inboxes import inbox
from ops.runtime.nats import FOLLOWER, PUBLISHER
from ops.runtime.seats import as_user
from ops.settings import Settings
from tests.support.composed import Composed, composed
from tests.support.people import Load, Memory, Somebody
from tests.support.servers import Database, DatabaseServer, in_starter
from tests.support.truth import a_bus, all_is_well, converged, head, stored, streamed
from tests.support.vault import OWN

BUS = ("nats-1", "nats-2", "nats-3")
OURS = ("projector", "worker", "api-1", "api-2")
SERVER = {"name": "db", "type": "linux", "address": "db.test"}
SETTLES_WITHIN = 40.0

pytestmark = pytest.mark.slow


@dataclass
class Stack:
    """Everything that the file starts, and what was said at the first start."""

    parts: Composed
    postgres: DatabaseServer
    said: str
    memory: Memory = field(default_factory=Memory)

    @property
    def settings(self) -> Settings:
        """The operator's."""
        return Settings.from_env(self.parts.environment("open"))

    @property
    def ledger(self) -> Database:
        return Database(self.postgres, "strongroom")

    @property
    def views(self) -> Database:
        return Database(self.postgres, "strongroom_views")

    @property
    def certificate(self) -> Path:
        return certificates.certificate_file(self.settings)

    @property
    def ports(self) -> tuple[int, ...]:
        return self.parts.ports["api-1"], self.parts.ports["api-2"]

    @asynccontextmanager
    async def somebody(self) -> AsyncIterator[Somebody]:
        async with Somebody.at(self.ports, self.certificate, self.memory) as it:
            await it.sign_in()
            yield it

    async def cluster(self) -> ClusterInfo | None:
        """Where the stream LOG lies, as one of its servers knows; nothing while they choose a leader."""
        settings = self.settings
        trust = ssl.create_default_context(cafile=settings.nats_ca)
        client = await nats.connect(
            settings.bus_url.split(","), tls=trust, nkeys_seed_str=keys.seed_of(settings, FOLLOWER),
            inbox_prefix=inbox(FOLLOWER), error_cb=_calm,
        )  # fmt: skip
        try:
            return (await client.jetstream(timeout=1).stream_info(LOG)).cluster
        except (nats.errors.Error, nats.js.errors.Error):
            return None
        finally:
            await client.close()

    async def led_by(self, *, other_than: str = "") -> str:
        """The service that leads the stream, once there is one."""
        async with asyncio.timeout(SETTLES_WITHIN):
            while True:
                found = await self.cluster()
                if found is not None and found.leader and service(found.leader) != other_than:
                    return service(found.leader)
                await asyncio.sleep(0.2)

    async def all_current(self) -> None:
        """Until each of the three has all of it."""
        async with asyncio.timeout(SETTLES_WITHIN):
            while True:
                found = await self.cluster()
                others = [] if found is None else found.replicas or []
                if len(others) == 2 and all(each.current and not each.offline for each in others):
                    return
                await asyncio.sleep(0.2)


def service(server: str) -> str:
    """The service of a server by the name that it was given."""
    return server.replace("strongroom-", "nats-")


async def _calm(_: Exception) -> None:
    """A server is away: that is the test."""


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """In the order of `depends_on`; the first administrator has opened the link that `open` printed."""
    with composed() as parts:
        parts.run("prepare")
        for name in BUS:
            parts.start(name)
        with parts.database() as postgres:
            parts.start("signer")
            said = parts.run("open")
            for name in OURS:
                parts.start(name)
            parts.until_healthy(*BUS, "projector", "api-1", "api-2", "signer")
            it = Stack(parts, postgres, said)
            asyncio.run(become_administrator(it))
            yield it
            parts.end()


async def become_administrator(it: Stack) -> None:
    token = it.said.rpartition("/welcome#")[2].strip()
    async with AsyncClient(verify=ssl.create_default_context(cafile=str(it.certificate))) as client:
        where = f"https://localhost:{it.ports[0]}/api/v1/invitations/accept"
        assert (await client.post(where, json={"token": token, "password": OWN})).status_code == 200


async def test_who_signs_in_at_one_api_reads_at_the_other(stack: Stack) -> None:
    async with stack.somebody() as it:
        made = await it.ask("POST", "/resources", 0, json={**SERVER, "name": "both"})
        newest = {"strongroom-require": made.headers["strongroom-position"]}
        shown = await it.ask("GET", f"/resources/{made.json()['id']}", 1, headers=newest)
        assert (shown.status_code, shown.json()["name"]) == (200, "both")
        assert (await it.ask("GET", "/status", 1)).json()["nats"] == "connected"


async def test_the_log_lies_on_three_servers_and_outlives_each(stack: Stack) -> None:
    """People work on while each of them is killed and comes back, one after the other."""
    found = await stack.cluster()
    assert found is not None
    assert len(found.replicas or ()) == 2
    async with stack.somebody() as it:
        resource = await it.makes("/resources", SERVER)
        account = await it.makes(f"/resources/{resource}/accounts", {"username": "root", "password": "first"})
        for name in BUS:
            async with Load(it, [account], f"{name} is lost"):
                stack.parts.kill(name)
                await stack.led_by(other_than=name)
                await moves_on(stack)
                await in_starter(start, stack, name)
                await stack.all_current()
    await told_of_all(stack)
    await all_is_well(stack, {})


async def test_each_that_came_back_has_every_position(stack: Stack) -> None:
    """Each two of the three, all of which have been away once, answer for the third."""
    await told_of_all(stack)
    await converged(stack)
    held = sorted((record.position, framing.frame(record)) for record in stored(stack))
    for name in BUS:
        stack.parts.kill(name)
        await stack.led_by(other_than=name)
        assert await told_of_all(stack) == held
        await in_starter(start, stack, name)
        await stack.all_current()


async def told_of_all(stack: Stack) -> list[tuple[int, bytes]]:
    """All that the stream holds, once two servers have agreed on who tells it."""
    async with asyncio.timeout(SETTLES_WITHIN):
        while True:
            with contextlib.suppress(BusAway):
                return await streamed(stack)
            await asyncio.sleep(0.2)


async def moves_on(stack: Stack) -> None:
    """Until what was written in the meantime, and some that was written after that, is in the stream."""
    end = head(stack)
    async with asyncio.timeout(SETTLES_WITHIN), a_bus(stack) as bus:
        while True:
            with contextlib.suppress(BusAway):
                reached = await bus.end(LOG)
                if reached is not None and reached.last > end + 10:
                    return
            await asyncio.sleep(0.2)


def start(stack: Stack, name: str) -> None:
    stack.parts.start(name)
    stack.parts.until_healthy(name)


async def test_metrics_are_answered_where_the_collector_asks(stack: Stack) -> None:
    """By loopback, under the name in the certificate that lies in its folder."""
    trust = ssl.create_default_context(cafile=str(stack.parts.folder / "volumes/collector-keys/console.pem"))
    async with AsyncClient(verify=trust) as client:
        for port in stack.ports:
            assert "strongroom_" in (await client.get(f"https://localhost:{port}/metrics")).text


async def test_every_process_writes_its_spans_where_the_collector_reads(stack: Stack) -> None:
    async with asyncio.timeout(15):
        while not all((stack.parts.folder / f"volumes/traces/{name}.jsonl").exists() for name in OURS):
            await asyncio.sleep(0.2)


SHARES = {"projector": "project", "worker": "append", "api-1": "append", "signer": "sign"}
"""Whose certificate lets him into PostgreSQL as which role."""


@pytest.mark.parametrize("role", ["append", "project", "migrate"])
@pytest.mark.parametrize("share", SHARES)
async def test_a_parts_certificate_lets_it_be_nobody_but_itself(stack: Stack, share: str, role: str) -> None:
    """As the volume's pg_hba.conf has it; that PostgreSQL itself takes it so is not shown here."""
    mine = Settings.from_env(stack.parts.environment(share))
    wanted = database.ledger_url(mine, role)
    if role == SHARES[share]:
        with database.connect_now(wanted) as connection:
            assert connection.execute("select current_user").fetchone() == (role,)
        return
    with pytest.raises(psycopg.OperationalError, match=f'certificate authentication failed for user "{role}"'):
        database.connect_now(wanted)


async def test_doctor_looks_at_all_of_it_from_the_operators_folder(stack: Stack) -> None:
    """Whether OS users are there is this machine's business."""
    found = await asyncio.to_thread(examine.everything, stack.settings)
    assert [each for each in found if each.grade is Grade.STOPS and each.check != "separation"] == []
    assert {"postgresql", "nats", "history", "projections", "alarms"} <= {each.check for each in found}


async def test_a_stream_that_lay_on_one_server_comes_to_lie_on_three(stack: Stack) -> None:
    """Whoever publishes sees to it at each connect: a cluster may have grown."""
    seed = keys.seed_of(stack.settings, PUBLISHER)
    for replicas in (1, 3):
        bus = as_user(replace(stack.settings, nats_replicas=replicas), PUBLISHER, seed)
        await bus.start()
        async with asyncio.timeout(SETTLES_WITHIN):
            while not bus.connected:
                await asyncio.sleep(0.05)
            await bus.spread(LOG)
            await bus.close()
            while (found := await stack.cluster()) is None or len(found.replicas or ()) != replicas - 1:
                await asyncio.sleep(0.2)
    await stack.all_current()


async def test_opening_it_again_changes_nothing(stack: Stack) -> None:
    """As each `docker compose up` does."""
    await converged(stack)
    end = len(await streamed(stack))
    await in_starter(again, stack)
    assert "welcome" not in stack.parts.log("open").read_text().rpartition("The log is open.")[2]
    assert len(await streamed(stack)) == end


def again(stack: Stack) -> None:
    for name in ("prepare", "open"):
        stack.parts.run(name)
