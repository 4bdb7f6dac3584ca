"""An account's life as a picture, near and whole, and what somebody had been shown at a moment, as one sees them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from playwright.async_api import Locator, expect

from tests.browser.test_pages import OWN, VIEWS, picture
from tests.support.desk import Desk, a_desk, chrome
from tests.support.installation import Installation, Visitor, installation

BOBS = "another long passphrase of bob"
WHY = {"reason": "the disk is full", "purpose": "view"}
MANY = 1000
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def vault() -> Iterator[Installation]:
    yield from installation(OWN)


@dataclass
class Lived:
    """An account that was shared, shown, changed and moved; `early` lies before bob was shown it, `later` after."""

    account: str
    bob: str
    early: datetime
    later: datetime


@pytest.fixture
async def lived(vault: Installation) -> AsyncIterator[Lived]:
    async with vault.visitor() as admin, vault.visitor() as bob:
        await admin.sign_in("admin", OWN)
        yield await a_life(admin, bob)


async def a_life(admin: Visitor, bob: Visitor) -> Lived:
    db, web = [
        (await admin.post("/resources", {"name": name, "type": "linux", "address": f"{name}.example"}))["id"]
        for name in ("db", "web")
    ]
    account = (await admin.post(f"/resources/{db}/accounts", {"username": "root", "generate": True}))["id"]
    new = {"username": "bob", "display_name": "Bob Builder", "roles": ["password-user"]}
    added = await admin.post("/users", new)
    await bob.post("/invitations/accept", {"token": added["invitation"].rpartition("#")[2], "password": BOBS})
    await bob.sign_in("bob", BOBS)
    early = await next_second(admin, account)
    share = f"/accounts/{account}/access/users/{added['id']}"
    await admin.does("PUT", share, {"level": "VIEW"})
    await bob.post(f"/accounts/{account}/disclosures", WHY)
    later = await next_second(admin, account)
    await admin.does("PUT", f"/resources/{db}/access/users/{added['id']}", {"level": "MODIFY"})
    await admin.does("DELETE", share)
    await admin.post(f"/accounts/{account}/password", {"password": "a second one", "reason": "bob knew it"})
    for _ in range(MANY):
        await admin.post(f"/accounts/{account}/disclosures", WHY)
    await admin.does("PUT", f"/accounts/{account}/resource", {"resource_id": web})
    return Lived(account, added["id"], early, later)


async def next_second(admin: Visitor, account: str) -> datetime:
    """The whole second after all that happened so far, once it has begun."""
    now = datetime.fromisoformat((await admin.get(f"/accounts/{account}/timeline"))["ends"])
    until = now.replace(microsecond=0) + SECOND
    await asyncio.sleep((until - now).total_seconds() + 0.05)
    return until


def local(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def table(desk: Desk, name: str) -> Locator:
    return desk.page.get_by_role("table", name=name, exact=True)


async def looks(desk: Desk, name: str) -> list[str]:
    """What is wrong with the page, at every width and in every scheme."""
    wrong: list[str] = []
    for width, scheme, rules in VIEWS:
        await desk.page.set_viewport_size({"width": width, "height": 860})
        await desk.page.emulate_media(color_scheme=scheme)
        await expect(desk.page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
        await desk.page.get_by_role("slider").scroll_into_view_if_needed()
        picture(name, width, scheme, await desk.page.screenshot())
        wrong += [f"{width} {scheme}: {each}" for each in (*await desk.too_wide(), *await desk.serious(*rules))]
    await desk.page.set_viewport_size({"width": 1280, "height": 860})
    return wrong


@pytest.mark.slow
async def test_a_life_is_seen_whole_and_near_and_what_was_known_then(vault: Installation, lived: Lived) -> None:
    async with chrome() as browser:
        desk = await a_desk(browser, vault.address, timezone_id="UTC", reduced_motion="reduce")
        await desk.sign_in("admin", OWN)
        await desk.open(f"/accounts/{lived.account}?tab=timeline")
        await whole(desk)
        assert await looks(desk, "account life") == []
        await near(desk, lived)
        await knew(desk, lived)
        assert desk.faults == []


async def whole(desk: Desk) -> None:
    """More than a thousand events, fewer marks, a bar for each time that somebody held it."""
    seen = desk.page.get_by_role("img", name=re.compile("The life of root over time: 1,0.. events, held by 2 people"))
    await expect(seen).to_be_visible()
    assert await seen.locator("circle, rect").count() < MANY / 2
    held = table(desk, "Who held this account").get_by_role("row")
    await expect(held).to_have_count(5)
    for said in ("as its owner, web", "as its owner, db", "Modify", "by a share of the account itself"):
        await expect(held.filter(has_text=said).first).to_be_visible()
    await desk.reads(re.compile("the last 200 of 1,?0.."))
    slider = desk.page.get_by_role("slider")
    await slider.press("Home")
    await expect(slider).to_have_attribute("aria-valuetext", re.compile("An account was added|as its owner"))


async def near(desk: Desk, lived: Lived) -> None:
    """Bob's share and what he was shown, and none of what came before and after."""
    await desk.fill("From", local(lived.early))
    await desk.fill("To", local(lived.later))
    await desk.press("Look nearer")
    events = table(desk, "Events of this account").get_by_role("row")
    await expect(events).to_have_count(3)
    await expect(events.filter(has_text="bob")).to_have_count(1)
    await expect(desk.page.get_by_role("img", name=re.compile("2 events, held by 2 people"))).to_be_visible()
    await expect(table(desk, "Who held this account").get_by_role("row")).to_have_count(3)
    await desk.page.reload()
    await expect(desk.page.get_by_label("From", exact=True)).to_have_value(local(lived.early))
    await expect(events).to_have_count(3)
    await desk.press("Its whole life")
    await desk.reads(re.compile("the last 200 of 1,?0.."))


async def knew(desk: Desk, lived: Lived) -> None:
    """Nothing now, for it was changed; one password after he was shown it, and none before."""
    await desk.open(f"/users/{lived.bob}")
    await desk.press("Show")
    await desk.reads("Whatever they were shown was changed since.")
    await desk.fill("As of (optional)", local(lived.later))
    await desk.press("Show")
    then = table(desk, "Passwords they had been shown that held then").get_by_role("row")
    await expect(then.filter(has_text="root on")).to_contain_text("could be shown it again")
    assert [*await desk.serious(), *await desk.too_wide()] == []
    picture("seen then", 1280, "light", await desk.page.screenshot())
    await desk.fill("As of (optional)", local(lived.early))
    await desk.press("Show")
    await desk.reads("They knew no password that held then.")
