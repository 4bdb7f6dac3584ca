"""Resets by the hundred in the four ways there are, while workers, apis, SSH servers and the database are killed."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from uuid import UUID

import pytest
from httpx import HTTPError

from domain.base import Event
from domain.resets import Outcome, Reset
from tests.support.child import Child
from tests.support.fleet import Fleet
from tests.support.havoc import Havoc
from tests.support.lab import LabHost, lab_hosts
from tests.support.outcomes import noted
from tests.support.people import Somebody
from tests.support.servers import free_port
from tests.support.sshds import sshd_of
from tests.support.truth import all_is_well, opened, stored

RESETS = int(os.environ.get("STRONGROOM_TORTURE_RESETS", "20"))
EACH_WAY = 5
AGAIN = 0.2
OVER = ("confirmed", "failed")
ENDS = Reset.Confirmed | Reset.Failed | Reset.Settled
PATIENCE = 600 + 6 * RESETS


@dataclass
class Held:
    """An account in the vault, and where it really is."""

    host: LabHost
    way: str
    username: str
    id: UUID


@pytest.fixture(scope="module")
def hosts() -> Iterator[dict[str, LabHost]]:
    with lab_hosts() as running:
        yield running


@pytest.mark.lab
@pytest.mark.slow
async def test_resets_outlive_all_that_falls_and_the_vault_opens_every_account(
    fleet: Fleet, hosts: dict[str, LabHost]
) -> None:
    await fleet.revive()
    async with Somebody.at(fleet.ports, fleet.certificate, fleet.memory) as admin:
        await admin.sign_in()
        accounts = [
            *await by_themselves(admin, hosts["db1"]), *await by_root(admin, hosts["db1"]),
            *await by_sudo(admin, hosts["web1"]), *await by_su(admin, hosts["web1"]),
        ]  # fmt: skip
        with ExitStack() as stack:
            sshds = tuple(stack.enter_context(sshd_of(hosts[name])) for name in ("db1", "web1"))
            havoc = Havoc(fleet, workers(fleet, stack), sshds)
            async with asyncio.timeout(PATIENCE), havoc.reigns():
                times = RESETS // len(accounts)
                asked = await asyncio.gather(*(resets_of(admin, a, times, at) for at, a in enumerate(accounts)))
        assert [account.username for account in accounts if not await opens(admin, account)] == []
        await all_is_well(fleet, {})
    tell(asked, havoc, await opened(fleet, stored(fleet)), accounts)


def workers(fleet: Fleet, stack: ExitStack) -> tuple[Child, ...]:
    """The usual one, and one more for as long as `stack` lasts."""
    usual = fleet.children["worker"]
    other = Child("worker", usual.settings.with_(port=free_port()), usual.output.with_name("worker-2.log"))
    stack.callback(other.kill)
    return usual, other


async def resets_of(admin: Somebody, account: Held, times: int, number: int) -> list[UUID]:
    """One after the other: each is asked for until it is acknowledged, and watched until it is over."""
    asked = []
    for time in range(times):
        key = {"idempotency-key": f"reset-{time}-of-{account.id}"}
        reset = await insist(admin, "POST", f"/accounts/{account.id}/resets", number, {"reason": "torture"}, key)
        asked.append(UUID(reset["id"]))
        while (state := (await insist(admin, "GET", f"/resets/{reset['id']}", number))["state"]) not in OVER:
            if state == "in_doubt":
                await repairs(admin, account, number)
            await asyncio.sleep(AGAIN)
    return asked


async def repairs(admin: Somebody, account: Held, at: int) -> None:
    """As people do who see an account in doubt; where somebody is at it already there is nothing to be done."""
    with suppress(HTTPError):
        said = await admin.ask(
            "POST", f"/accounts/{account.id}/repair", at % len(admin.ports), json={"reason": "doubt"}
        )
        assert said.is_success or said.status_code in (409, 503), said.text


async def insist(
    admin: Somebody, method: str, path: str, at: int, body: object = None, headers: dict[str, str] | None = None
) -> dict[str, str]:
    """What is answered in the end, by whichever api is there."""
    while True:
        at += 1
        try:
            answer = await admin.ask(method, path, at % len(admin.ports), json=body, headers=headers or {})
        except HTTPError:
            continue
        if answer.is_success:
            return dict(answer.json())
        assert answer.status_code in (404, 503), answer.text  # 404: the read model is not there yet
        await asyncio.sleep(AGAIN)


async def opens(admin: Somebody, account: Held) -> bool:
    """Whether the vault knows what the account has now."""
    body = {"reason": f"to open {account.username}", "purpose": "view"}
    shown = await insist(admin, "POST", f"/accounts/{account.id}/disclosures", 0, body)
    return await account.host.opens(account.username, shown["password"])


def tell(asked: list[list[UUID]], havoc: Havoc, events: list[Event], accounts: list[Held]) -> None:
    """Every one of them is over, once; what came of them is noted by the way they went."""
    mine = {reset for resets in asked for reset in resets}
    assert len(mine) == RESETS // len(accounts) * len(accounts)
    ends = Counter(event.originator_id for event in events if isinstance(event, ENDS))
    assert {reset: ends[reset] for reset in mine} == dict.fromkeys(mine, 1)
    begun = Counter(event.originator_id for event in events if isinstance(event, Reset.AttemptBegun))
    well = {event.originator_id for event in events if isinstance(event, ENDS) and is_well(event)}
    doubt = {event.originator_id for event in events if isinstance(event, Reset.InDoubt)}
    for way in dict.fromkeys(account.way for account in accounts):
        those = {reset for resets, held in zip(asked, accounts, strict=True) if held.way == way for reset in resets}
        noted(
            "many", way=way, resets=len(those), attempts=sum(begun[reset] for reset in those),
            confirmed=len(those & well), kept=len(those - well), doubted=len(those & doubt),
        )  # fmt: skip
    for who, times in sorted(havoc.fell.items()):
        noted("fell", who=who, times=times)
    assert {who.split()[0] for who in havoc.fell} == {"worker", "api", "sshd", "PostgreSQL"}
    print(f"{len(mine)} resets, {len(mine & well)} confirmed, {len(mine & doubt)} in doubt once; {dict(havoc.fell)}")  # noqa: T201
    assert len(mine & well) >= len(mine) // 4  # the others were given up after three tries: the old password holds


def is_well(event: Event) -> bool:
    """Whether the new password holds; else the old one, proved by a login, or never touched."""
    return isinstance(event, Reset.Confirmed) or (isinstance(event, Reset.Settled) and event.outcome is Outcome.NEW)


async def by_themselves(admin: Somebody, host: LabHost) -> list[Held]:
    """Each signs in and changes its own password."""
    return await furnished(admin, await a_resource(admin, host, "each"), host, "each by itself", "own")


async def by_root(admin: Somebody, host: LabHost) -> list[Held]:
    resource = await a_resource(admin, host, "root")
    root = await helper(admin, resource, host, "root")
    await goes(admin, resource, {"login_id": str(root), "elevation": "none"})
    return await furnished(admin, resource, host, "by root, who signs in", "dir")


async def by_sudo(admin: Somebody, host: LabHost) -> list[Held]:
    resource = await a_resource(admin, host, "sudo")
    ops = await helper(admin, resource, host, "ops")
    await goes(admin, resource, {"login_id": str(ops), "elevation": "sudo"})
    return await furnished(admin, resource, host, "by one who signs in, with sudo", "sud")


async def by_su(admin: Somebody, host: LabHost) -> list[Held]:
    resource = await a_resource(admin, host, "su")
    svc, root = [await helper(admin, resource, host, name) for name in ("svc", "root")]
    await goes(admin, resource, {"login_id": str(svc), "elevation": "su", "root_id": str(root)})
    return await furnished(admin, resource, host, "by two: one signs in, with su to the other", "two")


async def a_resource(admin: Somebody, host: LabHost, name: str) -> UUID:
    body = {"name": f"{host.name} {name}", "type": "linux", "address": host.address, "port": host.port}
    resource = await admin.makes("/resources", body)
    key = {"host_key": host.host_keys["ed25519"]}
    answer = await admin.ask("PUT", f"/resources/{resource}/host-key", json=key)
    assert answer.is_success, answer.text
    return resource


async def helper(admin: Somebody, resource: UUID, host: LabHost, name: str) -> UUID:
    body = {"username": name, "password": host.passwords[name]}
    return await admin.makes(f"/resources/{resource}/accounts", body)


async def goes(admin: Somebody, resource: UUID, way: dict[str, str]) -> None:
    """From the way that it went before, as it is read now."""
    path, newest = f"/resources/{resource}/reset-way", {"strongroom-require": str(admin.memory.highest)}
    read = await insist(admin, "GET", path, 0, headers=newest)
    answer = await admin.ask("PUT", path, json=way, headers={"if-match": f'"{read["version"]}"'})
    assert answer.is_success, answer.text


async def furnished(admin: Somebody, resource: UUID, host: LabHost, way: str, short: str) -> list[Held]:
    names = [f"{short}{number}" for number in range(EACH_WAY)]
    await host.as_root("; ".join(f"useradd -m -s /bin/bash {name}" for name in names))
    await host.as_root("chpasswd", "".join(f"{name}:Correct horse 1\n" for name in names))
    bodies = [{"username": name, "password": "Correct horse 1"} for name in names]
    added = [await admin.makes(f"/resources/{resource}/accounts", body) for body in bodies]
    return [Held(host, way, name, account) for name, account in zip(names, added, strict=True)]
