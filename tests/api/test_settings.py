"""The settings that are shown are those in force; whoever changes them has read what he replaces."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from domain.password_policies import Policy
from domain.settings import Rules
from tests.api.site import Browser
from tests.api.test_work import a_resource, an_account

WHY = {"reason": "the auditors ask for it"}


async def shown(admin: Browser) -> dict[str, Any]:
    found: dict[str, Any] = (await admin.get("/settings")).json()
    return found


async def test_the_defaults_are_shown_until_something_else_holds(admin: Browser) -> None:
    found = await shown(admin)
    assert found["rules"] == asdict(Rules())
    assert found["policy"] == asdict(Policy())
    assert (found["rules_version"], found["policy_version"], found["idle_minutes"]) == (0, 0, 15)


async def test_what_is_changed_is_in_force_at_once_and_shown_so(admin: Browser) -> None:
    account = await an_account(admin, await a_resource(admin))
    body = {"reason_required": False, "session_hours": 2, **WHY}
    assert (await admin.put("/settings/rules", body, 0)).status_code == 200
    policy = {**asdict(Policy(length=40)), **WHY}
    assert (await admin.put("/settings/password-policy", policy, 0)).status_code == 200
    found = await shown(admin)
    assert found["rules"] == {"reason_required": False, "session_hours": 2}
    assert found["policy"]["length"] == 40
    made = await admin.post(f"/accounts/{account}/password", {"generate": True})
    assert made.status_code == 200
    told = await admin.post(f"/accounts/{account}/disclosures", {"reason": "looking", "purpose": "view"})
    assert len(told.json()["password"]) == 40


async def test_nobody_writes_over_what_he_has_not_read(admin: Browser) -> None:
    body = {"reason_required": True, "session_hours": 3, **WHY}
    assert (await admin.put("/settings/rules", body, 0)).status_code == 200
    assert (await admin.put("/settings/rules", body, 0)).status_code == 412
    policy = {**asdict(Policy(length=40)), **WHY}
    assert (await admin.put("/settings/password-policy", policy)).status_code == 428
    assert (await admin.put("/settings/password-policy", policy, 7)).status_code == 412
    assert (await shown(admin))["policy"]["length"] == Policy().length


async def test_rules_that_make_weak_passwords_or_endless_sessions_are_refused(admin: Browser) -> None:
    for path, body, field in (
        ("rules", {"reason_required": True, "session_hours": 99}, "session_hours"),
        ("password-policy", asdict(Policy(length=4)), "length"),
        ("password-policy", {**asdict(Policy()), "specials": "ab"}, "specials"),
    ):
        answer = await admin.put(f"/settings/{path}", {**body, **WHY}, 0)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
