"""A day's work through the API: add, share, disclose, change, reset, look up; and what may not be lost on the way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from projections.base import Projection
from tests.api.site import ApiSite, Browser

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGxv8wN2VdVZ0kd1c7zQmJ3t9Y6bS0m1nO0sJ2mM1p9Q"
PASSWORD = 's3cr\'et "$(id)" -ü🗝'
SERVER = {"name": "db1", "type": "linux", "address": "db1.example", "port": 22, "description": "the ledger"}


async def a_resource(by: Browser, **changes: object) -> str:
    answer = await by.post("/resources", {**SERVER, **changes})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def an_account(by: Browser, resource: str, username: str = "root") -> str:
    answer = await by.post(f"/resources/{resource}/accounts", {"username": username, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_password_goes_in_is_recorded_and_comes_out_as_it_was(site: ApiSite, admin: Browser) -> None:
    account = await an_account(admin, await a_resource(admin))
    before = site.world.log.head
    body = {"reason": "disk full", "ticket": "CHG1", "purpose": "view"}
    answer = await admin.post(f"/accounts/{account}/disclosures", body)
    assert answer.status_code == 201
    assert answer.json() == {"password": PASSWORD, "position": before + 1, "password_number": 1}
    assert answer.headers["strongroom-position"] == str(before + 1)
    assert answer.headers["cache-control"] == "no-store"
    assert await site.world.topics(before) == ["account-password.disclosed"]


async def test_what_was_added_is_listed_with_what_one_may_do(admin: Browser) -> None:
    resource = await a_resource(admin)
    account = await an_account(admin, resource)
    shown = (await admin.get(f"/resources/{resource}")).json()
    assert {name: shown[name] for name in SERVER} == SERVER
    assert (shown["level"], shown["accounts"], shown["version"]) == ("OWNER", 1, 1)
    assert "account.add" in shown["may"]
    (listed,) = (await admin.get("/accounts", params={"q": "roo"})).json()["items"]
    assert (listed["id"], listed["resource"]["name"], listed["reset_state"]) == (account, "db1", "none")
    assert (await admin.get("/resources", params={"type": "windows"})).json()["items"] == []


async def test_an_older_version_is_not_written_over(admin: Browser) -> None:
    resource = await a_resource(admin)
    path = f"/resources/{resource}"
    assert (await admin.get(path)).headers["etag"] == '"1"'
    assert (await admin.put(path, {**SERVER, "name": "db2"})).status_code == 428
    assert (await admin.put(path, {**SERVER, "name": "db2"}, 1)).status_code == 200
    assert (await admin.put(path, {**SERVER, "name": "db3"}, 1)).status_code == 412
    assert (await admin.get(path)).json()["name"] == "db2"


@pytest.mark.parametrize(("part", "body"), [("reset-way", {}), ("jump-host", {"resource_id": None})])
async def test_how_passwords_are_changed_is_not_written_over_unread(admin: Browser, part: str, body: Any) -> None:
    """By whom passwords are set, and over which host: never by somebody who saw it otherwise."""
    resource = await a_resource(admin)
    login = await an_account(admin, resource)
    assert (await admin.put(f"/resources/{resource}/reset-way", {"login_id": login}, 1)).status_code == 200
    path = f"/resources/{resource}/{part}"
    assert (await admin.put(path, body)).status_code == 428
    assert (await admin.put(path, body, 1)).status_code == 412
    read = await admin.get(f"/resources/{resource}/reset-way")
    assert read.json()["login"]["id"] == login
    assert (await admin.put(path, body, int(read.headers["etag"].strip('"')))).status_code == 200
    now = (await admin.get(f"/resources/{resource}")).json()["version"]
    assert (await admin.put(f"/resources/{resource}", SERVER, now)).status_code == 200


async def test_a_share_shows_changes_and_ends(site: ApiSite, admin: Browser) -> None:
    bob = await site.person(admin, "bob")
    resource = await a_resource(admin)
    account = await an_account(admin, resource)
    disclose = {"reason": "why not", "purpose": "copy"}
    assert (await bob.post(f"/accounts/{account}/disclosures", disclose)).status_code == 404
    share = f"/resources/{resource}/access/users/{bob.id}"
    assert (await admin.put(share, {"level": "VIEW"})).status_code == 200
    assert (await bob.get(f"/accounts/{account}")).json()["level"] == "VIEW"
    assert (await bob.post(f"/accounts/{account}/disclosures", disclose)).status_code == 201
    assert (await bob.post(f"/accounts/{account}/password", {"generate": True})).status_code == 403
    listed = (await admin.get(f"/resources/{resource}/access")).json()
    assert [(each["subject"]["name"], each["level"]) for each in listed["grants"]] == [("bob", "VIEW")]
    assert (await admin.put(share, {"level": "MODIFY"}, listed["version"] - 1)).status_code == 412
    assert (await admin.put(share, {"level": "MODIFY"}, listed["version"])).status_code == 200
    assert (await bob.post(f"/accounts/{account}/password", {"generate": True})).json()["password_number"] == 2
    assert (await admin.delete(share)).status_code == 200
    assert (await bob.get(f"/accounts/{account}")).status_code == 404


async def test_past_passwords_are_listed_by_number_and_can_be_shown(admin: Browser) -> None:
    account = await an_account(admin, await a_resource(admin))
    await admin.post(f"/accounts/{account}/password", {"generate": True, "reason": "leaver"})
    listed = (await admin.get(f"/accounts/{account}/passwords")).json()["items"]
    assert [(each["number"], each["cause"], each["current"]) for each in listed] == [
        (2, "changed", True),
        (1, "added", False),
    ]
    body = {"reason": "restore", "purpose": "view", "password_number": 1}
    assert (await admin.post(f"/accounts/{account}/disclosures", body)).json()["password"] == PASSWORD


async def test_a_reset_needs_a_pinned_host_key_and_is_then_open(admin: Browser) -> None:
    resource = await a_resource(admin)
    account = await an_account(admin, resource)
    ask = {"reason": "monthly"}
    assert (await admin.post(f"/accounts/{account}/resets", ask)).status_code == 422
    pinned = await admin.put(f"/resources/{resource}/host-key", {"host_key": KEY})
    assert pinned.json()["fingerprint"].startswith("SHA256:")
    opened = await admin.post(f"/accounts/{account}/resets", ask)
    assert opened.status_code == 201
    reset = (await admin.get(f"/resets/{opened.json()['id']}")).json()
    assert (reset["state"], reset["account_id"], reset["reason"]) == ("open", account, "monthly")
    assert (await admin.get(f"/accounts/{account}")).json()["reset_state"] == "open"
    assert (await admin.post(f"/accounts/{account}/resets", ask)).status_code == 409
    assert len((await admin.get(f"/accounts/{account}/resets")).json()["items"]) == 1


async def test_a_batch_is_followed_account_by_account(site: ApiSite, admin: Browser) -> None:
    resource = await a_resource(admin)
    await admin.put(f"/resources/{resource}/host-key", {"host_key": KEY})
    first, second = await an_account(admin, resource), await an_account(admin, resource, username="second")
    eve = await site.person(admin, "eve", "administrator")
    foreign = await an_account(eve, await a_resource(eve, name="hers"))
    body = {"reason": "a leaver", "account_ids": [first, second, foreign]}
    batch = (await admin.post("/batches", body)).json()["id"]
    opened = await admin.post(f"/accounts/{first}/resets", {"reason": "a leaver", "batch_id": batch})
    assert opened.status_code == 201
    refused = await admin.post(f"/accounts/{foreign}/resets", {"reason": "a leaver", "batch_id": batch})
    assert refused.status_code == 404
    shown = (await admin.get(f"/batches/{batch}")).json()
    assert (shown["size"], shown["reason"]) == (3, "a leaver")
    assert [(each["account_id"], each["state"]) for each in shown["items"]] == [(first, "open"), (second, None)]
    assert shown["items"][0]["reset_id"] == opened.json()["id"]
    assert [each["id"] for each in (await admin.get("/batches")).json()["items"]] == [batch]
    assert (await eve.get("/batches")).json()["items"] == []


async def test_looks_wait_for_a_worker_and_are_asked_for_one_at_a_time(admin: Browser) -> None:
    resource = await a_resource(admin)
    account = await an_account(admin, resource)
    host_key, verification = f"/resources/{resource}/host-key/look", f"/accounts/{account}/verification"
    assert (await admin.get(host_key)).json()["state"] == "none"
    assert (await admin.post(verification, {})).json()["errors"][0]["field"] == "host_key"
    for path in (host_key, verification):
        assert (await admin.post(path, {} if path == verification else None)).status_code == 202
        await admin.put(f"/resources/{resource}/host-key", {"host_key": KEY})
        waiting = (await admin.get(path)).json()
        assert (waiting["state"], waiting["outcome"], waiting["findings"]) == ("waiting", None, [])
        assert waiting["requested_by"]["name"] == "admin"
        again = await admin.post(path, {} if path == verification else None)
        assert (again.status_code, again.json()["type"]) == (409, "/problems/probe-running")


async def test_an_account_is_moved_and_found_where_it_is(site: ApiSite, admin: Browser) -> None:
    resource, there = await a_resource(admin), await a_resource(admin, name="db2", address="db2.example")
    account = await an_account(admin, resource)
    path, body = f"/accounts/{account}/resource", {"resource_id": there}
    assert (await admin.put(path, body, version=7)).status_code == 412
    assert (await admin.put(path, body, version=1)).status_code == 200
    shown = (await admin.get(f"/accounts/{account}")).json()
    assert (shown["resource"]["name"], shown["resource"]["address"], shown["version"]) == ("db2", "db2.example", 2)
    assert (await admin.put(path, body)).json()["errors"][0]["field"] == "resource_id"
    await an_account(admin, resource)
    taken = await admin.put(path, {"resource_id": resource})
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/name-taken")
    eve = await site.person(admin, "eve", "administrator")
    hers = await a_resource(eve)
    answers = [await admin.put(path, {"resource_id": each}) for each in (hers, str(UUID(int=5)))]
    assert [answer.status_code for answer in answers] == [404, 404]


async def test_ownership_moves_whole(site: ApiSite, admin: Browser) -> None:
    eve = await site.person(admin, "eve", "administrator")
    resource = await a_resource(admin)
    version = (await admin.get(f"/resources/{resource}/access")).json()["version"]
    assert (await admin.put(f"/resources/{resource}/owner", {"user_id": str(eve.id)}, version)).status_code == 200
    assert (await admin.get(f"/resources/{resource}")).status_code == 404
    assert (await eve.get(f"/resources/{resource}")).json()["owner"]["username"] == "eve"


async def test_every_step_is_in_the_audit_trail_and_reading_it_is_recorded_once(site: ApiSite, admin: Browser) -> None:
    account = await an_account(admin, await a_resource(admin))
    await admin.post(f"/accounts/{account}/disclosures", {"reason": "disk full", "purpose": "view"})
    listed = (await admin.get("/audit", params={"topic": "account-password.disclosed"})).json()["items"]
    (shown,) = listed
    assert (shown["actor"]["name"], shown["object"]["name"], shown["reason"]) == ("admin", "root on db1", "disk full")
    detail = (await admin.get(f"/audit/{shown['position']}")).json()
    assert detail["details"]["purpose"] == "view"
    assert len(detail["entry_hash"]) == 64
    head = site.world.log.head
    for _ in range(3):
        await admin.get("/audit", params={"topic": "account-password.disclosed", "limit": 1})
    assert site.world.log.head == head
    await admin.get("/audit", params={"outcome": "refused"})
    assert await site.world.topics(head) == ["reading.recorded"]


async def test_lists_go_on_where_they_stopped(admin: Browser) -> None:
    for name in ("a", "b", "c"):
        await a_resource(admin, name=name)
    seen: list[str] = []
    cursor = None
    while cursor is not None or not seen:
        page = {"limit": 1, "sort": "-name"} | ({"cursor": cursor} if cursor else {})
        found = (await admin.get("/resources", params=page)).json()
        seen += [each["name"] for each in found["items"]]
        cursor = found["next_cursor"]
    assert seen == ["c", "b", "a"]


async def test_a_creating_call_is_done_once_for_its_key(site: ApiSite, admin: Browser) -> None:
    key = {"headers": {"idempotency-key": "0123456789abcdef"}}
    first = await admin.post("/resources", SERVER, **key)
    head = site.world.log.head
    again = await admin.post("/resources", SERVER, **key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert site.world.log.head == head
    other = await admin.post("/resources", {**SERVER, "name": "db2"}, **key)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/invalid")


async def test_an_invitation_is_never_answered_twice(admin: Browser) -> None:
    key = {"headers": {"idempotency-key": "0123456789abcdef"}}
    body = {"username": "bob", "display_name": "Bob", "roles": ["password-user"]}
    first = (await admin.post("/users", body, **key)).json()
    again = (await admin.post("/users", body, **key)).json()
    assert first["invitation"].startswith(first["id"])
    assert again == {**first, "invitation": None, "invitation_ends_at": None, "repeated": True}


async def test_disclosures_take_no_key_for_each_is_an_event(site: ApiSite, admin: Browser) -> None:
    account = await an_account(admin, await a_resource(admin))
    head = site.world.log.head
    for _ in range(2):
        await admin.post(
            f"/accounts/{account}/disclosures",
            {"reason": "disk full", "purpose": "view"},
            headers={"idempotency-key": "0123456789abcdef"},
        )
    assert site.world.log.head == head + 2


async def test_a_reading_waits_for_its_position_or_says_that_it_is_old(site: ApiSite, admin: Browser) -> None:
    await admin.get("/resources")
    site.views.late = True
    await a_resource(admin)
    head = site.world.log.head
    old = await admin.get("/resources", headers={"strongroom-at-least": str(head)})
    assert (old.status_code, old.headers["strongroom-stale"], old.json()["items"]) == (200, "true", [])
    assert (await admin.get("/resources", headers={"strongroom-require": str(head)})).status_code == 503
    site.views.late = False
    new = await admin.get("/resources", headers={"strongroom-require": str(head)})
    assert (new.status_code, "strongroom-stale" in new.headers, len(new.json()["items"])) == (200, False, 1)
    assert (await admin.get("/resources", headers={"strongroom-at-least": str(head + 100)})).status_code == 400


async def test_what_was_just_made_is_waited_for(site: ApiSite, admin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    site.views.late = True
    made = await a_resource(admin)
    path = f"/resources/{made}"
    assert (await admin.get(path)).json()["type"] == "/problems/not-yet"

    async def it_comes(position: int, seconds: float, *projections: type[Projection]) -> bool:
        site.views.late = position != site.world.log.head
        return True

    monkeypatch.setattr(site.views, "at_least", it_comes)
    assert (await admin.get(path)).json()["id"] == made


async def test_nobody_disables_or_promotes_himself(admin: Browser) -> None:
    assert (await admin.post(f"/users/{admin.id}/disable", {})).status_code == 403
    version = (await admin.get(f"/users/{admin.id}")).json()["version"]
    assert (await admin.put(f"/users/{admin.id}/roles", {"roles": ["password-user"]}, version)).status_code == 403


async def test_a_new_invitation_voids_password_and_sessions(site: ApiSite, admin: Browser) -> None:
    bob = await site.person(admin, "bob")
    assert (await admin.post(f"/users/{bob.id}/invitations")).status_code == 201
    assert (await bob.get("/sessions/current")).status_code == 401
    refused = await site.stranger().post("/sessions", {"username": "bob", "password": "correct horse battery"})
    assert refused.status_code == 401


async def test_people_to_share_with_are_found_by_name(site: ApiSite, admin: Browser) -> None:
    bob = await site.person(admin, "bob")
    (found,) = (await admin.get("/people", params={"q": "bo"})).json()["items"]
    assert (UUID(found["id"]), set(found)) == (bob.id, {"id", "username", "display_name"})


async def test_the_catalogue_names_every_event(site: ApiSite, admin: Browser) -> None:
    named = {each["topic"]: each for each in (await admin.get("/event-types")).json()["items"]}
    assert set(await site.world.topics()) <= set(named)
    assert named["session.started"]["personal_fields"] == ["address", "agent"]
    assert named["session.started"]["schema"] == 1


async def test_readiness_says_what_is_missing(site: ApiSite) -> None:
    assert (await site.stranger().get("/health/live")).json() == {"alive": True}
    assert (await site.stranger().get("/health/ready")).status_code == 200
    site.world.log.fork()
    answer = await site.stranger().get("/health/ready")
    assert answer.status_code == 503
    assert {each["name"]: each["ok"] for each in answer.json()["checks"]} == {
        "log": False,
        "keys": False,
        "read models": True,
        "clock": True,
    }


async def test_a_process_whose_clock_is_off_is_not_ready(site: ApiSite) -> None:
    site.clock_off = timedelta(seconds=3)
    answer = await site.stranger().get("/health/ready")
    assert answer.status_code == 503
    assert {"name": "clock", "ok": False, "why": "3.0 s off the database's"} in answer.json()["checks"]


async def test_a_log_that_was_set_back_serves_nothing(site: ApiSite, admin: Browser) -> None:
    site.world.log.fork()
    for path in ("/resources", "/sessions/current", "/audit"):
        answer = await admin.get(path)
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/log-forked")
        assert answer.headers["retry-after"] == "1"


@pytest.mark.parametrize("name", ["not-found", "name-taken", "csrf-token-wrong"])
async def test_every_problem_leads_to_a_page(site: ApiSite, name: str) -> None:
    answer = await site.stranger().client.get(f"/problems/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_metrics_are_for_this_machine(site: ApiSite) -> None:
    assert (await site.stranger().client.get("/metrics")).status_code == 404
    assert (await site.stranger("127.0.0.1").client.get("/metrics")).status_code == 200
