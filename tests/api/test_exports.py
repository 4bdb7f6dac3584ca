"""A copy of the trail: recorded before it is given out, complete, and harmless to the program that opens it."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from datetime import timedelta
from typing import Any, cast

import httpx
import pytest

from api import exports, observed, tabular
from ops.spreadsheets import safe
from projections import audit_trail
from projections.audit_trail import EntryDetail
from tests.api.site import ApiSite, Browser
from tests.api.test_work import a_resource


def rows_of(answer: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text)))


async def test_it_is_recorded_with_filters_and_count_before_anything_is_given_out(
    site: ApiSite, admin: Browser
) -> None:
    await a_resource(admin)
    before = site.world.log.head
    asked = {"params": {"topic": "resource.added"}}
    answer = await admin.post("/audit/exports", {"format": "csv", "reason": "yearly audit"}, **asked)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="strongroom-audit-{before}.csv"'
    assert answer.headers["strongroom-position"] == str(before + 1)
    assert answer.headers["cache-control"] == "no-store"
    event, end = cast("list[Any]", await site.world.events(before))
    assert (event.TOPIC, event.count, event.up_to) == ("audit.exported", 1, before)
    assert json.loads(event.question) == {"topic": ["resource.added"]}
    assert event.provenance.reason == "yearly audit"
    assert (end.TOPIC, end.given, end.whole) == ("audit.export-ended", 1, True)
    assert (end.provenance.causation, end.provenance.request_id) == (before + 1, event.provenance.request_id)
    [row] = rows_of(answer)
    assert tuple(row) == tabular.COLUMNS
    assert (row["topic"], row["object"], row["actor"]) == ("resource.added", "db1", "admin")


async def test_the_longest_question_is_recorded_to_its_end(site: ApiSite, admin: Browser) -> None:
    """Twenty kinds of events, and as long a text as may be searched for: what was taken can be told from the record."""
    kinds = [f"{'x' * 58}.{letter}" for letter in "abcdefghijklmnopqrst"]
    asked = {"topic": kinds, "q": '"' * 200, "outcome": "done"}
    before = site.world.log.head
    assert (await admin.post("/audit/exports", {"format": "csv"}, params=asked)).status_code == 200
    assert (await admin.get("/audit", params=asked)).status_code == 200
    asked_for = [event for event in await site.world.events(before) if event.TOPIC != "audit.export-ended"]
    for event in asked_for:
        assert json.loads(event.question) == asked  # type: ignore[attr-defined]


async def test_a_question_too_long_to_be_recorded_is_not_answered(
    admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commands.readings.LONGEST", 20)
    asked = {"params": {"topic": "resource.added"}}
    for answer in (await admin.post("/audit/exports", {"format": "csv"}, **asked), await admin.get("/audit", **asked)):
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "topic")


@pytest.mark.parametrize("format", ["csv", "json"])
async def test_it_holds_every_entry_up_to_itself_page_after_page(
    site: ApiSite, admin: Browser, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    monkeypatch.setattr(exports, "MOST", 3)
    up_to = site.world.log.head
    answer = await admin.post("/audit/exports", {"format": format})
    if format == "csv":
        positions = [int(row["position"]) for row in rows_of(answer)]
    else:
        said = answer.json()
        assert (said["count"], said["up_to"], said["filters"]) == (up_to, up_to, {})
        positions = [entry["position"] for entry in said["entries"]]
        assert said["entries"][-1]["details"]["product_version"] == "1"
    assert positions == list(range(up_to, 0, -1))


async def test_a_copy_may_take_longer_than_other_answers(admin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    wholly = audit_trail.list_whole

    async def slowly(*asked: Any) -> Any:
        await asyncio.sleep(observed.SECONDS + 0.2)
        return await wholly(*asked)

    monkeypatch.setattr(audit_trail, "list_whole", slowly)
    answer = await admin.post("/audit/exports", {"format": "json"})
    assert len(answer.json()["entries"]) == answer.json()["count"]


async def test_whoever_is_signed_out_meanwhile_does_not_get_the_rest(
    site: ApiSite, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST", 3)
    written: list[int] = []

    def noting(entry: EntryDetail) -> list[object]:
        written.append(entry.position)
        site.world.clock.turn(timedelta(hours=3))
        return list(tabular.plain_of(entry).values())

    monkeypatch.setattr(tabular, "row_of", noting)
    with pytest.raises(AssertionError):  # of httpx: the answer began and has no end, on which a server hangs up
        await admin.post("/audit/exports", {"format": "csv"})
    assert len(written) == 3
    assert await ends_of(site) == [(3, False)]


async def ends_of(site: ApiSite) -> list[tuple[int, bool]]:
    events: list[Any] = [event for event in await site.world.events() if event.TOPIC == "audit.export-ended"]
    return [(event.given, event.whole) for event in events]


async def test_that_a_reader_hung_up_is_recorded(
    site: ApiSite, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST", 3)
    wholly, pages, stuck = audit_trail.list_whole, iter(range(2)), asyncio.Event()

    async def until_the_third(*asked: Any) -> Any:
        if next(pages, None) is None:
            stuck.set()
            await asyncio.Event().wait()
        return await wholly(*asked)

    monkeypatch.setattr(audit_trail, "list_whole", until_the_third)
    reader = asyncio.create_task(admin.post("/audit/exports", {"format": "csv"}))
    await stuck.wait()
    reader.cancel()
    await asyncio.gather(reader, return_exceptions=True)
    async with asyncio.timeout(10):
        while not await ends_of(site):
            await asyncio.sleep(0.01)
    assert await ends_of(site) == [(6, False)]


async def test_an_export_of_too_much_is_refused_and_not_begun(
    site: ApiSite, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.exports.MOST", 2)
    answer = await admin.post("/audit/exports", {"format": "csv"})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")
    assert "audit.exported" not in await site.world.topics()


@pytest.mark.parametrize("evil", ['=HYPERLINK("https://evil.example")', "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx"])
def test_no_cell_is_a_formula(evil: str) -> None:
    assert safe(evil) == f"'{evil}"
    [[cell]] = csv.reader(io.StringIO(tabular.csv_lines([[evil]]).decode(), newline=""))
    assert cell == f"'{evil}"


@pytest.mark.parametrize("good", ["a=b", "", "web-07", 7, None])
def test_other_cells_stay_as_they_are(good: object) -> None:
    assert safe(good) == good


async def test_a_name_that_is_a_formula_leaves_as_text(admin: Browser) -> None:
    await a_resource(admin, name="=cmd|' /C calc'!A0")
    answer = await admin.post("/audit/exports", {"format": "csv"}, params={"topic": "resource.added"})
    assert rows_of(answer)[0]["object"] == "'=cmd|' /C calc'!A0"
