"""Real processes, killed and frozen at each named step, under load: nothing is lost, doubled, or out of order."""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from uuid import UUID

import asyncssh
import psycopg
import pytest
from httpx import HTTPError

from tests.support.crashes import (
    ANSWERS_WITHIN,
    COMES_TO_STEP_WITHIN,
    OUTAGES,
    RESET_WITHIN,
    Outage,
    Row,
    Witness,
    fallen,
    goes_on,
    killed,
    over,
    restarted,
    rows,
)  # fmt: skip
from tests.support.fleet import Fleet
from tests.support.lab import LabHost, lab_hosts
from tests.support.outcomes import noted
from tests.support.people import Load, Somebody
from tests.support.ssh_server import Manners, ssh_server
from tests.support.truth import all_is_well, converged, opened, stored, untold

BEFORE: dict[int, bytes] = {}
SERVER = {"name": "db", "type": "linux", "address": "db.test"}
LEFT = (
    "insert into ledger.session_activity values (%s, clock_timestamp() - interval '1 hour')"
    " on conflict (session) do update set last_used = excluded.last_used"
)


@dataclass
class Office:
    """A vault at work: somebody signed in, and the accounts that he and the witness look at."""

    fleet: Fleet
    somebody: Somebody
    witness: Witness

    def load(self, name: str) -> Load:
        return Load(self.somebody, [self.witness.account], name)

    async def holds(self, host: LabHost, username: str) -> UUID:
        """Put an account of a real host into the vault."""
        password = f"Correct horse {random.randrange(10**9)}"
        await host.set_password(username, password)
        body = {"name": os.urandom(4).hex(), "type": "linux", "address": host.address, "port": host.port}
        resource = await pinned(self.somebody, body, host.host_keys["ed25519"])
        return await self.somebody.makes(
            f"/resources/{resource}/accounts", {"username": username, "password": password}
        )

    async def opens(self, host: LabHost, username: str, account: UUID) -> bool:
        """Whether what the vault discloses is what the host wants."""
        shown = await self.somebody.discloses(account, f"to open {account} {os.urandom(4).hex()}")
        return await host.opens(username, shown.json()["password"])

    async def state_of(self, reset: UUID) -> str:
        return str((await self.somebody.ask("GET", f"/resets/{reset}")).json()["state"])

    async def leaves_a_session(self) -> UUID:
        """Somebody signs in and goes away: as the table of last uses has it, an hour ago."""
        async with Somebody.at(self.fleet.ports, self.fleet.certificate, self.fleet.memory) as other:
            await other.sign_in()
            session = UUID((await other.ask("GET", "/sessions/current")).json()["id"])
        with psycopg.connect(self.fleet.ledger.superuser, autocommit=True) as database:
            database.execute(LEFT, [session])
        return session

    async def is_answered(self, outage: Outage) -> float:
        """By each api, at once: with what is asked for, or with the plain word that it cannot be had. In how long."""
        began = time.monotonic()
        for at in range(len(self.fleet.ports)):
            async with asyncio.timeout(ANSWERS_WITHIN):
                shown = await self.somebody.discloses(self.witness.account, f"meanwhile {os.urandom(6).hex()}", at)
                alive = await self.somebody.ask("GET", "/health/live", at)
            assert shown.status_code == (503 if outage.loses_the_log else 201), shown.text
            assert alive.status_code == 200
        return time.monotonic() - began


@dataclass
class Ear:
    """A browser's live stream at one of the api processes."""

    heard: set[str] = field(default_factory=set)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    @asynccontextmanager
    async def at(cls, somebody: Somebody, at: int) -> AsyncIterator[Ear]:
        ear, listens = cls(), asyncio.Event()
        task = asyncio.create_task(ear._listen(somebody, at, listens))
        try:
            await listens.wait()
            yield ear
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _listen(self, somebody: Somebody, at: int, listens: asyncio.Event) -> None:
        url = f"https://127.0.0.1:{somebody.ports[at]}/api/v1/live"
        try:
            async with somebody.client.stream("GET", url, timeout=None) as answer:
                listens.set()
                async for line in answer.aiter_lines():
                    if line.startswith("data: "):
                        self.heard.add(json.loads(line.removeprefix("data: ")).get("id", ""))
        except HTTPError:
            self.over.set()

    async def hears(self, thing: UUID) -> None:
        async with asyncio.timeout(ANSWERS_WITHIN):
            while str(thing) not in self.heard:
                await asyncio.sleep(0.02)

    async def learns_that_it_is_over(self) -> None:
        async with asyncio.timeout(ANSWERS_WITHIN):
            await self.over.wait()


@pytest.fixture(scope="module")
def host() -> Iterator[LabHost]:
    with lab_hosts() as hosts:
        yield hosts["web1"]


@pytest.fixture
async def office(fleet: Fleet) -> AsyncIterator[Office]:
    await fleet.revive()
    async with Somebody.at(fleet.ports, fleet.certificate, fleet.memory) as somebody:
        await somebody.sign_in()
        async with ssh_server(Manners(), asyncssh.generate_private_key("ssh-ed25519")) as port:
            yield Office(fleet, somebody, await a_witness(somebody, port))


async def a_witness(somebody: Somebody, port: int) -> Witness:
    """An account on a host that shows another key than was pinned: a worker gives its reset up at once. It can be read
    already: a projector that falls at its next step would keep it from being shown."""
    body = {"name": os.urandom(4).hex(), "type": "linux", "address": "127.0.0.1", "port": port}
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    resource = await pinned(somebody, body, other)
    account = await somebody.makes(f"/resources/{resource}/accounts", {"username": "root", "generate": True})
    async with asyncio.timeout(COMES_TO_STEP_WITHIN):
        while (await somebody.ask("GET", f"/accounts/{account}")).status_code != 200:
            await asyncio.sleep(0.05)
    return Witness(account)


async def pinned(somebody: Somebody, body: dict[str, object], host_key: str) -> UUID:
    resource = await somebody.makes("/resources", body)
    answer = await somebody.ask("PUT", f"/resources/{resource}/host-key", json={"host_key": host_key})
    assert answer.is_success, answer.text
    return resource


@dataclass
class Told:
    """How long everything took, for the page that tells of it."""

    fleet: Fleet
    before: int
    began: float = 0.0

    def back(self) -> None:
        """All who fell stand again."""
        self.began = time.monotonic()

    async def even(self) -> float:
        """Until everything has caught up; how long that took."""
        await converged(self.fleet)
        return time.monotonic() - self.began

    async def of(self, row: Row, answered: float, caught_up: float) -> None:
        left = untold(self.fleet.memory, await opened(self.fleet, stored(self.fleet)), str(row))
        noted(
            "crashes", step=row.step, how=row.how, answered=answered, caught_up=caught_up, untold=len(left),
            compared=len(self.fleet.memory.told) - self.before,
        )  # fmt: skip
        if row.leaves_untold is not None:
            assert bool(left) == row.leaves_untold


@pytest.fixture
def told(fleet: Fleet) -> Told:
    return Told(fleet, before=len(fleet.memory.told))


@pytest.mark.slow
@pytest.mark.parametrize("row", rows("append", "key", "publish", "project"), ids=str)
async def test_whoever_falls_the_others_answer_and_all_comes_right(
    row: Row, fleet: Fleet, office: Office, told: Told
) -> None:
    async with office.load(str(row)):
        fleet.children[row.victim].arm(row.step, row.how)
        answered = await fallen(fleet, row, office.somebody, office.witness)
        told.back()
        await goes_on(office.somebody)
    caught_up = await told.even()
    await all_is_well(fleet, BEFORE)
    await told.of(row, answered, caught_up)


@pytest.mark.slow
@pytest.mark.lab
@pytest.mark.parametrize("row", rows("reset"), ids=str)
async def test_wherever_a_worker_falls_the_vault_opens_the_account(
    row: Row, fleet: Fleet, office: Office, told: Told, host: LabHost
) -> None:
    account = await office.holds(host, "app1")
    async with office.load(str(row)):
        fleet.children[row.victim].arm(row.step, row.how)
        reset = await office.somebody.makes(f"/accounts/{account}/resets", {"reason": str(row)})
        answered = await fallen(fleet, row, office.somebody, office.witness, reset)
        told.back()
        await goes_on(office.somebody)
        await over(fleet, reset)
    caught_up = await told.even()
    await all_is_well(fleet, BEFORE)
    assert await office.state_of(reset) == "confirmed"
    assert await office.opens(host, "app1", account)
    if row.how == "overtake":  # it still had this one in its hands: they are free, and the account is as it should be
        again = await office.somebody.makes(f"/accounts/{account}/resets", {"reason": f"{row}, again"})
        await over(fleet, again)
        await converged(fleet)
        assert await office.state_of(again) == "confirmed"
        assert await office.opens(host, "app1", account)
    await told.of(row, answered, caught_up)


@pytest.mark.slow
@pytest.mark.parametrize("row", rows("stream"), ids=str)
async def test_a_stream_that_nats_has_lost_is_made_anew_whoever_falls_meanwhile(
    row: Row, fleet: Fleet, office: Office, told: Told
) -> None:
    async with office.load(str(row)):
        await goes_on(office.somebody)
        fleet.children[row.victim].arm(row.step, row.how)
        await fleet.lose_the_stream()
        answered = await fallen(fleet, row, office.somebody, office.witness)
        told.back()
        await goes_on(office.somebody)
    caught_up = await told.even()
    await all_is_well(fleet, BEFORE)
    await told.of(row, answered, caught_up)


@pytest.mark.slow
@pytest.mark.parametrize("row", rows("build"), ids=str)
async def test_read_models_are_built_anew_whoever_falls_meanwhile(
    row: Row, fleet: Fleet, office: Office, told: Told
) -> None:
    projector = fleet.children[row.victim]
    witness = replace(office.witness, read_models=False)
    async with office.load(str(row)):
        await goes_on(office.somebody)
        projector.kill()
        fleet.lose_the_read_models()
        projector.arm(row.step, row.how)
        projector.begin()
        answered = await fallen(fleet, row, office.somebody, witness)
        told.back()
        await goes_on(office.somebody)
    caught_up = await told.even()
    await all_is_well(fleet, BEFORE)
    await told.of(row, answered, caught_up)


@pytest.mark.slow
@pytest.mark.parametrize("row", rows("session"), ids=str)
async def test_the_end_of_a_session_that_was_left_is_recorded_once(
    row: Row, fleet: Fleet, office: Office, told: Told
) -> None:
    session = await office.leaves_a_session()
    await converged(fleet)
    worker = fleet.children[row.victim]
    async with office.load(str(row)):
        worker.kill()
        worker.arm(row.step, row.how)
        await worker.start()
        answered = await fallen(fleet, row, office.somebody, office.witness)
        told.back()
        await goes_on(office.somebody)
        async with asyncio.timeout(RESET_WITHIN):
            while not ends_of(fleet, session):
                await asyncio.sleep(0.1)
    caught_up = await told.even()
    await all_is_well(fleet, BEFORE)
    assert ends_of(fleet, session) == 1
    await told.of(row, answered, caught_up)


def ends_of(fleet: Fleet, session: UUID) -> int:
    return sum(record.stream == session and record.topic == "session.ended" for record in stored(fleet))


@pytest.mark.slow
@pytest.mark.parametrize("how", ["kill", "freeze"])
async def test_a_browser_that_listens_misses_nothing_of_a_freeze_and_learns_of_a_death(
    how: str, fleet: Fleet, office: Office
) -> None:
    api = fleet.children["api-1"]
    async with Ear.at(office.somebody, 0) as ear, office.load(f"listening, {how}"):
        await ear.hears(await office.somebody.makes("/resources", {**SERVER, "name": f"before {how}"}, 1))
        api.arm("append: before it is sent", how)
        await api.stumbled(RESET_WITHIN)
        meanwhile = await office.somebody.makes("/resources", {**SERVER, "name": f"meanwhile {how}"}, 1)
        if how == "kill":
            await ear.learns_that_it_is_over()
            await api.start()
        else:
            await asyncio.sleep(2)
            api.thaw()
            await ear.hears(meanwhile)
    if how == "kill":
        async with Ear.at(office.somebody, 0) as again:
            await again.hears(await office.somebody.makes("/resources", {**SERVER, "name": f"after {how}"}, 1))


@pytest.mark.slow
@pytest.mark.parametrize("outage", OUTAGES, ids=str)
async def test_servers_killed_under_load_take_nothing_with_them(
    outage: Outage, fleet: Fleet, office: Office, told: Told
) -> None:
    async with office.load(str(outage)):
        await goes_on(office.somebody)
        await killed(fleet, outage)
        answered = await office.is_answered(outage)
        await restarted(fleet, outage)
        told.back()
        await goes_on(office.somebody)
    caught_up = await told.even()
    await all_is_well(fleet, BEFORE)
    assert all(child.alive for child in fleet.children.values())
    compared = len(fleet.memory.told) - told.before
    noted("servers", what=f"{outage} under load", answered=answered, caught_up=caught_up, compared=compared)
