"""A host that was once sent a password says it in greeting, wherever it can: it is in no event, no log and no error."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import asyncssh
import pytest

from commands.accounts import AddAccount
from commands.probes import LookForHostKey, VerifyPassword
from commands.resets import OpenReset
from commands.resources import AddResource, PinHostKey
from commands.ways import SetJumpHost, SetResetWay
from domain import ids
from domain.probes import Probe
from domain.resets import Reset
from domain.resources import ResourceType
from domain.secrets import Secret
from domain.ways import Elevation
from tests.support.reset_bench import PACE
from tests.support.ssh_server import Manners, ssh_server
from tests.support.vault import Person, World
from tests.workers.test_ssh import public
from workers.connectors.examination import Examiner
from workers.connectors.turns import Turns
from workers.lending import Lender
from workers.probes import Probes
from workers.reaching import by_ssh
from workers.resets import Resets

NEEDLE = "hunter2-said-in-greeting"


@dataclass
class Parrot:
    """A vault with an account on a host that repeats a password; the same host stands before another one."""

    world: World
    owner: Person
    manners: Manners
    resource: UUID
    account: UUID

    async def look(self, probe: UUID) -> None:
        me, vault = ids.new(), self.world.worker
        lender = Lender(vault, self.world.sealer(), me)
        await Probes(vault, lender, by_ssh(Turns()), Examiner, me, self.world.log.now).look(probe)

    async def reset(self, account: UUID) -> None:
        me, vault = ids.new(), self.world.worker
        resets = Resets(vault, Lender(vault, self.world.sealer(), me), by_ssh(Turns()), me, PACE, self.world.log.now)
        await resets.look(await self.owner.does(OpenReset(account_id=account)))

    async def nothing_is_written_down(self, caplog: pytest.LogCaptureFixture) -> None:
        events = await self.world.events()
        assert NEEDLE not in repr(events)
        assert NEEDLE not in caplog.text
        ended = [each for each in events if isinstance(each, (Probe.Ended, Reset.Failed, Reset.AttemptFailed))]
        assert ended, "the control: the host was spoken to"


@pytest.fixture
async def parrot(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Parrot]:
    caplog.set_level(logging.DEBUG)
    manners, key = Manners(says=NEEDLE, password="another"), asyncssh.generate_private_key("ssh-ed25519")
    world = World()
    owner = await world.administrator()
    async with ssh_server(manners, key) as port:
        added = AddResource(name="web", type=ResourceType.LINUX, address="127.0.0.1", port=port)
        resource = await owner.does(added)
        await owner.does(PinHostKey(resource_id=resource, host_key=public(key)))
        account = await owner.does(AddAccount(resource_id=resource, username="app1", password=Secret(NEEDLE)))
        yield Parrot(world, owner, manners, resource, account)


async def test_by_a_look_for_its_key(parrot: Parrot, caplog: pytest.LogCaptureFixture) -> None:
    await parrot.look(await parrot.owner.does(LookForHostKey(resource_id=parrot.resource)))
    await parrot.nothing_is_written_down(caplog)


async def test_by_a_verification(parrot: Parrot, caplog: pytest.LogCaptureFixture) -> None:
    await parrot.look(await parrot.owner.does(VerifyPassword(account_id=parrot.account)))
    assert parrot.manners.offered == [NEEDLE]
    await parrot.nothing_is_written_down(caplog)


async def test_by_a_reset(parrot: Parrot, caplog: pytest.LogCaptureFixture) -> None:
    await parrot.reset(parrot.account)
    assert parrot.manners.offered == [NEEDLE]
    await parrot.nothing_is_written_down(caplog)


async def test_by_a_look_for_the_key_of_a_host_behind_it(parrot: Parrot, caplog: pytest.LogCaptureFixture) -> None:
    await parrot.owner.does(SetResetWay(resource_id=parrot.resource, login_id=parrot.account))
    db = await parrot.owner.does(AddResource(name="db", type=ResourceType.LINUX, address="192.0.2.1"))
    await parrot.owner.does(SetJumpHost(resource_id=db, jump_id=parrot.resource))
    await parrot.look(await parrot.owner.does(LookForHostKey(resource_id=db)))
    assert parrot.manners.offered == [NEEDLE]
    await parrot.nothing_is_written_down(caplog)


@pytest.mark.parametrize("part", ["helper", "jump host"])
async def test_by_a_reset_that_needs_another_account(
    parrot: Parrot, caplog: pytest.LogCaptureFixture, part: str
) -> None:
    resource = parrot.resource
    await parrot.owner.does(SetResetWay(resource_id=resource, login_id=parrot.account, elevation=Elevation.SUDO))
    if part == "jump host":
        resource = await parrot.owner.does(AddResource(name="db", type=ResourceType.LINUX, address="192.0.2.1"))
        key = public(asyncssh.generate_private_key("ssh-ed25519"))
        await parrot.owner.does(PinHostKey(resource_id=resource, host_key=key))
        await parrot.owner.does(SetJumpHost(resource_id=resource, jump_id=parrot.resource))
    other = await parrot.owner.does(AddAccount(resource_id=resource, username="app2", password=Secret("of app2")))
    await parrot.reset(other)
    assert parrot.manners.offered == [NEEDLE]
    await parrot.nothing_is_written_down(caplog)
