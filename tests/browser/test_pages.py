"""Every page, wide and narrow, light and dark: nothing reaches beyond the window or keeps anybody out."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import Browser, expect

from tests.support.desk import Desk, a_desk, chrome
from tests.support.installation import Installation, Visitor, installation

OWN = "correct horse battery staple"
SHOWN = "Made-up: 4 oak Trees"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAIV6XLhGzsBoQF2OIQcLH5hrSQ6WwvTyR/BEFc1kPsG"
Scheme = Literal["light", "dark"]
COLOURS = ("color-contrast",)
VIEWS: tuple[tuple[int, Scheme, tuple[str, ...]], ...] = (
    (1280, "light", ()), (1280, "dark", COLOURS), (390, "dark", ()), (390, "light", COLOURS),
)  # fmt: skip
"""Every width in every scheme, and the rules that are looked at there; none named is all of them."""
FIRST_INSIDE = "overview"
PICTURES = os.environ.get("STRONGROOM_SCREENSHOTS")
RESOURCES = (
    ("db-prod-1", "linux", "db-prod-1.example.com", "PostgreSQL primary of the shop"),
    ("edge-router-02", "network-device", "10.20.0.2", "Border router, Frankfurt"),
    ("payroll", "database", "payroll.internal.example.com", "Payroll database; change window Sundays"),
    ("web-07", "linux", "web-07.example.com", ""),
)
LONG = "a-very-long-name-without-any-space-in-it-" * 4


DESTINATION = {
    "name": "SOC", "kind": "webhook", "address": "https://siem.invalid/events", "secret": "s" * 40,
    "reason": "for the SOC",
}  # fmt: skip


@dataclass
class Furnished:
    """A vault with something in it, and the addresses of all its pages."""

    vault: Installation
    pages: dict[str, str]


@pytest.fixture(scope="module")
def vault() -> Iterator[Installation]:
    yield from installation(OWN)


@pytest.fixture
async def furnished(vault: Installation) -> AsyncIterator[Furnished]:
    async with vault.visitor() as admin:
        await admin.sign_in("admin", OWN)
        raise_alarms(vault)
        yield Furnished(vault, await furnish(admin))


def raise_alarms(vault: Installation) -> None:
    """As the projector and the worker would. That nothing is wrong with these positions does not show."""
    with vault.superuser("strongroom_views") as views:
        views.execute("delete from views.alarms")
        views.execute("insert into views.alarms values ('parked', 'resources', 3, 'resource.added: KeyTampered')")
        views.execute("insert into views.alarms values ('forged', 'log', 5, 'position 5: signature')")


async def furnish(admin: Visitor) -> dict[str, str]:
    """Once; another test finds what the first one made."""
    found = await admin.get("/accounts?q=postgres")
    if not found["items"]:
        await fill(admin)
        found = await admin.get("/accounts?q=postgres", (await admin.get("/status"))["position"])
    account = found["items"][0]
    users = (await admin.get("/users"))["items"]
    resets = (await admin.get(f"/accounts/{account['id']}/resets"))["items"]
    batches = (await admin.get("/batches"))["items"]
    verified = (await admin.get("/accounts?q=backup"))["items"][0]
    return {
        "sign in": "/sign-in",
        "welcome without a link": "/welcome",
        "overview": "/",
        "resources": "/resources",
        "resource": f"/resources/{account['resource']['id']}",
        "resource details": f"/resources/{account['resource']['id']}?tab=details",
        "resource sharing": f"/resources/{account['resource']['id']}?tab=sharing",
        "import": "/import",
        "accounts": "/accounts",
        "account": f"/accounts/{account['id']}",
        "account passwords": f"/accounts/{account['id']}?tab=passwords",
        "account timeline": f"/accounts/{account['id']}?tab=timeline",
        "account sharing": f"/accounts/{account['id']}?tab=sharing",
        "account details": f"/accounts/{account['id']}?tab=details",
        "account verification": f"/accounts/{verified['id']}?tab=verification",
        "reset": f"/resets/{resets[0]['id']}",
        "batches": "/batches",
        "batch of resets": f"/batches/{batches[0]['id']}",
        "users": "/users",
        "user": f"/users/{users[0]['id']}",
        "my sessions": "/sessions",
        "audit trail": "/audit",
        "event": "/audit/1",
        "system": "/system",
        "alarms": "/alarms",
        "siem": "/siem",
        "settings": "/settings",
        "no such page": "/nothing-here",
        "no such account": f"/accounts/{users[0]['id']}",
    }


async def fill(admin: Visitor) -> None:
    carol = await user(admin, "carol", "Carol Danvers", "administrator")
    await user(admin, "dave", "Dave Bowman", "password-user")
    for name, kind, address, description in RESOURCES:
        body: dict[str, Any] = {"name": name, "type": kind, "address": address, "description": description}
        resource = (await admin.post("/resources", body))["id"]
        await admin.post(f"/resources/{resource}/accounts", {"username": "root", "generate": True})
        if name == "db-prod-1":
            await admin.does("PUT", f"/resources/{resource}/access/users/{carol}", {"level": "MANAGE"})
            await one_with_a_past(admin, resource)
    await admin.post("/siem/destinations", DESTINATION)
    if PICTURES is None:
        await admin.post("/resources", {"name": LONG, "type": "other", "address": "x" * 250})


async def one_with_a_past(admin: Visitor, resource: str) -> None:
    """An account whose password was changed, shown and is to be reset."""
    account, other = [
        (await admin.post(f"/resources/{resource}/accounts", {"username": name, "password": "first one"}))["id"]
        for name in ("postgres", "backup")
    ]
    await admin.post(f"/accounts/{account}/password", {"password": SHOWN, "reason": "the first one was weak"})
    await admin.post(f"/accounts/{account}/disclosures", {"reason": "CHG-4711: grow the volume", "purpose": "view"})
    await admin.does("PUT", f"/resources/{resource}/host-key", {"host_key": KEY}, **{"if-match": '"1"'})
    batch = (await admin.post("/batches", {"reason": "quarterly", "account_ids": [account, other]}))["id"]
    await admin.post(f"/accounts/{account}/resets", {"reason": "quarterly", "batch_id": batch})
    await admin.post(f"/accounts/{other}/verification", {})


async def user(admin: Visitor, username: str, display_name: str, role: str) -> str:
    body = {"username": username, "display_name": display_name, "roles": [role]}
    return str((await admin.post("/users", body))["id"])


async def at(browser: Browser, vault: Installation, width: int, scheme: Scheme) -> Desk:
    desk = await a_desk(browser, vault.address, color_scheme=scheme, reduced_motion="reduce")
    await desk.page.set_viewport_size({"width": width, "height": 860})
    desk.expected += ["status of 404"]
    return desk


async def settled(desk: Desk) -> None:
    """The page has its heading, and nothing on it waits."""
    await expect(desk.page.get_by_role("heading").first).to_be_visible()
    await expect(desk.page.get_by_label("Loading")).to_have_count(0)
    await expect(desk.page.locator("[aria-busy=true]")).to_have_count(0)


@pytest.mark.slow
async def test_pages_fit_and_keep_nobody_out(furnished: Furnished) -> None:
    """One browser opens each page once and turns it: what is seen again is drawn anew, not fetched anew."""
    wrong: dict[str, list[str]] = {}
    async with chrome() as browser:
        desk = await at(browser, furnished.vault, 1280, "light")
        for name, path in furnished.pages.items():
            if name == FIRST_INSIDE:
                await desk.sign_in("admin", OWN)
            await desk.open(path)
            if found := await turned(desk, name):
                wrong[name] = found
        assert wrong == {}
        assert desk.faults == []


async def turned(desk: Desk, name: str) -> list[str]:
    """What is wrong with the page, at every width and in every scheme: colours everywhere, the rest once a width."""
    wrong: list[str] = []
    for width, scheme, rules in VIEWS:
        await desk.page.set_viewport_size({"width": width, "height": 860})
        await desk.page.emulate_media(color_scheme=scheme)
        await expect(desk.page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
        await expect(desk.page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
        await settled(desk)
        picture(name, width, scheme, await desk.page.screenshot() if PICTURES else b"")
        wrong += [f"{width} {scheme}: {each}" for each in (*await desk.too_wide(), *await desk.serious(*rules))]
    return wrong


def picture(name: str, width: int, scheme: str, content: bytes) -> None:
    """For whoever wants to look; the README shows some: `make screenshots`."""
    if PICTURES is not None:
        folder = Path(PICTURES)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name.replace(' ', '-')}-{width}-{scheme}.png").write_bytes(content)


@pytest.mark.slow
async def test_a_password_shown_is_read_character_by_character(furnished: Furnished) -> None:
    async with chrome() as browser:
        desk = await at(browser, furnished.vault, 1280, "light")
        await desk.sign_in("admin", OWN)
        await desk.open(furnished.pages["account"])
        await desk.press("Show password of postgres")
        await desk.fill("Reason", "CHG-4711: grow the volume")
        await desk.press("Show")
        shown = desk.page.get_by_role("group", name="password of postgres")
        await expect(shown).to_have_text(SHOWN)
        picture("password shown", 1280, "light", await desk.page.screenshot())
        assert await desk.serious() == []
        await desk.press("Hide password of postgres")
        await expect(shown).to_have_count(0)
        assert SHOWN not in await desk.page.content()
        await desk.press("Find or go to")
        await desk.page.get_by_role("combobox", name="Go to, find or do").fill("postgres")
        await desk.reads("Search all accounts")
        picture("palette", 1280, "light", await desk.page.screenshot())


@pytest.mark.slow
async def test_an_alarm_is_closed_with_a_reason_and_the_trail_says_so(furnished: Furnished) -> None:
    async with chrome() as browser:
        desk = await at(browser, furnished.vault, 1280, "light")
        await desk.sign_in("admin", OWN)
        await desk.open(furnished.pages["alarms"])
        await desk.press("Close “An event is not shown” in resources")
        picture("alarm to close", 1280, "light", await desk.page.screenshot())
        assert await desk.serious() == []
        await desk.fill("Reason", "the row was put back")
        await desk.press("Close alarm")
        await expect(desk.page.get_by_role("cell", name="An event is not shown", exact=True)).to_have_count(0)
        await expect(desk.page.get_by_role("cell", name="A record that nobody signed", exact=True)).to_be_visible()
        await desk.open("/audit?topic=alarm.closed")
        await expect(desk.page.get_by_role("cell", name="the row was put back")).to_be_visible()
        assert desk.faults == []


@pytest.mark.slow
async def test_the_keyboard_alone_is_enough(furnished: Furnished) -> None:
    """Sign in, find an account, show its password, hide it: without ever pointing at anything."""
    async with chrome() as browser:
        desk = await at(browser, furnished.vault, 1280, "light")
        keys = desk.page.keyboard
        await desk.open("/sign-in")
        await settled(desk)
        await keys.type("admin")
        await keys.press("Tab")
        await keys.type(OWN)
        await keys.press("Enter")
        await desk.sees("Overview")
        await reach(desk, "link", "Accounts")
        await keys.press("Enter")
        await desk.sees("Accounts")
        await reach(desk, "link", "postgres")
        await keys.press("Enter")
        await desk.sees("postgres on db-prod-1")
        await finds(desk, "audit", "Audit trail Operation", "Audit trail")
        await finds(desk, "postgres", "postgres on db-prod-1 Account", "postgres on db-prod-1")
        await reach(desk, "button", "Show password of postgres")
        await keys.press("Enter")
        await keys.type("by keyboard")
        await keys.press("Enter")
        shown = desk.page.get_by_role("group", name="password of postgres")
        await expect(shown).to_have_text(SHOWN)
        await reach(desk, "button", "Hide password of postgres")
        await keys.press("Enter")
        await expect(shown).to_have_count(0)


async def finds(desk: Desk, typed: str, offer: str, heading: str) -> None:
    """Open the palette, type, take the first that is offered, and arrive."""
    keys = desk.page.keyboard
    await keys.press("Control+k")
    await expect(desk.page.get_by_role("combobox", name="Go to, find or do")).to_be_focused()
    await keys.type(typed)
    first = desk.page.get_by_role("option", name=offer, exact=True)
    await expect(first).to_have_attribute("aria-selected", "true")
    assert await desk.serious() == []
    await keys.press("Enter")
    await desk.sees(heading)


async def reach(desk: Desk, role: Literal["link", "button"], name: str) -> None:
    """Press Tab until it has the focus, and see that the focus can be seen."""
    wanted = desk.page.get_by_role(role, name=name, exact=True).first
    await expect(wanted).to_be_visible()
    for _ in range(60):
        if await wanted.evaluate("node => node === document.activeElement"):
            assert await wanted.evaluate("node => node.matches(':focus-visible')")
            return
        await desk.page.keyboard.press("Tab")
    pytest.fail(f"Tab never reaches {name}")


@pytest.mark.slow
async def test_a_question_to_the_trail_is_kept_and_its_answer_taken_along(furnished: Furnished) -> None:
    async with chrome() as browser:
        desk = await at(browser, furnished.vault, 1280, "light")
        await desk.sign_in("admin", OWN)
        await desk.open("/audit?topic=account-password.disclosed")
        await desk.press("Save filters")
        await desk.fill("Name", "Passwords shown")
        await desk.press("Save")
        await expect(desk.page.get_by_role("link", name="Passwords shown", exact=True)).to_be_visible()
        await desk.open("/audit")
        await desk.go("Passwords shown")
        await expect(desk.page).to_have_url(f"{furnished.vault.address}/audit?topic=account-password.disclosed")
        await desk.press("Export")
        await expect(desk.page.get_by_role("dialog")).to_contain_text("Every event that matches the filters")
        async with desk.page.expect_download() as downloading:
            await desk.page.get_by_role("dialog").get_by_role("button", name="Export", exact=True).click()
        lines = (await (await downloading.value).path()).read_text().splitlines()
        assert lines[0].startswith("position,recorded_at,topic")
        assert len(lines) > 1
        assert all(",account-password.disclosed," in line for line in lines[1:])
        assert desk.faults == []
