"""Alarms as administrators see them: until somebody says that one is settled, and again when it is raised once more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, get_args

import pytest

from api import alarms
from domain.alarms import AlarmKind
from projections import generations
from tests.api.site import ApiSite, Browser

WHY = "the row was put back"
ONE_SECOND = timedelta(seconds=1)
"""Read models have PostgreSQL's clock, the log in memory has one that stands still."""


async def raised(site: ApiSite, kind: AlarmKind, position: int) -> None:
    """As the projector does."""
    async with site.views._connection() as db:
        await generations.alarm(db, kind, "resources", position, "resource.added: KeyTampered")


async def listed(by: Browser) -> list[tuple[str, int]]:
    return [(each["kind"], each["position"]) for each in (await by.get("/alarms")).json()["items"]]


async def shown(by: Browser, position: int) -> Any:
    return next(each for each in (await by.get("/alarms")).json()["items"] if each["position"] == position)


async def closes(by: Browser, alarm: Any, **changes: Any) -> int:
    told = {name: alarm[name] for name in ("kind", "name", "position")}
    answer = await by.post("/alarms/closings", {**told, "seen_at": alarm["last_at"], "reason": WHY, **changes})
    return answer.status_code


@pytest.fixture(autouse=True)
async def no_alarm(site: ApiSite) -> None:
    async with site.views._connection() as db:
        await db.execute("delete from views.alarms")


async def test_an_alarm_is_listed_until_it_is_closed(site: ApiSite, admin: Browser) -> None:
    await raised(site, AlarmKind.PARKED, 7)
    await raised(site, AlarmKind.HALTED, 8)
    site.world.clock.turn(ONE_SECOND)
    assert sorted(await listed(admin)) == [("halted", 8), ("parked", 7)]
    assert await closes(admin, await shown(admin, 7)) == 201
    assert await listed(admin) == [("halted", 8)]


async def test_one_that_is_raised_again_is_open_again(site: ApiSite, admin: Browser) -> None:
    await raised(site, AlarmKind.PARKED, 7)
    site.world.clock.turn(ONE_SECOND)
    alarm = await shown(admin, 7)
    assert await closes(admin, alarm) == 201
    await raised(site, AlarmKind.PARKED, 7)
    assert await listed(admin) == [("parked", 7)]
    assert (await shown(admin, 7))["times"] == 2
    assert await closes(admin, alarm) == 201  # as somebody who had not seen that yet
    assert await listed(admin) == [("parked", 7)]


async def test_who_closed_it_and_why_is_in_the_trail(site: ApiSite, admin: Browser) -> None:
    await raised(site, AlarmKind.FORGED, 9)
    site.world.clock.turn(ONE_SECOND)
    await closes(admin, await shown(admin, 9))
    entry = (await admin.get("/audit?topic=alarm.closed")).json()["items"][0]
    assert (entry["reason"], entry["actor"]["name"], entry["severity"]) == (WHY, "admin", "high")
    assert "forged" in entry["summary"]


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "boring"}, {"name": "Robert'); drop"}, {"position": -1}, {"seen_at": "9000-01-01T00:00:00Z"},
        {"reason": ""},
    ],
)  # fmt: skip
async def test_what_is_no_alarm_cannot_be_closed(site: ApiSite, admin: Browser, changes: dict[str, Any]) -> None:
    await raised(site, AlarmKind.PARKED, 7)
    site.world.clock.turn(ONE_SECOND)
    assert await closes(admin, await shown(admin, 7), **changes) == 422
    assert await listed(admin) == [("parked", 7)]


def test_the_api_knows_every_kind() -> None:
    assert set(get_args(alarms.Kind)) == set(AlarmKind)
