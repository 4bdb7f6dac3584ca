"""Who could see or use an account at a moment of the past, asked by an auditor, and on the record."""

from __future__ import annotations

from datetime import timedelta

from tests.api.site import ApiSite, Browser
from tests.api.test_work import a_resource, an_account


def moment(site: ApiSite) -> str:
    return site.world.clock().isoformat()


async def test_a_share_that_was_taken_back_is_told_for_the_time_it_held(site: ApiSite, admin: Browser) -> None:
    alice = await site.person(admin, "alice")
    account = await an_account(admin, await a_resource(admin))
    site.world.clock.turn(timedelta(seconds=1))
    before = moment(site)
    site.world.clock.turn(timedelta(minutes=5))
    share = f"/accounts/{account}/access/users/{alice.id}"
    assert (await admin.put(share, {"level": "MODIFY"})).status_code == 200
    (event,) = (await admin.get("/audit", params={"topic": "access.granted"})).json()["items"]
    granted = event["position"]
    site.world.clock.turn(timedelta(minutes=1))
    during = moment(site)
    site.world.clock.turn(timedelta(minutes=4))
    assert (await admin.delete(share)).status_code == 200
    site.world.clock.turn(timedelta(seconds=1))

    async def seers(at: str) -> dict[str, tuple[str, str, int, list[str]]]:
        said = (await admin.get(f"/accounts/{account}/seers", params={"at": at})).json()
        return {
            each["user"]["username"]: (each["level"], each["ground"], each["since"], each["may"])
            for each in said["items"]
        }

    assert set(await seers(before)) == {"admin"}
    assert (await seers(during))["alice"] == (
        "MODIFY", "account", granted, ["account.view", "account.disclose", "account.change", "account.reset"]
    )  # fmt: skip
    assert set(await seers(moment(site))) == {"admin"}
    told = (await admin.get("/audit", params={"topic": "reading.recorded"})).json()["items"]
    assert sum("who could see account" in each["summary"] for each in told) == 3


async def test_before_the_log_began_nobody_could(site: ApiSite, admin: Browser) -> None:
    account = await an_account(admin, await a_resource(admin))
    said = await admin.get(f"/accounts/{account}/seers", params={"at": "2001-01-01T00:00:00Z"})
    assert (said.status_code, said.json()["detail"]) == (404, "Nothing had been recorded by then.")
