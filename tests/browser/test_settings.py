"""What is set is in force: for oneself at once and in this browser, for the vault by what the log says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.browser.test_pages import OWN, at
from tests.browser.test_sharing import both
from tests.support.desk import Desk, chrome
from tests.support.installation import Installation, Visitor, installation


@pytest.fixture(scope="module")
def vault() -> Iterator[Installation]:
    yield from installation(OWN)


@pytest.mark.slow
async def test_what_is_set_is_in_force(vault: Installation) -> None:
    async with vault.visitor() as admin, chrome() as browser:
        await admin.sign_in("admin", OWN)
        account = await an_account(admin)
        desk = await at(browser, vault, 1280, "light")
        await desk.sign_in("admin", OWN)
        await goes_by_keys(desk)
        await chooses(desk)
        await hides_sooner(desk, account)
        await changes_the_vault(desk)
        made = await admin.does("POST", f"/accounts/{account}/password", {"generate": True})
        shown = await admin.post(f"/accounts/{account}/disclosures", {"reason": "looking", "purpose": "view"})
        assert (made["password_number"], len(shown["password"])) == (2, 40)
        assert (await admin.get("/settings"))["policy"]["length"] == 40
        assert desk.faults == []


async def an_account(admin: Visitor) -> str:
    resource = (await admin.post("/resources", {"name": "db", "type": "linux", "address": "db.example"}))["id"]
    added = await admin.post(f"/resources/{resource}/accounts", {"username": "root", "generate": True})
    for number in range(30):
        body = {"name": f"other {number}", "type": "linux", "address": "other.example"}
        await admin.post("/resources", body)
    return str(added["id"])


async def goes_by_keys(desk: Desk) -> None:
    """Until they are turned off."""
    for key in ("g", "r"):
        await desk.page.keyboard.press(key)
    await desk.sees("Resources")
    await desk.page.keyboard.press("/")
    await expect(desk.page.get_by_label("Search by name or address")).to_be_focused()
    await desk.go("Settings")
    await desk.sees("Settings")
    await desk.page.get_by_label("Shortcuts of single keys").uncheck()
    for key in ("g", "r"):
        await desk.page.keyboard.press(key)
    await desk.sees("Settings")
    await both(desk, "settings")


async def chooses(desk: Desk) -> None:
    """Lists are shorter, moments in UTC, and both still are once the page is loaded anew."""
    for label, choice in (("Time zone", "UTC"), ("Rows of a list", "25"), ("A shown password stays", "3 s")):
        group = desk.page.get_by_role("radiogroup", name=label)
        await group.get_by_text(choice, exact=True).click()
    await desk.open("/resources")
    await desk.reads("25 shown, more follow")
    await expect(desk.page.get_by_role("table").locator("time").first).to_contain_text("UTC")


async def hides_sooner(desk: Desk, account: str) -> None:
    await desk.open(f"/accounts/{account}")
    await desk.press("Show password of root")
    await desk.fill("Reason", "looking")
    await desk.press("Show")
    await expect(desk.page.get_by_text("Hides itself in 3 s")).to_be_visible()
    await desk.reads("Hidden again")


async def changes_the_vault(desk: Desk) -> None:
    """A rule that makes weak passwords is refused beside its field; a good one holds at once."""
    desk.expected.append("status of 422")
    await desk.open("/settings")
    await desk.reads("24 characters")
    await desk.press("Change new passwords")
    await desk.fill("Specials", "ab")
    await desk.fill("Reason for the change", "longer is better")
    await desk.press("Change")
    refused = desk.page.get_by_text("Special characters are visible ASCII")
    await expect(refused).to_have_count(1)
    await both(desk, "settings refused")
    await desk.fill("Specials", "#%+,-.:=@_~")
    await desk.fill("Length", "40")
    await desk.press("Change")
    await desk.reads("40 characters")
