"""A person at a browser: finds things by role and label, and notes all that a page should not do."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, ConsoleMessage, Locator, Page, Request, async_playwright, expect

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip
AXE = Path(__file__).resolve().parents[2] / "ui" / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE = 30_000
WATCH = """document.addEventListener('securitypolicyviolation', event => console.error(
  `CSP: ${event.violatedDirective} ${event.blockedURI}`))"""
SERIOUS = """async rules => (await axe.run(document, {resultTypes: ['violations'],
  ...(rules.length ? {runOnly: {type: 'rule', values: rules}} : {})})).violations
  .filter(each => ['serious', 'critical'].includes(each.impact))
  .map(each => `${each.id}: ${each.nodes.map(node => node.target.join(' ')).join(', ')}`)"""
TOO_WIDE = """() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const outside = [...document.querySelectorAll('main *')].filter(each =>
    each.getBoundingClientRect().right > innerWidth + 1 && !each.closest('.sr-scroll, [data-scroll]'));
  return wide > 0 ? outside.slice(0, 3).map(each => each.outerHTML.slice(0, 120)).concat(`${wide} px`) : [];
}"""
STORED = """async () => JSON.stringify({
  local: {...localStorage}, session: {...sessionStorage}, cookies: document.cookie,
  databases: (await indexedDB.databases()).map(each => each.name), caches: await caches.keys()})"""


@dataclass
class Desk:
    """One page of one person. What must never be on it is in `faults`."""

    page: Page
    address: str
    faults: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=lambda: ["status of 401"])
    """What the browser may complain of: refusals that a test brings about, and asking who is signed in at the door."""

    def watch(self) -> None:
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(each in message.text for each in self.expected):
            self.faults.append(f"{message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).scheme not in ("data", "blob") and not request.url.startswith(f"{self.address}/"):
            self.faults.append(f"request elsewhere: {request.url}")

    async def open(self, path: str) -> None:
        await self.page.goto(path if path.startswith("https:") else f"{self.address}{path}")

    async def sign_in(self, username: str, password: str) -> None:
        await self.open("/sign-in")
        await self.fill("User name", username)
        await self.fill("Password", password)
        await self.press("Sign in")
        await self.sees("Overview")

    async def fill(self, label: str, text: str) -> None:
        """The field of a dialog, if one is open."""
        await (await self._front()).get_by_label(label, exact=True).fill(text)

    async def press(self, name: str) -> None:
        await (await self._front()).get_by_role("button", name=name, exact=True).click()

    async def go(self, name: str) -> None:
        await self.page.get_by_role("link", name=name, exact=True).first.click()

    async def tab(self, name: str) -> None:
        await self.page.get_by_role("tab", name=name, exact=True).click()

    async def pick(self, label: str, typed: str, option: str) -> None:
        """Type into a field with a list, and choose from it."""
        box = (await self._front()).get_by_role("combobox", name=label)
        await box.click()
        await box.fill(typed)
        await self.page.get_by_role("option", name=option).click()

    async def sees(self, heading: str) -> None:
        await expect(self.page.get_by_role("heading", name=heading, exact=True).first).to_be_visible(timeout=PATIENCE)

    async def reads(self, text: str | re.Pattern[str], seconds: float = 30) -> None:
        await expect(self.page.get_by_text(text).first).to_be_visible(timeout=seconds * 1000)

    async def _front(self) -> Locator | Page:
        dialogs = self.page.get_by_role("dialog")
        return dialogs.last if await dialogs.count() else self.page

    async def serious(self, *rules: str) -> list[str]:
        """What axe finds that would keep somebody out. Read from disk, past the page's own policy."""
        if not await self.page.evaluate("'axe' in window"):
            await self.page.evaluate(AXE.read_text())
        found: list[str] = await self.page.evaluate(SERIOUS, list(rules))
        return found

    async def too_wide(self) -> list[str]:
        """What reaches beyond the window."""
        found: list[str] = await self.page.evaluate(TOO_WIDE)
        return found

    async def stored(self) -> str:
        """All that scripts can read of what the browser keeps."""
        return str(await self.page.evaluate(STORED))


@asynccontextmanager
async def chrome() -> AsyncIterator[Browser]:
    """A browser for several people; skipped where there is none."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("there is no chromium here")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


async def a_desk(browser: Browser, address: str, **options: Any) -> Desk:
    """Somebody new at a browser of his own: nothing is shared with others."""
    context = await browser.new_context(
        ignore_https_errors=True, viewport={"width": 1280, "height": 860}, permissions=["clipboard-read"], **options
    )
    context.set_default_timeout(PATIENCE)
    await context.add_init_script(WATCH)
    desk = Desk(await context.new_page(), address)
    desk.watch()
    return desk
