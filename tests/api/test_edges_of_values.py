"""Values at the ends of what can be said: refused as what they are, and never a fault of ours."""

from __future__ import annotations

import base64
import json

import pytest

from projections.base import Projection
from tests.api.site import ApiSite, Browser
from tests.api.test_work import a_resource

ID = "018f0000-0000-7000-8000-00000000000a"
ENDS = ["9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59", "1969-12-31T23:59:59Z"]


@pytest.mark.parametrize("value", ["a\0b", "\ud800", None, [], {}, 1.5])
async def test_a_cursor_that_somebody_wrote_himself(admin: Browser, value: object) -> None:
    text = json.dumps(["name", value, ID])
    cursor = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    answer = await admin.get("/resources", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")


async def test_moments_that_not_every_time_zone_can_say(site: ApiSite, admin: Browser) -> None:
    """Stored, it would be read by nobody again: a database east of here shows it in the year 10000."""
    resource = await a_resource(admin)
    bob = await site.person(admin, "bob")
    for moment in ENDS:
        share = await admin.put(f"/resources/{resource}/access/users/{bob.id}", {"level": "VIEW", "until": moment})
        asked = [await admin.get("/audit", params={name: moment}) for name in ("from", "to")]
        for answer, field in zip((share, *asked), ("until", "from", "to"), strict=True):
            assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field), moment
    last = {"level": "VIEW", "until": "9998-12-31T23:59:59-12:00"}
    assert (await admin.put(f"/resources/{resource}/access/users/{bob.id}", last)).status_code == 422
    first = {"level": "VIEW", "until": "9998-12-31T23:59:59+12:00"}
    assert (await admin.put(f"/resources/{resource}/access/users/{bob.id}", first)).status_code == 200


async def test_a_fault_behind_a_route_is_a_problem_document_and_says_nothing(
    site: ApiSite, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: type[Projection]) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(site.views, "reading", broken)
    answer = await admin.get("/resources")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.json()["type"] == "/problems/unexpected"
    assert "hunter2" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
