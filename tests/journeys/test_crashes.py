"""Real processes, killed and frozen at each named step, under load: nothing is lost, doubled, or out of order."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import asyncssh
import pytest

from tests.support.crashes import Row, Witness, fallen, goes_on, rows
from tests.support.fleet import Fleet
from tests.support.people import Load, Somebody
from tests.support.ssh_server import Manners, ssh_server
from tests.support.truth import all_is_well

BEFORE: dict[int, bytes] = {}


@dataclass
class Office:
    """A vault at work: somebody signed in, and the accounts that he and the witness look at."""

    fleet: Fleet
    somebody: Somebody
    witness: Witness
    before: dict[int, bytes] = field(default_factory=dict)

    def load(self, name: str) -> Load:
        return Load(self.somebody, [self.witness.account], name)


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
    resource = await somebody.makes("/resources", body)
    pinned = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    answer = await somebody.ask("PUT", f"/resources/{resource}/host-key", json={"host_key": pinned})
    assert answer.is_success, answer.text
    account = await somebody.makes(f"/resources/{resource}/accounts", {"username": "root", "generate": True})
    return Witness(account)


@pytest.mark.slow
@pytest.mark.parametrize("row", rows(resets=False), ids=str)
async def test_whoever_falls_the_others_answer_and_all_comes_right(row: Row, fleet: Fleet, office: Office) -> None:
    async with office.load(str(row)) as load:
        fleet.children[row.victim].arm(row.step, row.how)
        await fallen(fleet, row, office.somebody, office.witness)
        await goes_on(load, office.somebody)
    await all_is_well(fleet, BEFORE)
