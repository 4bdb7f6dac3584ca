"""Real processes, killed and frozen at each named step, under load: nothing is lost, doubled, or out of order."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from uuid import UUID

import asyncssh
import pytest

from tests.support.crashes import (
    ANSWERS_WITHIN,
    OUTAGES,
    Outage,
    Row,
    Witness,
    ended,
    fallen,
    goes_on,
    killed,
    restarted,
    rows,
)  # fmt: skip
from tests.support.fleet import Fleet
from tests.support.lab import LabHost, lab_hosts
from tests.support.people import Load, Somebody
from tests.support.ssh_server import Manners, ssh_server
from tests.support.truth import all_is_well, opened, stored, untold

BEFORE: dict[int, bytes] = {}
RESET_WITHIN = 60.0


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
        shown = await self.somebody.discloses(account, f"to open {account}")
        return await host.opens(username, shown.json()["password"])

    async def is_answered(self, outage: Outage) -> None:
        """By each api, at once: with what is asked for, or with the plain word that it cannot be had."""
        for at in range(len(self.fleet.ports)):
            async with asyncio.timeout(ANSWERS_WITHIN):
                shown = await self.somebody.discloses(self.witness.account, f"meanwhile {os.urandom(6).hex()}", at)
                alive = await self.somebody.ask("GET", "/health/live", at)
            assert shown.status_code == (503 if outage.loses_the_log else 201), shown.text
            assert alive.status_code == 200


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
    """An account on a host that shows another key than was pinned: a worker gives its reset up at once."""
    body = {"name": os.urandom(4).hex(), "type": "linux", "address": "127.0.0.1", "port": port}
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    resource = await pinned(somebody, body, other)
    return Witness(await somebody.makes(f"/resources/{resource}/accounts", {"username": "root", "generate": True}))


async def pinned(somebody: Somebody, body: dict[str, object], host_key: str) -> UUID:
    resource = await somebody.makes("/resources", body)
    answer = await somebody.ask("PUT", f"/resources/{resource}/host-key", json={"host_key": host_key})
    assert answer.is_success, answer.text
    return resource


@pytest.mark.slow
@pytest.mark.parametrize("row", rows(resets=False), ids=str)
async def test_whoever_falls_the_others_answer_and_all_comes_right(row: Row, fleet: Fleet, office: Office) -> None:
    async with office.load(str(row)):
        fleet.children[row.victim].arm(row.step, row.how)
        await fallen(fleet, row, office.somebody, office.witness)
        await goes_on(office.somebody)
    await all_is_well(fleet, BEFORE)
    if row.leaves_untold is not None:
        left = untold(fleet.memory, await opened(fleet, stored(fleet)), str(row))
        assert bool(left) == row.leaves_untold


@pytest.mark.slow
@pytest.mark.lab
@pytest.mark.parametrize("row", rows(resets=True), ids=str)
async def test_wherever_a_worker_falls_the_vault_opens_the_account(
    row: Row, fleet: Fleet, office: Office, host: LabHost
) -> None:
    account = await office.holds(host, "app1")
    async with office.load(str(row)):
        fleet.children[row.victim].arm(row.step, row.how)
        reset = await office.somebody.makes(f"/accounts/{account}/resets", {"reason": str(row)})
        await fallen(fleet, row, office.somebody, office.witness)
        await goes_on(office.somebody)
        async with asyncio.timeout(RESET_WITHIN):
            while not ended(fleet, reset):
                await asyncio.sleep(0.1)
    await all_is_well(fleet, BEFORE)
    assert (await office.somebody.ask("GET", f"/resets/{reset}")).json()["state"] == "confirmed"
    assert await office.opens(host, "app1", account)


@pytest.mark.slow
@pytest.mark.parametrize("outage", OUTAGES, ids=str)
async def test_servers_killed_under_load_take_nothing_with_them(outage: Outage, fleet: Fleet, office: Office) -> None:
    async with office.load(str(outage)):
        await goes_on(office.somebody)
        await killed(fleet, outage)
        await office.is_answered(outage)
        await restarted(fleet, outage)
        await goes_on(office.somebody)
    await all_is_well(fleet, BEFORE)
    assert all(child.alive for child in fleet.children.values())
