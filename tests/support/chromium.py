"""A real browser, led through its own debugging pipe: no more than signing in and pressing buttons needs."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--ignore-certificate-errors",
    "--remote-debugging-pipe",
)  # fmt: skip
NUL = b"\0"
FILL = """(label, value) => {
  const named = [...document.querySelectorAll('label')].find(each => each.textContent.trim().startsWith(label));
  const input = named && document.getElementById(named.htmlFor);
  if (!input) return false;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, value);
  input.dispatchEvent(new Event('input', {bubbles: true}));
  return true;
}"""
PRESS = """(name) => {
  const named = each => (each.getAttribute('aria-label') || each.textContent).trim() === name;
  const button = [...document.querySelectorAll('button')].filter(each => !each.disabled).reverse().find(named);
  if (!button) return false;
  button.click();
  return true;
}"""
HOLDS = "(text) => document.body.innerText.includes(text)"


@dataclass
class Page:
    """One page of one browser."""

    reading: asyncio.StreamReader
    writing: int
    session: str = ""
    asked: int = 0
    waiting: dict[int, asyncio.Future[Any]] = field(default_factory=dict)

    async def listen(self) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                said = json.loads((await self.reading.readuntil(NUL))[:-1])
                if (future := self.waiting.pop(said.get("id", 0), None)) and not future.done():
                    future.set_result(said)

    async def ask(self, method: str, **parameters: Any) -> Any:
        self.asked += 1
        asked: dict[str, Any] = {"id": self.asked, "method": method, "params": parameters}
        if self.session:
            asked["sessionId"] = self.session
        future = self.waiting[self.asked] = asyncio.get_running_loop().create_future()
        await asyncio.to_thread(os.write, self.writing, json.dumps(asked).encode() + NUL)
        said = await asyncio.wait_for(future, 60)
        assert "error" not in said, said["error"]
        return said["result"]

    async def go(self, address: str) -> None:
        await self.ask("Page.navigate", url=address)

    async def calls(self, function: str, *arguments: object) -> Any:
        given = ", ".join(map(json.dumps, arguments))
        said = await self.ask(
            "Runtime.evaluate", expression=f"({function})({given})", returnByValue=True, awaitPromise=True
        )
        return said["result"].get("value")

    async def fill(self, label: str, value: str) -> None:
        await self.until(FILL, label, value)

    async def press(self, name: str) -> None:
        await self.until(PRESS, name)

    async def shows(self, text: str) -> None:
        await self.until(HOLDS, text)

    async def until(self, function: str, *arguments: object, seconds: float = 60) -> None:
        """Do it again until it works: the page may still be on its way."""
        try:
            async with asyncio.timeout(seconds):
                while not await self.calls(function, *arguments):
                    await asyncio.sleep(0.1)
        except TimeoutError:
            said = await self.calls("() => document.body.innerText")
            pytest.fail(f"{arguments[:1]} did not come to pass; the page says: {said}")

    async def picture(self) -> bytes:
        return base64.b64decode((await self.ask("Page.captureScreenshot"))["data"])


@asynccontextmanager
async def chromium(profile: Path) -> AsyncIterator[Page]:
    """A browser over `profile`, which keeps whatever pages store; closed as a person closes it."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("there is no chromium here")
    to_read, to_write = os.pipe(), os.pipe()
    shell = f'exec "$0" "$@" 3<&{to_read[0]} 4>&{to_write[1]}'
    with open(profile.with_suffix(".log"), "wb") as output:  # noqa: ASYNC230
        process = subprocess.Popen(  # noqa: ASYNC220
            ["/bin/bash", "-c", shell, program, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(to_read[0], to_write[1]), stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    os.close(to_read[0])
    os.close(to_write[1])
    reader = asyncio.StreamReader(limit=64 << 20)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(to_write[0], "rb"))
    page = Page(reader, to_read[1])
    listening = asyncio.create_task(page.listen())
    try:
        await _attach(page)
        yield page
        page.session = ""
        with contextlib.suppress(TimeoutError):
            await page.ask("Browser.close")
        await asyncio.wait_for(asyncio.to_thread(process.wait), 30)
    finally:
        process.kill()
        process.wait()
        listening.cancel()
        os.close(to_read[1])


async def _attach(page: Page) -> None:
    targets = (await page.ask("Target.getTargets"))["targetInfos"]
    target = next(cast("str", each["targetId"]) for each in targets if each["type"] == "page")
    page.session = (await page.ask("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
    await page.ask("Page.enable")
    await page.ask("Runtime.enable")
    await page.ask("Emulation.setFocusEmulationEnabled", enabled=True)  # a page nobody looks at hides what it shows
