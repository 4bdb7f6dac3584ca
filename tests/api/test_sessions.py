"""Signing in, what ends a session, and that nothing is done in its name from elsewhere."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta

import pytest

from tests.api.site import ApiSite, Browser
from tests.support.vault import OWN


async def test_a_session_is_a_cookie_for_this_host_alone_and_a_token_to_mean_it(site: ApiSite) -> None:
    browser = site.stranger()
    answer = await browser.post("/sessions", {"username": "admin", "password": OWN})
    said = answer.json()
    assert answer.status_code == 201
    assert said["user"]["username"] == "admin"
    assert "audit.read" in said["user"]["operations"]
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-strongroom=")
    assert {"Path=/", "Secure", "HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
    current = (await browser.get("/sessions/current")).json()
    assert {name: said[name] for name in current} == current


async def test_a_wrong_name_and_a_wrong_password_are_one_answer(site: ApiSite) -> None:
    one = await site.stranger().post("/sessions", {"username": "admin", "password": "not this one"})
    other = await site.stranger("198.51.100.1").post("/sessions", {"username": "nobody", "password": "not this one"})
    assert one.status_code == other.status_code == 401
    assert one.content == other.content
    assert list(one.headers) == list(other.headers)


async def test_signing_out_ends_it_at_once(site: ApiSite, admin: Browser) -> None:
    cookie = dict(admin.client.cookies)
    answer = await admin.delete("/sessions/current")
    assert answer.status_code == 200
    assert "Max-Age=0" in answer.headers["set-cookie"]
    admin.client.cookies.update(cookie)
    assert (await admin.get("/sessions/current")).status_code == 401


async def test_a_session_is_not_entered_by_its_id_alone(site: ApiSite, admin: Browser) -> None:
    """The id stands in the log and in lists; only the 32 bytes behind it prove anything."""
    raw = urlsafe_b64decode(admin.client.cookies["__Host-strongroom"])
    guessed = urlsafe_b64encode(raw[:16] + bytes(32)).decode()
    thief = site.stranger()
    thief.client.cookies.set("__Host-strongroom", guessed)
    assert (await thief.get("/sessions/current")).status_code == 401


async def test_a_session_that_is_left_alone_ends(site: ApiSite, admin: Browser) -> None:
    site.world.clock.turn(timedelta(minutes=16))
    assert (await admin.get("/resources")).status_code == 401


async def test_a_session_ends_after_eight_hours_of_use(site: ApiSite, admin: Browser) -> None:
    for _ in range(48):
        site.world.clock.turn(timedelta(minutes=10))
        last = await admin.get("/sessions/current")
    assert last.status_code == 401


async def test_disabling_a_user_ends_his_reading_though_projections_stand_still(site: ApiSite, admin: Browser) -> None:
    bob = await site.person(admin, "bob")
    site.views.late = True
    assert (await bob.get("/resources")).status_code == 200
    assert (await admin.post(f"/users/{bob.id}/disable", {})).status_code == 200
    assert (await bob.get("/resources")).status_code == 401


async def test_ones_sessions_are_listed_and_can_be_ended_one_by_one(site: ApiSite, admin: Browser) -> None:
    other = await site.sign_in("admin")
    listed = (await admin.get("/sessions")).json()["items"]
    assert {each["id"]: each["current"] for each in listed} == {str(admin.session): True, str(other.session): False}
    assert (await admin.delete(f"/sessions/{other.session}")).status_code == 200
    assert (await other.get("/sessions/current")).status_code == 401
    assert (await admin.get("/sessions/current")).status_code == 200


async def test_somebody_elses_session_is_as_good_as_absent(site: ApiSite, admin: Browser) -> None:
    bob = await site.person(admin, "bob")
    foreign = await bob.delete(f"/sessions/{admin.session}")
    absent = await bob.delete("/sessions/018f0000-0000-7000-8000-000000000000")
    assert (foreign.status_code, foreign.content) == (404, absent.content)


async def test_a_new_password_ends_all_other_sessions(site: ApiSite, admin: Browser) -> None:
    other = await site.sign_in("admin")
    body = {"current_password": OWN, "new_password": "another long passphrase"}
    assert (await admin.post("/me/password", body)).status_code == 200
    assert (await other.get("/sessions/current")).status_code == 401
    assert (await admin.get("/sessions/current")).status_code == 200


INTENT = {
    "no token": {"x-csrf-token": ""},
    "another's token": {"x-csrf-token": "A" * 43},
    "another site": {"sec-fetch-site": "cross-site"},
    "another subdomain": {"sec-fetch-site": "same-site"},
    "another origin": {"origin": "https://evil.example"},
    "a sandboxed page": {"origin": "null"},
    "the same host without TLS": {"origin": "http://vault.example:7272"},
}


@pytest.mark.parametrize("case", INTENT)
async def test_what_was_not_meant_is_refused_and_recorded(site: ApiSite, admin: Browser, case: str) -> None:
    before = site.world.log.head
    answer = await admin.ask("DELETE", "/sessions/current", headers=INTENT[case])
    assert answer.status_code == 403
    assert await site.world.topics(before) == ["refusal.recorded"]
    assert (await admin.get("/sessions/current")).status_code == 200


@pytest.mark.parametrize("case", ["another site", "another subdomain", "another origin", "a sandboxed page"])
async def test_nobody_is_signed_in_from_elsewhere(site: ApiSite, case: str) -> None:
    body = {"username": "admin", "password": OWN}
    answer = await site.stranger().post("/sessions", body, headers=INTENT[case])
    assert answer.status_code == 403


async def test_a_password_is_not_in_the_answer_to_a_request_that_is_out_of_shape(site: ApiSite) -> None:
    answer = await site.stranger().post("/sessions", {"username": "admin", "password": ["hunter2"], "x": "hunter2"})
    assert answer.status_code == 422
    assert {each["field"] for each in answer.json()["errors"]} == {"password", "x"}
    assert "hunter2" not in answer.text
