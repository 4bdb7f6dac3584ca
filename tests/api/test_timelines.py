"""An account's life by the API: the same rules as for the trail, within a window, and on the record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.api.site import ApiSite, Browser
from tests.api.test_seers import moment
from tests.api.test_work import a_resource, an_account


async def life(by: Browser, account: str, **window: str) -> dict[str, Any]:
    answer = await by.get(f"/accounts/{account}/timeline", params=window)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def bars(told: dict[str, Any]) -> list[tuple[str, str, str, bool]]:
    return [(each["holder"]["name"], each["level"], each["ground"], each["ended_at"] is None) for each in told["held"]]


def topics(told: dict[str, Any], part: str) -> list[str]:
    return [each["topic"] for each in told[part]]


async def test_a_life_is_told_with_who_held_it_and_within_a_window(site: ApiSite, admin: Browser) -> None:
    alice = await site.person(admin, "alice")
    account = await an_account(admin, await a_resource(admin))
    share = f"/accounts/{account}/access/users/{alice.id}"
    site.world.clock.turn(timedelta(minutes=4))
    between = moment(site)
    assert (await admin.put(share, {"level": "MODIFY"})).status_code == 200
    shown = await alice.post(f"/accounts/{account}/disclosures", {"reason": "disk", "purpose": "view"})
    assert shown.status_code == 201
    site.world.clock.turn(timedelta(minutes=2))
    hers = await life(alice, account)
    assert (await admin.delete(share)).status_code == 200
    site.world.clock.turn(timedelta(seconds=1))
    whole = await life(admin, account)
    later, early = await life(admin, account, **{"from": between}), await life(admin, account, to=between)

    assert bars(whole) == [("admin", "OWNER", "owner", True), ("alice", "MODIFY", "account", False)]
    assert (topics(whole, "marks")[0], topics(whole, "items")[-1]) == ("account.added", "account.added")
    assert sorted(topics(whole, "marks")) == sorted(topics(whole, "items"))
    assert (topics(early, "items"), bars(early)) == (["account.added"], [("admin", "OWNER", "owner", True)])
    assert "account.added" not in topics(later, "items") + topics(later, "marks")
    assert [each["holder"]["name"] for each in later["held"]] == ["admin", "alice"]

    assert (bars(hers), hers["complete"]) == ([("alice", "MODIFY", "account", True)], False)
    assert topics(hers, "items") == ["account-password.disclosed", "account.added"]
    assert sorted(topics(hers, "marks")) == sorted(topics(hers, "items"))


async def test_that_a_life_was_looked_at_is_recorded_before_it_is_told(site: ApiSite, admin: Browser) -> None:
    account = await an_account(admin, await a_resource(admin))
    before = site.world.log.head
    await life(admin, account)
    assert await site.world.topics(before) == ["reading.recorded"]
    stranger = await site.person(admin, "stranger")
    before = site.world.log.head
    assert (await stranger.get(f"/accounts/{account}/timeline")).status_code == 404
    assert await site.world.topics(before) == ["refusal.recorded"]


async def test_a_window_that_ends_before_it_begins_is_refused_and_nothing_recorded(
    site: ApiSite, admin: Browser
) -> None:
    account = await an_account(admin, await a_resource(admin))
    before, now = site.world.log.head, moment(site)
    answer = await admin.get(f"/accounts/{account}/timeline", params={"from": now, "to": now})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "to")
    assert site.world.log.head == before
