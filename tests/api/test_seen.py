"""All that a person was shown since each was last changed, asked by an auditor, and on the record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.api.site import ApiSite, Browser
from tests.api.test_seers import moment
from tests.api.test_work import a_resource, an_account


async def seen(by: Browser, person: Browser, **asked: str) -> dict[str, dict[str, Any]]:
    answer = await by.get(f"/users/{person.id}/seen", params=asked)
    assert answer.status_code == 200, answer.text
    return {each["username"]: each for each in answer.json()["items"]}


async def shown(by: Browser, account: str, purpose: str, **more: object) -> int:
    answer = await by.post(f"/accounts/{account}/disclosures", {"reason": "disk", "purpose": purpose, **more})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["position"])


async def test_it_is_told_until_the_password_is_changed_and_not_when_only_the_right_is_gone(
    site: ApiSite, admin: Browser
) -> None:
    alice = await site.person(admin, "alice")
    resource = await a_resource(admin)
    root, backup = await an_account(admin, resource), await an_account(admin, resource, "backup")
    share = f"/accounts/{root}/access/users/{alice.id}"
    for each in (root, backup):
        said = await admin.put(f"/accounts/{each}/access/users/{alice.id}", {"level": "VIEW"})
        assert said.status_code == 200
    await shown(alice, root, "view")
    last = await shown(alice, root, "copy")
    await shown(admin, backup, "view")
    site.world.clock.turn(timedelta(seconds=1))
    (told,) = (await seen(admin, alice)).values()
    assert (told["account_id"], told["resource"], told["last"], told["times"]) == (root, "db1", last, 2)
    assert (told["copied"], told["level"], told["may_disclose"]) == (True, "VIEW", True)
    assert told["changed"] < told["last"]
    assert told["may_reset"]

    assert (await admin.delete(share)).status_code == 200
    site.world.clock.turn(timedelta(seconds=1))
    before = moment(site)
    (told,) = (await seen(admin, alice)).values()
    assert (told["level"], told["may_disclose"]) == (None, False)

    site.world.clock.turn(timedelta(minutes=1))
    changed = await admin.post(f"/accounts/{root}/password", {"password": "another", "reason": "he left"})
    assert changed.status_code == 200, changed.text
    site.world.clock.turn(timedelta(seconds=1))
    assert await seen(admin, alice) == {}
    assert (await seen(admin, alice, at=before)).keys() == {"root"}


async def test_a_past_password_that_is_shown_is_not_the_one_that_holds(site: ApiSite, admin: Browser) -> None:
    account = await an_account(admin, await a_resource(admin))
    body = {"password": "another", "reason": "monthly"}
    assert (await admin.post(f"/accounts/{account}/password", body)).status_code == 200
    await shown(admin, account, "view", password_number=1)
    site.world.clock.turn(timedelta(seconds=1))
    assert await seen(admin, admin) == {}
    await shown(admin, account, "view")
    site.world.clock.turn(timedelta(seconds=1))
    assert (await seen(admin, admin)).keys() == {"root"}


async def test_who_asks_hears_which_he_may_reset_himself(site: ApiSite, admin: Browser) -> None:
    other = await site.person(admin, "other", "administrator")
    account = await an_account(admin, await a_resource(admin))
    await shown(admin, account, "view")
    site.world.clock.turn(timedelta(seconds=1))
    assert [each["may_reset"] for each in (await seen(admin, admin)).values()] == [True]
    assert [each["may_reset"] for each in (await seen(other, admin)).values()] == [False]


async def test_that_it_was_asked_is_recorded_and_only_auditors_hear(site: ApiSite, admin: Browser) -> None:
    alice = await site.person(admin, "alice")
    assert (await alice.get(f"/users/{alice.id}/seen")).status_code == 403
    await seen(admin, alice)
    told = (await admin.get("/audit", params={"topic": "reading.recorded"})).json()["items"]
    assert sum(f"what user {alice.id} was shown" in each["summary"] for each in told) == 1
    early = await admin.get(f"/users/{alice.id}/seen", params={"at": "2001-01-01T00:00:00Z"})
    assert (early.status_code, early.json()["detail"]) == (404, "Nothing had been recorded by then.")
