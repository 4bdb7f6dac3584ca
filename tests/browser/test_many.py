"""What is done to many at once: each has a line of its own, what failed is tried again, and all can be found again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Locator, expect

from tests.browser.test_pages import OWN, at, finds, picture
from tests.browser.test_sharing import both
from tests.support.desk import Desk, chrome
from tests.support.installation import Installation, Visitor, installation


@pytest.fixture(scope="module")
def vault() -> Iterator[Installation]:
    yield from installation(OWN)


@dataclass
class Ground:
    """Two resources with two accounts each, by `name on resource`; and two people who have nothing of them."""

    admin: Visitor
    resources: list[str] = field(default_factory=list)
    accounts: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)


@pytest.fixture
async def ground(vault: Installation) -> AsyncIterator[Ground]:
    async with vault.visitor() as admin:
        await admin.sign_in("admin", OWN)
        made = Ground(admin)
        for host in ("east", "west"):
            body = {"name": host, "type": "linux", "address": f"{host}.example"}
            resource = (await admin.post("/resources", body))["id"]
            made.resources.append(resource)
            for name in ("root", "app"):
                new = {"username": name, "generate": True}
                added = await admin.post(f"/resources/{resource}/accounts", new)
                made.accounts[f"{name} on {host}"] = added["id"]
        for name, full, role in (("bob", "Bob Builder", "password-user"), ("carol", "Carol Danvers", "administrator")):
            person_of = {"username": name, "display_name": full, "roles": [role]}
            link = (await admin.post("/users", person_of))["invitation"]
            async with vault.visitor() as person:
                invited = {"token": link.rpartition("#")[2], "password": OWN}
                await person.post("/invitations/accept", invited)
                await person.sign_in(name, OWN)
                made.people[name] = person.id
        yield made


@pytest.mark.slow
async def test_many_at_once_each_with_a_result_of_its_own(vault: Installation, ground: Ground) -> None:
    async with chrome() as browser:
        desk = await at(browser, vault, 1280, "light")
        desk.expected += ["status of 422", "status of 409"]
        await desk.sign_in("admin", OWN)
        await keeps_one(desk, ground)
        await shares_all(desk)
        await takes_all_back(desk, ground)
        await verifies_all(desk)
        await comes_back_to_a_batch(desk, ground)
        await hands_all_over(desk, ground)
        assert desk.faults == []


async def keeps_one(desk: Desk, ground: Ground) -> None:
    """A favourite is found among all, and is one again after an Undo."""
    await desk.open(f"/accounts/{ground.accounts['app on west']}")
    await desk.press("Add to favourites: app")
    await expect(desk.page.get_by_role("button", name="Favourite: take app away")).to_be_visible()
    await desk.open("/accounts")
    await expect(rows(desk, "Accounts")).to_have_count(5)
    await desk.page.get_by_label("Favourites only").check()
    await expect(rows(desk, "Accounts")).to_have_count(2)
    await desk.go("app")
    await desk.press("Favourite: take app away")
    await desk.press("Undo: app is no favourite any more")
    await expect(desk.page.get_by_role("button", name="Favourite: take app away")).to_be_visible()


async def shares_all(desk: Desk) -> None:
    await chosen(desk, "/accounts")
    await desk.press("Share")
    await desk.pick("With", "bob", "Bob Builder (bob)")
    follows = desk.page.get_by_role("region", name="What follows")
    await expect(follows).to_contain_text("Can then see and show the passwords of 4 accounts.")
    await both(desk, "share many")
    await desk.press("Share all")
    await desk.reads("4 done")
    await both(desk, "share many done")
    await desk.press("Done")


async def takes_all_back(desk: Desk, ground: Ground) -> None:
    """One has been taken back by somebody else meanwhile; given again, it is tried again alone."""
    bob, one = ground.people["bob"], f"/accounts/{ground.accounts['root on east']}/access/users"
    await ground.admin.does("DELETE", f"{one}/{bob}")
    await chosen(desk, "/accounts")
    await desk.press("Remove shares")
    await desk.pick("Whose", "bob", "Bob Builder (bob)")
    follows = desk.page.get_by_role("region", name="What follows")
    await expect(follows).to_contain_text("Can no longer see and show the passwords of 3 accounts.")
    await expect(follows).to_contain_text("On 1 of 4 nothing changes.")
    await desk.press("Remove shares")
    await desk.reads("3 done · 1 refused")
    refused = rows(desk, "What came of each").filter(has_text="root on east")
    await expect(refused).to_contain_text("There is no share of it to take back")
    await both(desk, "remove many")
    await ground.admin.does("PUT", f"{one}/{bob}", {"level": "VIEW"})
    await desk.press("Try these again")
    await desk.reads("4 done")
    await desk.press("Done")
    for account in ground.accounts.values():
        assert (await ground.admin.get(f"/accounts/{account}/access"))["grants"] == []


async def verifies_all(desk: Desk) -> None:
    """No host key is pinned: no worker is sent anywhere, and each line says why."""
    await chosen(desk, "/accounts")
    await desk.press("Verify")
    await desk.press("Verify all")
    await desk.reads("0 done · 4 refused")
    await expect(rows(desk, "What came of each").nth(1)).to_contain_text("host key")
    await desk.press("Done")


async def comes_back_to_a_batch(desk: Desk, ground: Ground) -> None:
    """From the overview, the navigation and the palette."""
    wanted = {"reason": "a leaver", "account_ids": list(ground.accounts.values())}
    await ground.admin.post("/batches", wanted)
    await desk.open("/")
    await desk.reads("Your last batches")
    await desk.go("a leaver")
    await desk.sees("Resets of 4 accounts")
    await desk.go("Batches")
    await expect(rows(desk, "Batches").filter(has_text="a leaver")).to_contain_text("4 not opened")
    await finds(desk, "batch", "Batches Vault", "Batches")


async def hands_all_over(desk: Desk, ground: Ground) -> None:
    await chosen(desk, "/resources")
    picture("resources chosen", 1280, "light", await desk.page.screenshot())
    await desk.press("Hand over")
    await expect(desk.page.get_by_role("dialog")).to_contain_text("With them go 4 accounts.")
    await desk.pick("New owner", "carol", "Carol Danvers (carol)")
    await both(desk, "hand over many")
    await desk.press("Hand over all")
    await desk.reads("2 done")
    await desk.sees("Hand over 2 resources")
    await desk.press("Done")
    await desk.reads("No resources yet")
    assert (await ground.admin.get("/resources"))["items"] == []


async def chosen(desk: Desk, path: str) -> None:
    await desk.open(path)
    await desk.page.get_by_label("Choose all that are shown").check()


def rows(desk: Desk, caption: str) -> Locator:
    """The heading's too."""
    return desk.page.get_by_role("table", name=caption, exact=True).get_by_role("row")
