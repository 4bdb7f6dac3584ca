"""However many resets need a helper, its wrong password is tried once: counted by the server that is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import asyncssh
import pytest

from commands.accounts import AddAccount, ChangePassword
from commands.base import Closed
from commands.helpers import TryHelperAgain
from commands.means import HelperOrders, Standing
from commands.refusals import RefusalDesk
from commands.resets import BeginAttempt, OpenReset
from commands.resources import AddResource, PinHostKey
from commands.vault import Vault
from commands.ways import SetResetWay
from commands.work import Tools
from domain import ids
from domain.accounts import PASSWORD, Account
from domain.base import Author
from domain.resets import Reset, State
from domain.resources import ResourceType
from domain.secrets import SealedSecret, Secret
from domain.ways import Elevation, Part
from ops.crypto.random import SystemRandom
from tests.support.reset_bench import PACE
from tests.support.ssh_server import Manners, ssh_server
from tests.support.vault import NAMES, Person, World
from tests.workers.test_ssh import public
from workers.connectors import errors
from workers.connectors.turns import Turns
from workers.lending import Lender
from workers.reaching import by_ssh
from workers.resets import Resets
from workers.trials import Trials

RESETS = 20


@dataclass
class Farm:
    """A vault, and a host of many accounts that `svc` changes."""

    world: World
    owner: Person
    manners: Manners
    svc: UUID
    accounts: list[UUID]

    def worker(self) -> Resets:
        sealer = self.world.sealer()
        tools = Tools(SystemRandom(), sealer, self.world.logins, lambda kind, name: ids.reserved(NAMES, kind, name))
        vault = Vault(self.world.log, self.world.mapper(Author.WORKER), tools, RefusalDesk(lambda: 0.0))
        worker = ids.new()
        return Resets(vault, Lender(vault, sealer, worker), by_ssh(Turns()), worker, PACE, self.world.log.now)

    async def resets(self) -> list[Reset]:
        """All accounts reset at once, each looked at once."""
        opened = [await self.owner.does(OpenReset(account_id=account)) for account in self.accounts]
        worker = self.worker()
        await asyncio.gather(*(worker.look(reset) for reset in opened))
        look = self.world.api.look(self.owner.caller)
        return [await look.get(Reset, reset) for reset in opened]


@asynccontextmanager
async def a_farm(password: str, elevation: Elevation = Elevation.SUDO) -> AsyncIterator[Farm]:
    """The vault believes that `svc` has this password; the server lets in whoever has the right one."""
    manners, key = Manners(script=a_shell), asyncssh.generate_private_key("ssh-ed25519")
    world = World()
    owner = await world.administrator()
    async with ssh_server(manners, key) as port:
        added = AddResource(name="web", type=ResourceType.LINUX, address="127.0.0.1", port=port)
        resource = await owner.does(added)
        await owner.does(PinHostKey(resource_id=resource, host_key=public(key)))
        names = ["svc", *(f"app{number}" for number in range(RESETS))]
        svc, *accounts = [
            await owner.does(AddAccount(resource_id=resource, username=name, password=Secret(password)))
            for name in names
        ]
        await owner.does(SetResetWay(resource_id=resource, login_id=svc, elevation=elevation))
        yield Farm(world, owner, manners, svc, accounts)


async def a_shell(process: asyncssh.SSHServerProcess[bytes]) -> None:
    """sudo wants no password here, and chpasswd takes whatever it is told."""
    await process.stdin.read()
    process.exit(0)


async def test_a_wrong_password_of_a_helper_is_tried_once_for_all_resets_together() -> None:
    async with a_farm("wrong") as farm:
        resets = await farm.resets()
        assert farm.manners.offered == ["wrong"]
        assert [reset.state for reset in resets] == [State.FAILED] * RESETS
        assert (await farm.world.topics()).count("helper.password-refused") == 1


async def test_resets_that_are_asked_for_later_do_not_try_it_either() -> None:
    async with a_farm("wrong") as farm:
        await farm.resets()
        before = farm.world.log.head
        await farm.resets()
        assert farm.manners.offered == ["wrong"]
        failed = [event for event in await farm.world.events(before) if isinstance(event, Reset.Failed)]
        assert {event.error for event in failed} == {"HelperHeld"}
        assert all("svc, which signs in for the others" in event.because for event in failed)
        assert all("tried again" in event.because for event in failed)
        assert "helper-password.used" not in await farm.world.topics(before)


@pytest.mark.parametrize("by", ["a new password", "a word"])
async def test_once_a_person_says_so_it_is_tried_once_more(by: str) -> None:
    async with a_farm("wrong") as farm:
        await farm.resets()
        if by == "a word":
            await farm.owner.does(TryHelperAgain(account_id=farm.svc))
        else:
            await farm.owner.does(ChangePassword(account_id=farm.svc, password=Secret("wrong, too")))
        await farm.resets()
        assert farm.manners.offered == ["wrong", "wrong" if by == "a word" else "wrong, too"]


async def test_a_reset_waits_for_that_of_its_helper_and_does_not_fail() -> None:
    async with a_farm("wrong") as farm:
        own = await farm.owner.does(OpenReset(account_id=farm.svc))
        resets = await farm.resets()
        assert farm.manners.offered == []
        assert [reset.state for reset in resets] == [State.OPEN] * RESETS
        assert await farm.worker().look(own) is None
        assert farm.manners.offered == ["wrong"], "its own reset is the one that may try it"
        account = await farm.world.api.look(farm.owner.caller).get(Account, farm.svc)
        assert account.reset_id is None


async def test_what_is_in_hand_is_not_tried_once_a_reset_of_the_helper_was_opened() -> None:
    """By then another password may hold: what a host says of this one is not noted, so each would be a guess."""
    async with a_farm("wrong") as farm:
        lender = Lender(farm.world.worker, farm.world.sealer(), ids.new())
        connectors = []
        for account in farm.accounts[:2]:
            reset = await farm.owner.does(OpenReset(account_id=account))
            orders = await farm.world.performs(BeginAttempt(reset_id=reset, lease=timedelta(minutes=2)))
            connectors.append(by_ssh(Turns())(orders, await lender.loan(orders.means, reset)))
        await farm.owner.does(OpenReset(account_id=farm.svc))
        for connector in connectors:
            with pytest.raises(errors.HelperChanged):
                await connector.verify("app1", Secret("of app1"))
        assert farm.manners.offered == []


@dataclass
class Slow:
    """A memory whose log is away for a while."""

    back: asyncio.Event = field(default_factory=asyncio.Event)
    noted: list[int] = field(default_factory=list)

    async def standing(self, helper: HelperOrders, work_id: UUID) -> Standing:
        return Standing.REFUSED if helper.password.number in self.noted else Standing.USABLE

    async def refused(self, helper: HelperOrders, work_id: UUID) -> bool:
        await self.back.wait()
        self.noted.append(helper.password.number)
        return True


async def test_a_refusal_is_recorded_before_the_next_turn_although_who_met_it_was_cut_off() -> None:
    """At its lease's end, say, while the log was away."""
    async with a_farm("wrong") as farm:
        reset = await farm.owner.does(OpenReset(account_id=farm.accounts[0]))
        orders = await farm.world.performs(BeginAttempt(reset_id=reset, lease=timedelta(minutes=2)))
    helper, memory, tried = orders.means.login, Slow(), list[str]()
    assert helper is not None
    trials = Trials(memory)

    async def attempt() -> None:
        async with trials.of(helper, reset)():
            tried.append(helper.username)
            raise errors.LoginRefused

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await attempt()
    waiting = asyncio.create_task(attempt())
    await asyncio.sleep(0.05)
    assert (tried, memory.noted) == (["svc"], [])
    memory.back.set()
    with pytest.raises(errors.HelperHeld):
        await waiting
    assert (tried, memory.noted) == (["svc"], [1])


PARTS = {
    Part.LOGIN: "svc, which signs in for the others",
    Part.ROOT: "svc, whose password su asks for",
    Part.JUMP: "svc, which signs in on a jump host",
}


@pytest.mark.parametrize("part", list(Part))
async def test_trouble_that_names_a_helper_says_which_part_it_plays(part: Part) -> None:
    closed = Closed(SealedSecret(ids.new(), b""), ids.new(), PASSWORD, 1)
    helper, memory, work = HelperOrders(part, ids.new(), "svc", closed, None, held_back=False), Slow(), ids.new()
    memory.back.set()
    told = []
    for trouble in (errors.KeyRefused(), errors.LoginRefused(), errors.LoginRefused()):
        with pytest.raises(errors.TargetError) as failed:
            async with Trials(memory).of(helper, work)():
                raise trouble
        told.append(failed.value)
    assert [type(each) for each in told] == [errors.KeyRefused, errors.HelperRefused, errors.HelperHeld]
    assert all(PARTS[part] in str(each) for each in told)
