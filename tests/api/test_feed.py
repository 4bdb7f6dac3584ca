"""The feed: every event once, in order, in each format, for those who may take copies of the trail."""

from __future__ import annotations

import json

import pytest

from projections.pages import MOST
from tests.api.site import ApiSite, Browser
from tests.api.test_work import a_resource

FORMATS = ("jsonl", "ocsf", "ocsf-1.9", "ecs", "cloudevents", "cef", "leef")


@pytest.mark.parametrize("format", FORMATS)
async def test_a_line_an_event(site: ApiSite, admin: Browser, format: str) -> None:
    await a_resource(admin)
    head = site.world.log.head
    answer = await admin.get("/siem/events", params={"format": format})
    assert answer.status_code == 200, answer.text
    assert len(answer.text.splitlines()) == int(answer.headers["strongroom-last"]) >= head


async def test_from_where_it_was_left(site: ApiSite, admin: Browser) -> None:
    await a_resource(admin)
    first = await admin.get("/siem/events", params={"limit": 3})
    assert [json.loads(line)["metadata"]["sequence"] for line in first.text.splitlines()] == [1, 2, 3]
    then = await admin.get("/siem/events", params={"after": first.headers["strongroom-last"], "limit": 2})
    assert [json.loads(line)["metadata"]["sequence"] for line in then.text.splitlines()] == [4, 5]


@pytest.mark.parametrize("asked", [{"limit": MOST + 1}, {"limit": 0}, {"after": -1}, {"format": "pdf"}])
async def test_what_cannot_be_meant_is_refused(admin: Browser, asked: dict[str, object]) -> None:
    assert (await admin.get("/siem/events", params=asked)).status_code == 422
