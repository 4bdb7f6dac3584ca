"""Many accounts on two real hosts reset in one go, a worker killed in the middle: the vault opens every one of them."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.support.desk import Desk, a_desk, chrome
from tests.support.installation import Installation, Visitor, installation
from tests.support.lab import LabHost, lab_hosts

OWN = "correct horse battery staple"
MANY = int(os.environ.get("STRONGROOM_BATCH", "16"))
"""Accounts in all; half of them on each host."""
WHY = {"reason": "checking", "purpose": "view"}
PATIENCE = 60 + 5 * MANY


@pytest.fixture(scope="module")
def hosts() -> Iterator[dict[str, LabHost]]:
    with lab_hosts() as running:
        yield running


@pytest.fixture(scope="module")
def vault() -> Iterator[Installation]:
    """What a killed worker held is free again soon."""
    yield from installation(OWN, lease_seconds="15", guess_seconds="1")


@pytest.mark.lab
@pytest.mark.slow
async def test_a_batch_outlives_its_worker_and_what_failed_is_tried_again(
    vault: Installation, hosts: dict[str, LabHost]
) -> None:
    """On one host each account changes its own password, on the other one signs in and sets them by sudo."""
    async with vault.visitor() as admin, chrome() as browser:
        await admin.sign_in("admin", OWN)
        accounts = await by_themselves(admin, hosts["web1"]) | await by_sudo(admin, hosts["db1"])
        stray, (host, name) = next(iter(accounts.items()))
        await host.set_password(name, "changed behind the vault's back")
        desk = await a_desk(browser, vault.address)
        await desk.sign_in("admin", OWN)
        await asks_for_all(desk)
        os.kill(vault.pid("worker"), signal.SIGKILL)
        await ends(desk, f"{len(accounts) - 1} confirmed · 0 running · 1 failed · 0 in doubt · 0 not opened")
        await host.set_password(name, "First of all 1")
        await desk.press("Retry the failed")
        await ends(desk, "1 confirmed · 0 running · 0 failed · 0 in doubt · 0 not opened")
        assert desk.faults == []
        for account, (host, name) in accounts.items():
            shown = await admin.post(f"/accounts/{account}/disclosures", WHY)
            assert shown["password"] != "First of all 1", name
            assert await host.opens(name, shown["password"]), name
        assert (await admin.get(f"/accounts/{stray}/resets"))["items"][0]["state"] == "confirmed"


async def by_themselves(admin: Visitor, host: LabHost) -> dict[str, tuple[LabHost, str]]:
    """Accounts that sign in and change their own passwords."""
    return await furnished(admin, await a_resource(admin, host), host)


async def by_sudo(admin: Visitor, host: LabHost) -> dict[str, tuple[LabHost, str]]:
    """Accounts whose passwords somebody else sets, who is none of the batch."""
    resource = await a_resource(admin, host)
    body = {"username": "ops", "password": host.passwords["ops"]}
    ops = (await admin.post(f"/resources/{resource}/accounts", body))["id"]
    read = str((await admin.get(f"/resources/{resource}/reset-way"))["version"])
    way = {"login_id": ops, "elevation": "sudo"}
    await admin.does("PUT", f"/resources/{resource}/reset-way", way, **{"if-match": f'"{read}"'})
    return await furnished(admin, resource, host)


async def a_resource(admin: Visitor, host: LabHost) -> str:
    body = {"name": host.name, "type": "linux", "address": host.address, "port": host.port}
    resource = (await admin.post("/resources", body))["id"]
    await admin.does("PUT", f"/resources/{resource}/host-key", {"host_key": host.host_keys["ed25519"]})
    return str(resource)


async def furnished(admin: Visitor, resource: str, host: LabHost) -> dict[str, tuple[LabHost, str]]:
    names = [f"many{number}" for number in range(MANY // 2)]
    made = "; ".join(f"useradd -m -s /bin/bash {name}" for name in names)
    await host.as_root(made)
    await host.as_root("chpasswd", "".join(f"{name}:First of all 1\n" for name in names))
    bodies = [{"username": name, "password": "First of all 1"} for name in names]
    added = [(await admin.post(f"/resources/{resource}/accounts", body))["id"] for body in bodies]
    return {account: (host, name) for account, name in zip(added, names, strict=True)}


async def asks_for_all(desk: Desk) -> None:
    """All that are called so; the one that sets the others' passwords is not among them."""
    await desk.open("/accounts?q=many")
    await expect(desk.page.get_by_role("link", name=re.compile("^many"))).to_have_count(min(MANY, 50))
    while await desk.page.get_by_role("button", name="Show more").count():
        await desk.press("Show more")
        await asyncio.sleep(0.5)
    await desk.page.get_by_label("Choose all that are shown").check()
    await desk.press("Reset passwords")
    await desk.fill("Reason", "everybody's passwords were on a note")
    await desk.press("Reset passwords")
    await desk.sees(f"Resets of {MANY} accounts")
    await desk.reads(re.compile(r"^[1-9]\d* confirmed"), seconds=PATIENCE)


async def ends(desk: Desk, told: str) -> None:
    await desk.reads(told, seconds=PATIENCE)
