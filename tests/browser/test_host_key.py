"""The host key of a system behind a jump host: the console says who signs in on the way, a worker goes it and sees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.test_pages import OWN, at
from tests.support.desk import chrome
from tests.support.installation import Installation, Visitor, installation
from tests.support.lab import LabHost, lab_hosts


@pytest.fixture(scope="module")
def vault() -> Iterator[Installation]:
    yield from installation(OWN)


@pytest.fixture(scope="module")
def hosts() -> Iterator[dict[str, LabHost]]:
    with lab_hosts() as running:
        yield running


@pytest.mark.lab
@pytest.mark.slow
async def test_a_host_key_is_seen_over_a_jump_host(vault: Installation, hosts: dict[str, LabHost]) -> None:
    jump, host = hosts["web1"], hosts["db1"]
    async with vault.visitor() as admin:
        await admin.sign_in("admin", OWN)
        resource = await behind(admin, jump, host)
    async with chrome() as browser:
        desk = await at(browser, vault, 1280, "light")
        await desk.sign_in("admin", OWN)
        await desk.open(f"/resources/{resource}")
        await desk.tab("Details")
        await desk.press("Look for it")
        await desk.reads("It goes over jump, where svc signs in.")
        await desk.press("Look at the host")
        await desk.reads("Each host between has its pinned key and let us in.")
        await desk.reads(host.facts["host_keys"]["ed25519"]["sha256"])
        assert desk.faults == []


async def behind(admin: Visitor, jump: LabHost, host: LabHost) -> str:
    """A resource without a pinned key, reached over another one where `svc` signs in."""
    over = await added(admin, "jump", jump)
    await admin.does("PUT", f"/resources/{over}/host-key", {"host_key": jump.host_keys["ed25519"]})
    account = {"username": "svc", "password": jump.passwords["svc"]}
    svc = (await admin.post(f"/resources/{over}/accounts", account))["id"]
    await says(admin, over, "reset-way", login_id=svc)
    resource = await added(admin, "inside", host)
    await says(admin, resource, "jump-host", resource_id=over)
    return resource


async def added(admin: Visitor, name: str, host: LabHost) -> str:
    body = {"name": name, "type": "linux", "address": host.address, "port": host.port}
    return str((await admin.post("/resources", body))["id"])


async def says(admin: Visitor, resource: str, part: str, **body: Any) -> None:
    now = int((await admin.get("/status"))["position"])
    version = (await admin.get(f"/resources/{resource}/reset-way", now))["version"]
    await admin.does("PUT", f"/resources/{resource}/{part}", body, **{"if-match": f'"{version}"'})
