"""A file is brought in at the console: looked at first, imported row by row, what failed tried again, nothing kept."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.test_pages import OWN, at, turned
from tests.support.desk import PATIENCE, Desk, chrome
from tests.support.installation import Installation, Visitor, installation

EXACT = '  =hunter2;"quoted", 🗝\u00a0'
"""Blanks at both ends, separators, quotation marks, the beginning of a formula, and a character of four bytes."""
MANY = 400
TRIES = 30
ROWS = (
    ("web-01", "linux", "web-01.example.com", "22", "", "root", EXACT, ""),
    ("web-01", "", "", "", "", "deploy", "", "made by the policy"),
    ("web-02", "linux", "web-02.example.com", "", "", "root", "hunter2 late", ""),
    ("db-01", "database", "db-01.example.com", "", "", "postgres", "hunter2 there", ""),
    ("mail", "toaster", "mail.example.com", "99999", "", "root", "hunter2 wrong", ""),
    ("=cmd()", "", "", "", "", "root", "hunter2 formula", ""),
)
WEB_02 = {"name": "web-02", "type": "linux", "address": "elsewhere.example.com"}


@pytest.fixture(scope="module")
def vault() -> Iterator[Installation]:
    yield from installation(OWN)


@pytest.mark.slow
async def test_a_file_with_good_and_bad_rows_is_imported_and_its_passwords_come_out_as_they_were(
    vault: Installation, tmp_path: Path
) -> None:
    async with vault.visitor() as admin, chrome() as browser:
        await admin.sign_in("admin", OWN)
        await one_is_there(admin)
        desk = await at(browser, vault, 1280, "light")
        await desk.sign_in("admin", OWN)
        await desk.open("/resources")
        await desk.press("Import")
        await desk.sees("Import")
        await chosen(desk, await written(desk, tmp_path))
        await expect(desk.page.get_by_role("radio", name="New 3")).to_be_attached()
        for words in ("Already there 1", "Errors 2", "All 6"):
            await desk.reads(words)
        assert await turned(desk, "import preview") == []
        await desk.page.set_viewport_size({"width": 1280, "height": 860})
        other = await admin.post("/resources", WEB_02)
        await imports(desk, 3)
        await desk.reads("Done: 2 rows added · 1 failed · 0 already there", seconds=PATIENCE / 1000)
        await desk.reads("You have a resource of this name at elsewhere.example.com")
        assert await turned(desk, "import done") == []
        await desk.page.set_viewport_size({"width": 1280, "height": 860})
        errors = await told(desk)
        assert [row["row"] for row in errors] == ["4", "6", "7"]
        assert errors[2]["resource"] == "'=cmd()"
        body = {**WEB_02, "name": "another web-02"}
        await admin.does("PUT", f"/resources/{other['id']}", body, **{"if-match": '"1"'})
        await desk.press("Retry the failed")
        await desk.reads("Done: 3 rows added · 0 failed · 0 already there", seconds=PATIENCE / 1000)
        await nothing_is_kept(desk, vault)
        await desk.page.get_by_role("row", name="2 added web-01 root").get_by_role("link", name="root").click()
        assert await revealed(desk, "root") == EXACT
        assert desk.faults == []


async def one_is_there(admin: Visitor) -> None:
    resource = (await admin.post("/resources", {"name": "db-01", "type": "database", "address": "db-01.example.com"}))[
        "id"
    ]
    await admin.post(f"/resources/{resource}/accounts", {"username": "postgres", "generate": True})


async def written(desk: Desk, folder: Path) -> Path:
    """The template that the console gives, filled in as a spreadsheet would."""
    async with desk.page.expect_download() as downloading:
        await desk.press("Download a template")
    headings = (await (await downloading.value).path()).read_text()
    rows = io.StringIO()
    csv.writer(rows).writerows(ROWS)
    path = folder / "accounts.csv"
    path.write_bytes(b"\xef\xbb\xbf" + (headings + rows.getvalue()).encode())
    return path


async def chosen(desk: Desk, file: Path) -> None:
    """By keyboard alone."""
    async with desk.page.expect_file_chooser() as choosing:
        await desk.page.get_by_role("button", name="CSV file").press("Enter")
    await (await choosing.value).set_files(file)


async def imports(desk: Desk, rows: int) -> None:
    await desk.press(f"Import {rows} rows")
    await expect(desk.page.get_by_role("dialog")).to_contain_text("This adds 2 resources, which you will own")
    await expect(desk.page.get_by_role("dialog")).to_contain_text("3 rows that are there already or have an error")
    assert await desk.serious() == []
    await desk.page.keyboard.type("moving house")
    await desk.page.keyboard.press("Enter")


async def told(desk: Desk) -> list[dict[str, str]]:
    """What is left to see to, as the console gives it."""
    async with desk.page.expect_download() as downloading:
        await desk.press("Download the errors")
    text = (await (await downloading.value).path()).read_text()
    assert "hunter2" not in text
    return list(csv.DictReader(io.StringIO(text)))


async def nothing_is_kept(desk: Desk, vault: Installation) -> None:
    assert "hunter2" not in await desk.page.content()
    assert "hunter2" not in await desk.stored()
    for log in (vault.state / "logs").iterdir():
        assert b"hunter2" not in log.read_bytes()
    assert b"hunter2" not in vault.traces.read_bytes()


async def revealed(desk: Desk, username: str) -> str:
    await desk.press(f"Show password of {username}")
    await desk.fill("Reason", "is it the one of the file")
    await desk.press("Show")
    shown = desk.page.get_by_role("group", name=f"password of {username}")
    await expect(shown).to_be_visible()
    return await shown.text_content() or ""


@pytest.mark.slow
async def test_an_import_outlives_the_api_and_adds_nothing_twice(vault: Installation, tmp_path: Path) -> None:
    """Killed in the middle; the same file goes on where it was broken off, and counts what was added before."""
    file = tmp_path / "many.csv"
    rows = [f"many,linux,many.example.com,user{number},hunter2 {number}" for number in range(MANY)]
    file.write_text("\n".join(["resource,type,address,account,password", *rows]))
    async with vault.visitor() as admin, chrome() as browser:
        await admin.sign_in("admin", OWN)
        desk = await at(browser, vault, 1280, "light")
        desk.expected += ["net::", "status of 5"]
        await desk.sign_in("admin", OWN)
        await desk.open("/import")
        await desk.sees("Import")
        await chosen(desk, file)
        await desk.press(f"Import {MANY} rows")
        await desk.press("Import")
        await desk.reads(re.compile(rf"^[1-9]\d* of {MANY}: [1-9]"))
        os.kill(vault.pid("api"), signal.SIGKILL)
        await expect(desk.page.get_by_role("button", name="Go on")).to_be_visible(timeout=PATIENCE)
        assert f"Done: {MANY}" not in await desk.page.content(), "it was over before it was killed"
        await expect(desk.page.get_by_text(re.compile(f"^(0|{MANY}) of {MANY}"))).to_have_count(0)
        for _ in range(TRIES):
            if await desk.page.get_by_role("button", name="Go on").count() == 0:
                break
            await desk.press("Go on")
            await expect(desk.page.locator("[data-loading]")).to_have_count(0, timeout=4 * PATIENCE)
            await asyncio.sleep(1)
        await desk.reads(f"Done: {MANY} rows added · 0 failed · 0 already there", seconds=60)
        found = await admin.get("/dashboard", (await admin.get("/status"))["position"])
        trail = await admin.get("/audit?topic=import.opened&topic=import.ended&limit=4")
        ended, opened, *_ = trail["items"]
        assert (opened["topic"], ended["topic"]) == ("import.opened", "import.ended")
        assert f"accounts: {MANY}" in ended["summary"]
        assert found["counts"]["accounts"] >= MANY
        assert desk.faults == []
