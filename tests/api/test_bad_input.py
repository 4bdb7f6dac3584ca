"""Whatever is wrong with a request, on every route: a problem says what and where, and nothing is half done."""

from __future__ import annotations

from typing import Any

import pytest

from api.app import described
from api.health import router as health_router
from api.intake import BODY_LIMIT, FILE_LIMIT, FILES
from api.openapi import document
from tests.api.site import ApiSite, Browser

DOCUMENT = document(described(health_router(None)).routes)  # type: ignore[arg-type]
OPERATIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    f"{method.upper()} {path.removeprefix('/api/v1')}": (method.upper(), path.removeprefix("/api/v1"), operation)
    for path, by in DOCUMENT["paths"].items()
    for method, operation in by.items()
}
WITH_BODY = [name for name, (_, _, operation) in OPERATIONS.items() if "requestBody" in operation]
WITH_ID = [name for name, (_, path, _) in OPERATIONS.items() if "{" in path]
LISTS = [name for name, (method, _, operation) in OPERATIONS.items() if "'limit'" in str(operation) and method == "GET"]
QUERIES = [name for name in OPERATIONS if name.startswith("GET ") and "{" not in name and name != "GET /live"]
SOMEBODY = "01a215b6-40ae-743e-8a7f-242551a5c280"


def filled(path: str, value: str = SOMEBODY) -> str:
    for name in ("resource_id", "account_id", "user_id", "session_id", "reset_id", "position"):
        path = path.replace("{" + name + "}", value)
    return path


async def refused(site: ApiSite, admin: Browser, name: str, status: int, **request: Any) -> dict[str, Any]:
    """Ask it; it is refused, and nothing but perhaps the refusal has happened."""
    method, path, _ = OPERATIONS[name]
    before = site.world.log.head
    headers = {"if-match": '"1"'} | request.pop("headers", {})
    answer = await admin.ask(method, request.pop("path", filled(path)), headers=headers, **request)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert site.world.log.head == before
    problem: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail"} <= problem.keys()
    return problem


@pytest.mark.parametrize("name", WITH_BODY)
async def test_bodies_of_another_shape(site: ApiSite, admin: Browser, name: str) -> None:
    unknown = await refused(site, admin, name, 422, json={"surprise": True})
    assert "surprise" in [each["field"] for each in unknown["errors"]]
    bodies: list[object] = [[], "text", 7, None, [{}]]
    for body in bodies:
        await refused(site, admin, name, 422, json=body)
    await refused(site, admin, name, 422)
    fields = unknown["errors"]
    assert all(set(each) == {"field", "message"} for each in fields)


@pytest.mark.parametrize("name", WITH_BODY)
async def test_bodies_that_cannot_be_read(site: ApiSite, admin: Browser, name: str) -> None:
    json = {"content-type": "application/json"}
    await refused(site, admin, name, 400, content=b'{"reason": "a", "reason": "b"}', headers=json)
    await refused(site, admin, name, 400, content=b'{"reason": ', headers=json)
    await refused(site, admin, name, 400, content=b'{"reason": "\xff"}', headers=json)
    limit = FILE_LIMIT if f"/api/v1{OPERATIONS[name][1]}" in FILES else BODY_LIMIT
    await refused(site, admin, name, 413, content=b'{"reason": "' + b"a" * limit + b'"}', headers=json)
    await refused(site, admin, name, 415, content=b'{"reason": "a"}', headers={"content-type": "text/plain"})
    await refused(site, admin, name, 415, content=b"reason=a")


def wrong_values(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Each field in turn with a value of another kind, the others absent: enough for the field to be named."""
    kinds: list[Any] = [{"a": 1}, [[]], 1.5, True, "x" * 10_000, -1, 10**17]
    found = []
    for field, its in schema["properties"].items():
        found += [{field: value} for value in kinds if not fits(value, its)]
    return found


def fits(value: Any, its: dict[str, Any]) -> bool:
    """Whether `value` may be right for a field, roughly; what may be right is not asked."""
    text = str(its)
    if isinstance(value, bool):
        return "boolean" in text
    if isinstance(value, str):
        return len(value) <= int(its.get("maxLength", 0))
    return isinstance(value, int) and "integer" in text and value > 0


@pytest.mark.parametrize("name", WITH_BODY)
async def test_fields_of_another_kind_are_named(site: ApiSite, admin: Browser, name: str) -> None:
    operation = OPERATIONS[name][2]
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    for body in wrong_values(DOCUMENT["components"]["schemas"][reference]):
        (field,) = body
        problem = await refused(site, admin, name, 422, json=body)
        assert field in [each["field"].partition(".")[0] for each in problem["errors"]], (body, problem)


@pytest.mark.parametrize("name", WITH_ID)
async def test_ids_have_one_spelling(site: ApiSite, admin: Browser, name: str) -> None:
    path = OPERATIONS[name][1]
    body = {"json": {"reason": "a", "purpose": "view"}} if name.endswith("disclosures") else {}
    for wrong in ("7x", SOMEBODY.upper(), "{" + SOMEBODY + "}", "urn:uuid:" + SOMEBODY, SOMEBODY.replace("-", "")):
        method, _, operation = OPERATIONS[name]
        more = body or ({"json": {}} if "requestBody" in operation else {})
        answer = await admin.ask(method, filled(path, wrong), headers={"if-match": '"1"'}, **more)
        assert answer.status_code == 422, answer.text
        assert answer.json()["type"] == "/problems/wrong-shape"


@pytest.mark.parametrize("name", QUERIES)
async def test_parameters_that_nobody_knows(site: ApiSite, admin: Browser, name: str) -> None:
    await refused(site, admin, name, 422, params={"surprise": "1"})


@pytest.mark.parametrize("name", LISTS)
async def test_pages_that_cannot_be(site: ApiSite, admin: Browser, name: str) -> None:
    if "{" in name:
        return
    for params in (
        {"limit": 0},
        {"limit": 201},
        {"limit": "ten"},
        {"limit": ["1", "2"]},
        {"cursor": "nonsense"},
        {"cursor": "é"},
        {"sort": "password"},
        {"q": "a\0b"},
        {"q": "x" * 201},
    ):
        if "sort" not in str(OPERATIONS[name][2]) and "sort" in params:
            continue
        method, path, _ = OPERATIONS[name]
        answer = await admin.ask(method, path, params=params)
        assert answer.status_code == 422, (params, answer.text)


@pytest.mark.parametrize("given", ["7", "*", 'W/"7"', '"7", "8"', '"x"', '""', '"-1"', '"' + "9" * 40 + '"'])
async def test_versions_that_are_none(site: ApiSite, admin: Browser, given: str) -> None:
    await refused(site, admin, "PUT /accounts/{account_id}", 400, json={"username": "a"}, headers={"if-match": given})


@pytest.mark.parametrize("given", ["short", "x" * 129, "a b c d e f", "ä" * 9])
async def test_keys_that_are_none(site: ApiSite, admin: Browser, given: str) -> None:
    headers = {"idempotency-key": given.encode("latin-1")}
    body = {"name": "a", "type": "linux", "address": "a"}
    await refused(site, admin, "POST /resources", 400, json=body, headers=headers)


@pytest.mark.parametrize("given", ["-1", "1.5", "x", "9" * 30, ""])
async def test_positions_that_are_none(site: ApiSite, admin: Browser, given: str) -> None:
    await refused(site, admin, "GET /resources", 400, headers={"strongroom-at-least": given})


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/resources/", 404),
        ("GET", "/accounts/" + SOMEBODY + "/disclosures", 405),
        ("PATCH", "/resources", 405),
        ("OPTIONS", "/resources", 405),
        ("HEAD", "/resources", 405),
        ("TRACE", "/resources", 405),
    ],
)
async def test_addresses_and_methods_that_do_not_exist(
    site: ApiSite, admin: Browser, method: str, path: str, status: int
) -> None:
    answer = await admin.ask(method, path)
    assert answer.status_code == status
    assert ("allow" in answer.headers) is (status == 405)
    stranger = await site.stranger().ask(method, path)
    assert stranger.status_code == 401


async def test_rules_of_the_domain_name_the_field(admin: Browser) -> None:
    body = {"name": "a", "type": "linux", "address": "http://a/"}
    answer = await admin.post("/resources", body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "address")
    taken = {"username": "admin", "display_name": "A", "roles": ["administrator"]}
    assert (await admin.post("/users", taken)).json()["type"] == "/problems/name-taken"
