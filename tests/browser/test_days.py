"""Days that come, as the console shows them: an account in doubt, somebody who leaves, read models that lag behind."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator

import asyncssh
import pytest
from playwright.async_api import expect

from tests.browser.test_pages import picture
from tests.support.desk import Desk, a_desk, chrome
from tests.support.installation import Installation, Visitor, installation
from tests.support.ssh_server import ssh_server
from tests.support.wires import Wires

OWN = "correct horse battery staple"
FIRST = "First of all 1"
PATIENCE = 90


@pytest.fixture(scope="module")
def vault() -> Iterator[Installation]:
    yield from installation(OWN, lease_seconds="15", guess_seconds="1")


@pytest.mark.slow
async def test_an_account_in_doubt_is_repaired(vault: Installation) -> None:
    wires, key = Wires(FIRST), asyncssh.generate_private_key("ssh-ed25519")
    async with ssh_server(wires.manners, key) as port, vault.visitor() as admin, chrome() as browser:
        await admin.sign_in("admin", OWN)
        account = await an_account(admin, port, key.export_public_key().decode())
        await admin.post(f"/accounts/{account}/resets", {"reason": "monthly"})
        await admin.until(f"/accounts/{account}", lambda said: said["reset_state"] == "in_doubt", PATIENCE)
        desk = await a_desk(browser, vault.address)
        await desk.sign_in("admin", OWN)
        await looks(desk, account)
        wires.mended = True
        await desk.press("Repair now")
        await desk.fill("Reason", "the cable is mended")
        picture("account repair", 1280, "light", await desk.page.screenshot())
        await desk.press("Repair now")
        await desk.reads("number 2", seconds=PATIENCE)
        await expect(desk.page.get_by_text("It is not known which password the resource has now")).to_have_count(0)
        shown = await admin.post(f"/accounts/{account}/disclosures", {"reason": "checking", "purpose": "view"})
        assert shown["password"] == wires.manners.password != FIRST
        assert desk.faults == []


async def an_account(admin: Visitor, port: int, host_key: str) -> str:
    body = {"name": "far away", "type": "linux", "address": "127.0.0.1", "port": port}
    resource = (await admin.post("/resources", body))["id"]
    await admin.does("PUT", f"/resources/{resource}/host-key", {"host_key": host_key})
    added = await admin.post(f"/resources/{resource}/accounts", {"username": "app1", "password": FIRST})
    return str(added["id"])


async def looks(desk: Desk, account: str) -> None:
    """It is told on the first page, and on the account's own."""
    await desk.reads(re.compile("app1"))
    await desk.open(f"/accounts/{account}")
    await desk.reads("It is not known which password the resource has now")
    picture("account in doubt", 1280, "light", await desk.page.screenshot())
    assert await desk.serious() == []


@pytest.mark.slow
async def test_somebody_leaves_and_what_was_hers_goes_on(vault: Installation) -> None:
    """She hands over what she owns; then she is turned away at once, and her successor opens it."""
    async with vault.visitor() as admin, vault.visitor() as carol, chrome() as browser:
        await admin.sign_in("admin", OWN)
        new = {"username": "carol", "display_name": "Carol Danvers", "roles": ["administrator"]}
        token = (await admin.post("/users", new))["invitation"].rpartition("#")[2]
        await carol.post("/invitations/accept", {"token": token, "password": OWN})
        await carol.sign_in("carol", OWN)
        resource = (await carol.post("/resources", {"name": "hers", "type": "linux", "address": "hers.example"}))["id"]
        added = await carol.post(f"/resources/{resource}/accounts", {"username": "root", "password": FIRST})
        hers, his = await a_desk(browser, vault.address), await a_desk(browser, vault.address)
        await hers.sign_in("carol", OWN)
        await hands_over(hers, resource)
        await his.sign_in("admin", OWN)
        await disables(his)
        await hers.open("/resources")
        await hers.sees("Sign in")
        await his.open(f"/accounts/{added['id']}")
        await his.press("Show password of root")
        await his.fill("Reason", "Carol has left")
        await his.press("Show")
        await expect(his.page.get_by_role("group", name="password of root")).to_have_text(FIRST)
        assert his.faults == []


async def hands_over(hers: Desk, resource: str) -> None:
    await hers.open(f"/resources/{resource}")
    await hers.press("Hand over")
    await hers.pick("New owner", "admin", "Administrator (admin)")
    await hers.press("Hand over")
    await hers.reads("There is no such thing")
    hers.faults.clear()


async def disables(his: Desk) -> None:
    await his.go("Users")
    await his.go("carol")
    await his.press("Disable")
    await his.fill("Reason (optional)", "has left")
    await his.press("Disable")
    await his.reads("disabled")


@pytest.mark.slow
async def test_a_page_that_lags_behind_says_so_until_it_has_caught_up(vault: Installation) -> None:
    lagging = "This page may not show the latest yet"
    async with vault.visitor() as admin, chrome() as browser:
        await admin.sign_in("admin", OWN)
        resource = (await admin.post("/resources", {"name": "late", "type": "linux", "address": "late.example"}))["id"]
        desk = await a_desk(browser, vault.address)
        await desk.sign_in("admin", OWN)
        await desk.open(f"/resources/{resource}")
        await desk.press("Edit")
        projector = vault.pid("projector")
        os.kill(projector, signal.SIGSTOP)
        try:
            await desk.fill("Name", "later")
            await desk.press("Save")
            await desk.reads(lagging)
            picture("lagging behind", 1280, "light", await desk.page.screenshot())
            assert await desk.serious() == []
        finally:
            os.kill(projector, signal.SIGCONT)
        await expect(desk.page.get_by_text(lagging)).to_have_count(0)
        await desk.sees("later")
        assert desk.faults == []
