"""How soon pages and presses are answered in a browser, on the demonstration's year of a company."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench.stage import Stage
from bench.trial import Figures, NoResult, Round, Row, Trial, at_most, figure
from bench.upped import ROOT, Installation
from commands.demo import PASSWORDS
from commands.demonstration.company import FOUNDER
from tests.support.desk import Desk, a_desk, chrome
from tests.support.servers import scratch

LISTS = (
    "/",
    "/resources",
    "/accounts",
    "/users",
    "/audit",
    "/batches",
    "/alarms",
    "/system",
    "/sessions",
    "/settings",
    "/import",
)
OF_ONE = {
    "/resources": ("", "?tab=sharing"), "/accounts": ("", "?tab=timeline", "?tab=passwords", "?tab=sharing"),
    "/users": ("",),
}  # fmt: skip
NOTHING_MOVES_FOR = 300
"""Milliseconds; then the last change was when the page was whole."""
WATCH = """(() => {
  const still = () => document.querySelector('main h1, main h2') &&
    !document.querySelector('main [aria-busy=true], [aria-label=Loading]');
  let last = 0;
  new MutationObserver(() => { last = performance.now(); })
    .observe(document, {subtree: true, childList: true, characterData: true});
  window.whole = () => new Promise(resolve => {
    const look = () => still() && performance.now() - last > QUIET ? resolve(last) : setTimeout(look, 20);
    look();
  });
  window.waits = [];
  new PerformanceObserver(list => list.getEntries().forEach(each => each.interactionId && waits.push(each.duration)))
    .observe({type: 'event', durationThreshold: 16, buffered: true});
})()""".replace("QUIET", str(NOTHING_MOVES_FOR))


@contextmanager
def opened(stage: Stage) -> Iterator[Round]:
    with ExitStack() as stack:
        installation = Installation(stack.enter_context(scratch()))
        stage.note("making the demonstration")
        password = _demonstrated(installation)
        installation.start()
        stack.callback(installation.stop)

        def round_() -> Figures:
            return asyncio.run(_looked_at(installation, password))

        yield round_


def _demonstrated(installation: Installation) -> str:
    """The password of its founder."""
    settings = installation.settings
    words = ["demo", "--state", str(settings.state), "--config", str(settings.config), "--json"]
    env = {"PATH": os.environ["PATH"], "HOME": str(installation.folder)}
    done = subprocess.run(
        [sys.executable, str(ROOT / "strongroom.py"), *words], cwd=ROOT, env=env, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise NoResult(f"the demonstration was not made: {done.stderr[-500:]}")
    (found,) = Path(settings.config).rglob(PASSWORDS)
    return dict(line.split(maxsplit=1) for line in found.read_text().splitlines())[FOUNDER.username]


async def _looked_at(installation: Installation, password: str) -> Figures:
    """The slowest page and the slowest press, by somebody who sees all there is."""
    async with chrome() as browser:
        desk = await a_desk(browser, installation.address, reduced_motion="reduce")
        await desk.page.add_init_script(WATCH)
        await desk.sign_in(FOUNDER.username, password)
        pages = await _pages(desk)
        await _whole(desk, pages[0])  # the program itself is in the browser's cache from here on
        took = {path: await _whole(desk, path) for path in random.sample(pages, len(pages))}
        waits = [wait for work in PRESSES.values() for wait in await _presses(desk, work)]
    slowest = max(took, key=lambda path: took[path])
    print(
        f"  slowest: {slowest.split('?')[0][:14]} {took[slowest]:.0f} ms; {len(waits)} presses over 16 ms",
        file=sys.stderr,
    )
    return {
        "page": took[slowest],
        "page-median": sorted(took.values())[len(took) // 2],
        "press": max(waits, default=16.0),
    }


async def _pages(desk: Desk) -> list[str]:
    """Every list, and one of each thing: the first that its list shows."""
    found = list(LISTS)
    for path, tabs in OF_ONE.items():
        await _whole(desk, path)
        link = desk.page.locator(f'main a[href^="{path}/"]').first
        found += [f"{await link.get_attribute('href')}{tab}" for tab in tabs]
    return found


async def _whole(desk: Desk, path: str) -> float:
    """Milliseconds from asking for the page to the last change of what it shows."""
    await desk.open(path)
    return float(await desk.page.evaluate("whole()"))


Press = Callable[[Desk], Awaitable[Any]]


async def _find(desk: Desk) -> None:
    await desk.open("/accounts")
    await desk.page.evaluate("whole()")
    await desk.page.get_by_label("Search by user name or resource").press_sequentially("postgres", delay=80)
    await desk.page.evaluate("whole()")


async def _palette(desk: Desk) -> None:
    await desk.page.keyboard.press("Control+k")
    await desk.page.get_by_label("Go to, find or do").press_sequentially("audit", delay=80)
    await desk.page.keyboard.press("Enter")
    await desk.page.evaluate("whole()")


async def _walk(desk: Desk) -> None:
    """Over the navigation: no page is loaded anew."""
    for name in ("Resources", "Accounts", "Users", "Audit trail", "Overview"):
        await desk.go(name)
        await desk.page.evaluate("whole()")


async def _dialog(desk: Desk) -> None:
    await desk.go("Resources")
    await desk.page.evaluate("whole()")
    await desk.press("Add resource")
    await desk.page.get_by_role("dialog").get_by_label("Name").press_sequentially("new-db-1", delay=80)
    await desk.page.keyboard.press("Escape")


PRESSES: Mapping[str, Press] = {"find": _find, "palette": _palette, "walk": _walk, "dialog": _dialog}


async def _presses(desk: Desk, work: Press) -> list[float]:
    """How long the browser took to show what came of each press; those under 16 ms it does not tell."""
    await work(desk)
    await asyncio.sleep(0.2)
    waits: list[float] = await desk.page.evaluate("waits.splice(0)")
    return waits


PAGES = Trial(
    "pages",
    (
        Row("pages-slowest", "any page on the demonstration's data, until nothing on it changes",
            at_most(1000, "ms"), figure("page")),
        Row("pages-press", "any press or key, until what came of it is shown", at_most(100, "ms"), figure("press")),
    ),
    opened,
)  # fmt: skip
