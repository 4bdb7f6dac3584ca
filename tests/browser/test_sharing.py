"""A share is explained before it is given or taken back; what its holder has seen can be reset; and it is undone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Locator, expect

from tests.browser.test_pages import OWN, at, picture
from tests.support.desk import Desk, chrome
from tests.support.installation import Installation, Visitor, installation

BOBS = "another long passphrase of bob"
WHY = {"reason": "the disk is full", "purpose": "view"}


@pytest.fixture(scope="module")
def vault() -> Iterator[Installation]:
    yield from installation(OWN)


@dataclass
class Ground:
    """A resource with two accounts, its owner, and bob, who has nothing of it yet."""

    admin: Visitor
    bob: Visitor
    resource: str
    account: str


@pytest.fixture
async def ground(vault: Installation) -> AsyncIterator[Ground]:
    async with vault.visitor() as admin, vault.visitor() as bob:
        await admin.sign_in("admin", OWN)
        resource = (await admin.post("/resources", {"name": "db", "type": "linux", "address": "db.example"}))["id"]
        for name in ("root", "app"):
            added = await admin.post(f"/resources/{resource}/accounts", {"username": name, "generate": True})
        new = {"username": "bob", "display_name": "Bob Builder", "roles": ["password-user"]}
        token = (await admin.post("/users", new))["invitation"].rpartition("#")[2]
        await bob.post("/invitations/accept", {"token": token, "password": BOBS})
        await bob.sign_in("bob", BOBS)
        yield Ground(admin, bob, resource, added["id"])


@pytest.mark.slow
async def test_a_share_is_explained_before_it_is_given_and_taken_back(vault: Installation, ground: Ground) -> None:
    async with chrome() as browser:
        desk = await at(browser, vault, 1280, "light")
        await desk.sign_in("admin", OWN)
        await desk.open(f"/resources/{ground.resource}?tab=sharing")
        await gives(desk)
        await expect(row(desk)).to_contain_text("by a share")
        await ground.bob.post(f"/accounts/{ground.account}/disclosures", WHY)
        await takes(desk)
        await desk.press("Cancel")
        await expect(row(desk)).to_have_count(0)
        await desk.press("Undo: bob has no share any more")
        await expect(row(desk)).to_contain_text("View")
        shown = await ground.admin.get(f"/resources/{ground.resource}/access")
        assert [(each["subject"]["name"], each["level"]) for each in shown["grants"]] == [("bob", "VIEW")]
        assert desk.faults == []


def row(desk: Desk) -> Locator:
    """Bob's, among those who can see it."""
    return desk.page.get_by_role("table", name="Who can see it").get_by_role("row").filter(has_text="bob")


async def gives(desk: Desk) -> None:
    await desk.press("Share")
    await desk.pick("With", "bob", "Bob Builder (bob)")
    follows = desk.page.get_by_role("region", name="What follows")
    await expect(follows).to_contain_text("Can then see and show the passwords of 2 accounts.")
    await both(desk, "share explained")
    await desk.press("Share")
    await expect(desk.page.get_by_role("dialog")).to_have_count(0)


async def takes(desk: Desk) -> None:
    """What bob has seen is named, and stands ready to be reset once the share is gone."""
    await desk.press("Remove the share of bob")
    follows = desk.page.get_by_role("region", name="What follows")
    await expect(follows).to_contain_text("Can no longer see and show the passwords of 2 accounts.")
    await expect(follows).to_contain_text("Has seen the password of 1 account")
    await expect(follows.get_by_role("link", name="app")).to_be_visible()
    await both(desk, "share taken back")
    await desk.press("Remove share")
    await desk.sees("Reset the passwords of 1 account")
    await expect(desk.page.get_by_role("dialog")).to_contain_text("has seen these passwords since they were set: app.")


async def both(desk: Desk, name: str) -> None:
    """Nothing keeps anybody out; a picture, wide and light, narrow and dark."""
    assert await desk.serious() == []
    picture(name, 1280, "light", await desk.page.screenshot())
    await desk.page.set_viewport_size({"width": 390, "height": 860})
    await desk.page.emulate_media(color_scheme="dark")
    await expect(desk.page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    assert [*await desk.serious(), *await desk.too_wide()] == []
    picture(name, 390, "dark", await desk.page.screenshot())
    await desk.page.set_viewport_size({"width": 1280, "height": 860})
    await desk.page.emulate_media(color_scheme="light")
