"""SIEM destinations in a browser, from beginning to end; and all that somebody saw, reset at one press."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.browser.test_pages import at
from tests.journeys.test_consumers import consumers
from tests.support.desk import chrome
from tests.support.installation import Installation, installation

OWN, HIS = "correct horse battery staple", "another horse, another battery"
SECRET = "a webhook secret of more than 32 characters"


@pytest.fixture(scope="module")
def vault() -> Iterator[Installation]:
    yield from installation(OWN)


@pytest.mark.slow
async def test_a_destination_from_its_beginning_to_its_end(vault: Installation) -> None:
    async with chrome() as browser:
        desk = await at(browser, vault, 1280, "light")
        await desk.sign_in("admin", OWN)
        await desk.open("/siem")
        await desk.reads("No SIEM system is told yet")
        await desk.press("Add destination")
        await expect(desk.page.get_by_label("Our certificate (optional)", exact=True)).to_be_visible()
        await desk.page.get_by_text("Webhook", exact=True).click()
        await expect(desk.page.get_by_label("Our certificate (optional)", exact=True)).to_have_count(0)
        assert await desk.serious() == []
        await desk.fill("Name", "SOC")
        await desk.fill("Address", "http://siem.invalid/events")
        await desk.page.get_by_role("dialog").get_by_label("Secret").fill(SECRET)
        await desk.fill("Reason", "for the SOC")
        desk.expected.append("status of 422")
        await desk.press("Add destination")
        await desk.reads("A webhook has an address that begins with https://.")
        await desk.fill("Address", "https://siem.invalid/events")
        await desk.press("Add destination")
        await desk.reads("Takes nothing")
        await expect(desk.page.get_by_role("dialog")).to_have_count(0)
        assert SECRET not in await desk.page.content()
        assert SECRET not in await desk.stored()
        await desk.press("Send a test event to SOC")
        await desk.reads("A test event for SOC is on its way")
        await desk.press("Pause SOC")
        await desk.fill("Reason", "a rest")
        await desk.press("Pause")
        await desk.reads("Paused")
        await expect(desk.page.get_by_role("dialog")).to_have_count(0)
        await desk.press("Resume SOC")
        await desk.reads("SOC resumed")
        await desk.press("Remove SOC")
        await desk.fill("Reason", "done")
        await desk.press("Remove")
        await desk.reads("No SIEM system is told yet")


@pytest.mark.slow
async def test_the_stream_on_nats_and_who_reads_it(vault: Installation) -> None:
    async with chrome() as browser:
        desk = await at(browser, vault, 1280, "light")
        await desk.sign_in("admin", OWN)
        await desk.open("/siem")
        await desk.reads("Nobody reads the stream")
        await desk.press("Add destination")
        await desk.page.get_by_text("NATS", exact=True).click()
        await expect(desk.page.get_by_label("Address", exact=True)).to_have_count(0)
        assert await desk.serious() == []
        await desk.fill("Name", "bus")
        await desk.fill("Reason", "for the SOC")
        await desk.press("Add destination")
        await expect(desk.page.get_by_role("dialog")).to_have_count(0)
        await desk.reads("stream on NATS")
        await desk.reads("Well")
        said = await asyncio.to_thread(consumers, vault, "add", "soc")
        assert said.returncode == 0, said.stderr
        seed = next(word for word in said.stdout.split() if word.startswith("SU"))
        await desk.press("Read again")
        await desk.reads("audit.>")
        assert seed not in await desk.page.content()
        assert await desk.serious() == []
        await desk.press("Remove bus")
        await desk.fill("Reason", "done")
        await desk.press("Remove")
        await desk.reads("No SIEM system is told yet")
        assert desk.faults == []


@pytest.mark.slow
async def test_all_that_somebody_saw_is_reset_at_one_press(vault: Installation) -> None:
    async with vault.visitor() as admin:
        await admin.sign_in("admin", OWN)
        body = {"username": "mallory", "display_name": "Mallory", "roles": ["password-user"]}
        made = await admin.post("/users", body)
        await admin.post("/invitations/accept", {"token": made["invitation"], "password": HIS})
        server = {"name": "db1", "type": "linux", "address": "127.0.0.1"}
        resource = (await admin.post("/resources", server))["id"]
        account = (await admin.post(f"/resources/{resource}/accounts", {"username": "root", "password": "one"}))["id"]
        await admin.does("PUT", f"/accounts/{account}/access/users/{made['id']}", {"level": "VIEW"})
    async with vault.visitor() as mallory:
        await mallory.sign_in("mallory", HIS)
        await mallory.post(f"/accounts/{account}/disclosures", {"reason": "x", "purpose": "view"})
    async with chrome() as browser:
        desk = await at(browser, vault, 1280, "light")
        await desk.sign_in("admin", OWN)
        await desk.open(f"/users/{made['id']}")
        await desk.press("Show")
        await desk.reads("root on db1")
        assert await desk.serious() == []
        await desk.press("Reset them all")
        await desk.page.get_by_role("dialog").get_by_role("button", name="Reset", exact=False).last.click()
        await desk.page.wait_for_url("**/batches/*")
        assert desk.faults == []
