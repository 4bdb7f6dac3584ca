"""Idempotency-Key: a repeat answers as it did, and a key is good for one sender, one address and one body."""

from __future__ import annotations

from typing import Any

from tests.api.site import ApiSite, Browser
from tests.api.test_work import PASSWORD, SERVER, a_resource

ONCE: dict[str, Any] = {"headers": {"idempotency-key": "0123456789abcdef"}}
ROOT = {"username": "root", "password": PASSWORD}


async def test_the_same_again_is_answered_the_same_and_done_once(site: ApiSite, admin: Browser) -> None:
    resource = await a_resource(admin)
    for path, body in (("/resources", {**SERVER, "name": "db2"}), (f"/resources/{resource}/accounts", ROOT)):
        key = {"headers": {"idempotency-key": f"key-{len(path)}-of-this"}}
        first = await admin.post(path, body, **key)
        head = site.world.log.head
        again = [await admin.post(path, body, **key) for _ in range(2)]
        assert [(each.status_code, each.json()) for each in again] == [(201, first.json())] * 2
        assert site.world.log.head == head


async def test_a_key_that_was_used_is_refused_with_another_body_or_at_another_address(
    site: ApiSite, admin: Browser
) -> None:
    first, second = await a_resource(admin), await a_resource(admin, name="db2")
    assert (await admin.post(f"/resources/{first}/accounts", ROOT, **ONCE)).status_code == 201
    for path, body in (
        (f"/resources/{first}/accounts", {**ROOT, "username": "toor"}),
        (f"/resources/{first}/accounts", {**ROOT, "password": "another password"}),
        (f"/resources/{second}/accounts", ROOT),
    ):
        answer = await admin.post(path, body, **ONCE)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")
        assert PASSWORD not in answer.text
    assert (await site.world.topics()).count("account.added") == 1


async def test_anothers_key_is_no_key_of_mine(site: ApiSite, admin: Browser) -> None:
    bob = await site.person(admin, "bob", "administrator")
    mine = await admin.post("/resources", SERVER, **ONCE)
    his = await bob.post("/resources", SERVER, **ONCE)
    assert (mine.status_code, his.status_code) == (201, 201)
    assert his.json()["id"] != mine.json()["id"]
