"""Real workers, killed and frozen at random, against real sshds: the vault always opens the account."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from commands.accounts import AddAccount
from commands.disclosures import DisclosePassword
from commands.resets import OpenReset
from commands.resources import AddResource, PinHostKey
from commands.ways import SetResetWay
from domain.accounts import Account
from domain.disclosures import Purpose
from domain.resets import Reset, State
from domain.resources import ResourceType
from domain.secrets import Secret
from domain.ways import Elevation
from tests.support.lab import LabHost
from tests.support.live import LiveVault, WorkerProcess, live_vault
from tests.support.outcomes import noted
from tests.support.servers import Database
from tests.support.vault import Person

RESETS = int(os.environ.get("STRONGROOM_TORTURE_RESETS", "15"))
APPS = ("app1", "app2", "app3", "app4", "app5")


@pytest.fixture
async def vault(tmp_path: Path, ledger_database: Database, views_database: Database) -> AsyncIterator[LiveVault]:
    async with live_vault(tmp_path, ledger_database, views_database) as live:
        yield live


@dataclass
class Held:
    """An account in the vault, and where it really is."""

    vault: LiveVault
    owner: Person
    host: LabHost
    username: str
    account: UUID

    async def reset(self) -> Reset:
        """Have it reset, and wait for the end."""
        reset_id = await self.owner.does(OpenReset(account_id=self.account))
        while not (reset := await self.vault.api.look(self.owner.caller).get(Reset, reset_id)).over:
            await asyncio.sleep(0.1)
        return reset

    async def opens(self) -> bool:
        """Whether what the vault discloses is what the host wants."""
        shown = await self.owner.sees(DisclosePassword(account_id=self.account, purpose=Purpose.VIEW))
        return await self.host.opens(self.username, shown.secret.reveal())


async def held(
    vault: LiveVault, owner: Person, host: LabHost, usernames: tuple[str, ...], *, by_su: bool = False
) -> list[Held]:
    """`by_su`: `svc` signs in for them, and knows root's password."""
    resource = await owner.does(
        AddResource(name=host.name, type=ResourceType.LINUX, address=host.address, port=host.port)
    )
    await owner.does(PinHostKey(resource_id=resource, host_key=host.host_keys["ed25519"]))
    found = []
    for username in usernames:
        password = f"Correct horse {random.randrange(10**9)}"
        await host.set_password(username, password)
        added = AddAccount(resource_id=resource, username=username, password=Secret(password))
        found.append(Held(vault, owner, host, username, await owner.does(added)))
    if by_su:
        await let_svc_change_them(owner, host, resource)
    return found


async def let_svc_change_them(owner: Person, host: LabHost, resource: UUID) -> None:
    svc, root = [
        await owner.does(AddAccount(resource_id=resource, username=name, password=Secret(host.passwords[name])))
        for name in ("svc", "root")
    ]
    await owner.does(SetResetWay(resource_id=resource, login_id=svc, elevation=Elevation.SU, root_id=root))


async def test_a_worker_process_carries_out_a_reset_and_stops_when_asked(
    vault: LiveVault, web1: LabHost, tmp_path: Path
) -> None:
    owner = await vault.administrator()
    await vault.project()
    (account,) = await held(vault, owner, web1, ("app1",))
    worker = WorkerProcess(vault.settings, tmp_path / "worker.log")
    await worker.start()
    try:
        async with asyncio.timeout(20):
            assert (await account.reset()).state is State.CONFIRMED
        assert await account.opens()
        assert await worker.stop() == 0
    finally:
        worker.kill()
    assert "Correct horse" not in (tmp_path / "worker.log").read_text()


async def test_a_reset_that_was_opened_while_no_worker_ran_is_found(
    vault: LiveVault, web1: LabHost, tmp_path: Path
) -> None:
    owner = await vault.administrator()
    accounts = await held(vault, owner, web1, ("app1", "app2"))
    resets = [asyncio.create_task(accounts[0].reset())]
    await asyncio.sleep(0.5)
    await vault.project()
    resets.append(asyncio.create_task(accounts[1].reset()))
    await asyncio.sleep(0.5)
    worker = WorkerProcess(vault.settings, tmp_path / "worker.log")
    await worker.start()
    try:
        async with asyncio.timeout(20):
            assert [reset.state for reset in await asyncio.gather(*resets)] == [State.CONFIRMED] * 2
    finally:
        worker.kill()


async def test_resets_survive_workers_that_are_killed_and_frozen_at_random(
    vault: LiveVault, web1: LabHost, db1: LabHost, tmp_path: Path
) -> None:
    owner = await vault.administrator()
    await vault.project()
    accounts = await held(vault, owner, web1, APPS, by_su=True) + await held(vault, owner, db1, APPS)
    workers = [WorkerProcess(vault.settings, tmp_path / f"worker{number}.log") for number in range(2)]
    for worker in workers:
        await worker.start()
    chaos = [asyncio.create_task(torment(worker)) for worker in workers]
    try:
        async with asyncio.timeout(90 + 8 * RESETS):
            ended = await asyncio.gather(*(
                resets_of(account, RESETS // len(accounts) + (at < RESETS % len(accounts)))
                for at, account in enumerate(accounts)
            ))  # fmt: skip
    finally:
        for task in chaos:
            task.cancel()
        await asyncio.gather(*chaos, return_exceptions=True)
        for worker in workers:
            worker.kill()
    states = [reset.state for resets in ended for reset in resets]
    attempts = sum(reset.attempts for resets in ended for reset in resets)
    kills, freezes = (sum(counts) for counts in zip(*((w.kills, w.freezes) for w in workers), strict=True))
    print(f"{len(states)} resets, {attempts} attempts, {kills} kills, {freezes} freezes")  # noqa: T201
    closed = [account.username for account in accounts if not await account.opens()]
    told = {"resets": len(states), "attempts": attempts, "kills": kills, "freezes": freezes, "closed": len(closed)}
    noted("torment", **told)
    assert states == [State.CONFIRMED] * RESETS
    assert closed == []
    for account in accounts:
        assert not (await vault.api.look(owner.caller).get(Account, account.account)).in_doubt
    for worker in workers:
        assert "Correct horse" not in worker.output.read_text()


async def resets_of(account: Held, times: int) -> list[Reset]:
    done = []
    for _ in range(times):
        done.append(await account.reset())
        assert await account.opens()
    return done


async def torment(worker: WorkerProcess) -> None:
    """Until cancelled. A worker lives for a second or two: about as long as a reset takes. Some live longer: where the
    candidate was handed over and never taken the next has to hear that first, and a host refuses in three seconds."""
    with suppress(asyncio.CancelledError):
        while True:
            await asyncio.sleep(random.uniform(0.2, 2.5 if random.random() < 0.7 else 12))
            if random.random() < 0.15:
                await worker.freeze(10)
            else:
                worker.kill()
                await worker.start()
