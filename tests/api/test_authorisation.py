"""Who may do what: every route of the document, each role, each relation to the object. A route without a row fails."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from asyncssh import generate_private_key

from api.app import described
from api.health import router as health_router
from api.openapi import document
from domain import ids
from domain.password_policies import Policy
from domain.secrets import Secret
from ops import database
from tests.api.site import ApiSite, Browser, PromptViews
from tests.api.test_work import KEY, SERVER, a_resource, an_account
from tests.support.servers import Database
from tests.support.vault import OWN, Clock, World

ROLES = ("administrator", "password-user")
RELATIONS = ("own", "MANAGE", "MODIFY", "VIEW", "foreign", "absent")
CLOSING = {"kind": "parked", "name": "users", "position": 1, "seen_at": "2026-07-01T12:00:00Z", "reason": "rebuilt"}
PRIVATE = generate_private_key("ssh-ed25519").export_private_key().decode()
HOOK = {
    "name": "hook", "kind": "webhook", "address": "https://siem.test/", "secret": "s" * 32, "reason": "for the SIEM"
}  # fmt: skip
BECAUSE = {"reason": "x"}
POLICY = {**asdict(Policy()), "reason": "x"}
FILE = {"content": b64encode(b"resource,account\nweb,root\n").decode()}
DISCLOSE = {"reason": "disk full", "purpose": "view"}


@dataclass(frozen=True)
class Row:
    """What a route answers: statuses for `own MANAGE MODIFY VIEW foreign absent`, by role; strangers always 401."""

    administrator: str
    password_user: str
    body: Any = None
    version: int | None = None
    stranger: int = 401
    prepare: str = ""


def anybody(status: int = 200, **more: Any) -> Row:
    """A route without an object that every signed-in user may call."""
    return Row(f"{status}", f"{status}", **more)


def administrators(status: int = 200, **more: Any) -> Row:
    """A route that asks for an operation which only administrators have."""
    return Row(f"{status}", "403", **more)


ONE = ("--- --- --- --- 404 404", "--- --- --- --- 403 403")
VIEW = "200 200 200 200 404 404"
CHANGE = "200 200 403 403 404 404"
NOT_HIS = "--- 403 403 403 404 404"
HIS_VIEW = "--- 200 200 200 404 404"

ROWS: Mapping[str, Row] = {
    "POST /invitations/accept": anybody(401, stranger=401, body={"token": "x" * 60, "password": OWN}),
    "POST /sessions": anybody(401, stranger=401, body={"username": "admin", "password": "a wrong password"}),
    "GET /sessions/current": anybody(),
    "DELETE /sessions/current": anybody(),
    "GET /sessions": anybody(),
    "DELETE /sessions/{session_id}": Row("200 --- --- --- 200 404", "200 --- --- --- 404 404"),
    "POST /me/password": anybody(body={"current_password": OWN, "new_password": "a new long passphrase"}),
    "GET /siem/consumers": administrators(),
    "GET /siem/destinations": administrators(),
    "POST /siem/destinations": administrators(201, body=HOOK),
    "POST /siem/destinations/{destination_id}/pause": Row(
        "--- --- --- --- 404 404", "--- --- --- --- 403 403", body=BECAUSE
    ),
    "POST /siem/destinations/{destination_id}/resume": Row(*ONE),
    "POST /siem/destinations/{destination_id}/test": Row(*ONE),
    "POST /siem/destinations/{destination_id}/remove": Row(
        "--- --- --- --- 404 404", "--- --- --- --- 403 403", body=BECAUSE
    ),
    "GET /siem/events": administrators(),
    "GET /dashboard": anybody(),
    "GET /dashboard/activity": anybody(),
    "GET /users": administrators(),
    "POST /users": administrators(201, body={"username": "new", "display_name": "New", "roles": ["password-user"]}),
    "GET /users/{user_id}": Row("200 --- --- --- 200 404", "403 --- --- --- 403 403"),
    "PUT /users/{user_id}/roles": Row(
        "403 --- --- --- 200 404", "403 --- --- --- 403 403", body={"roles": ["administrator"]}, version=2
    ),
    "POST /users/{user_id}/disable": Row("403 --- --- --- 200 404", "403 --- --- --- 403 403", body={}),
    "POST /users/{user_id}/enable": Row("200 --- --- --- 200 404", "403 --- --- --- 403 403", body={}),
    "POST /users/{user_id}/invitations": Row("403 --- --- --- 201 404", "403 --- --- --- 403 403"),
    "DELETE /users/{user_id}/sessions": Row("200 --- --- --- 200 404", "403 --- --- --- 403 403"),
    "GET /people": administrators(),
    "GET /resources": anybody(),
    "POST /resources": administrators(201, body={**SERVER, "name": "mine"}),
    "GET /resources/{resource_id}": Row(VIEW, HIS_VIEW),
    "PUT /resources/{resource_id}": Row(CHANGE, NOT_HIS, body=SERVER, version=1),
    "PUT /resources/{resource_id}/host-key": Row(CHANGE, NOT_HIS, body={"host_key": KEY}),
    "POST /resources/{resource_id}/host-key/look": Row(CHANGE.replace("200", "202"), NOT_HIS),
    "GET /resources/{resource_id}/host-key/look": Row(CHANGE, NOT_HIS),
    "GET /resources/{resource_id}/reset-way": Row(VIEW, HIS_VIEW),
    "PUT /resources/{resource_id}/reset-way": Row(CHANGE, NOT_HIS, body={}, version=1),
    "PUT /resources/{resource_id}/jump-host": Row(CHANGE, NOT_HIS, body={"resource_id": None}, version=1),
    "PUT /resources/{resource_id}/owner": Row(
        "200 403 403 403 404 404", NOT_HIS, body={"user_id": "{receiver}"}, version=2
    ),
    "GET /resources/{resource_id}/access": Row(CHANGE, NOT_HIS),
    "PUT /resources/{resource_id}/access/users/{user_id}": Row(CHANGE, NOT_HIS, body={"level": "VIEW"}),
    "DELETE /resources/{resource_id}/access/users/{user_id}": Row(CHANGE, NOT_HIS),
    "GET /accounts/{account_id}/access": Row(CHANGE, NOT_HIS),
    "PUT /accounts/{account_id}/access/users/{user_id}": Row(CHANGE, NOT_HIS, body={"level": "VIEW"}),
    "DELETE /accounts/{account_id}/access/users/{user_id}": Row(CHANGE, NOT_HIS, prepare="share account"),
    "GET /resources/{resource_id}/sight": Row(CHANGE, NOT_HIS),
    "GET /accounts/{account_id}/sight": Row(CHANGE, NOT_HIS),
    "GET /resources/{resource_id}/access/users/{user_id}/consequence": Row(CHANGE, NOT_HIS),
    "GET /accounts/{account_id}/access/users/{user_id}/consequence": Row(CHANGE, NOT_HIS),
    "GET /resources/{resource_id}/accounts": Row(VIEW, HIS_VIEW),
    "POST /resources/{resource_id}/accounts": Row(
        CHANGE.replace("200", "201"), NOT_HIS, body={"username": "new", "generate": True}
    ),
    "GET /accounts": anybody(),
    "GET /accounts/{account_id}": Row(VIEW, HIS_VIEW),
    "PUT /accounts/{account_id}": Row(CHANGE, NOT_HIS, body={"username": "root"}, version=1),
    "PUT /accounts/{account_id}/resource": Row(CHANGE, NOT_HIS, body={"resource_id": "{target}"}),
    "POST /accounts/{account_id}/disclosures": Row(
        VIEW.replace("200", "201"), HIS_VIEW.replace("200", "201"), body=DISCLOSE
    ),
    "GET /accounts/{account_id}/passwords": Row(VIEW, HIS_VIEW),
    "GET /accounts/{account_id}/timeline": Row(VIEW, HIS_VIEW),
    "POST /accounts/{account_id}/password": Row(
        "200 200 200 403 404 404", "--- 200 200 403 404 404", body={"generate": True}
    ),
    "GET /accounts/{account_id}/helper": Row(VIEW, HIS_VIEW),
    "POST /accounts/{account_id}/ssh-key": Row(
        "200 200 200 403 404 404", "--- 200 200 403 404 404", body={"private_key": PRIVATE, "reason": "by key"}
    ),
    "DELETE /accounts/{account_id}/ssh-key": Row("200 200 200 403 404 404", "--- 200 200 403 404 404", prepare="key"),
    "POST /accounts/{account_id}/trials": Row(
        "409 409 409 403 404 404", "--- 409 409 403 404 404", body={"reason": "unlocked"}
    ),
    "POST /accounts/{account_id}/resets": Row(
        "201 201 201 403 404 404", "--- 201 201 403 404 404", body={"reason": "monthly"}, prepare="pin"
    ),
    "POST /accounts/{account_id}/verification": Row(
        "202 202 202 403 404 404", "--- 202 202 403 404 404", body={}, prepare="pin"
    ),
    "GET /accounts/{account_id}/verification": Row(VIEW, HIS_VIEW),
    "POST /accounts/{account_id}/repair": Row(CHANGE.replace("200", "409"), NOT_HIS, body={"reason": "now"}),
    "GET /accounts/{account_id}/resets": Row(VIEW, HIS_VIEW),
    "GET /resets/{reset_id}": Row(VIEW, HIS_VIEW, prepare="pin reset"),
    "GET /batches": anybody(),
    "POST /batches": anybody(201, body={"reason": "monthly", "account_ids": [str(ids.new())]}),
    "GET /batches/{batch_id}": Row("200 --- --- --- 404 404", "200 --- --- --- 404 404"),
    "POST /imports/preview": administrators(body=FILE),
    "POST /imports": administrators(409, body={**FILE, "columns": {"resource": 0}, "digest": "0" * 64}),
    "GET /alarms": administrators(),
    "POST /alarms/closings": administrators(201, body=CLOSING),
    "GET /audit": administrators(),
    "GET /audit/{position}": Row("200 --- --- --- --- 404", "403 --- --- --- --- 403"),
    "GET /audit/{position}/proof": Row("409 --- --- --- --- 404", "403 --- --- --- --- 403"),
    "GET /proof": administrators(),
    "GET /users/{user_id}/seen": Row("200 --- --- --- 200 200", "403 --- --- --- 403 403"),
    "GET /accounts/{account_id}/seers": Row("200 200 200 200 200 200", "--- 403 403 403 403 403"),
    "POST /audit/exports": administrators(body={"format": "csv"}),
    "GET /me/audit-filters": administrators(),
    "POST /me/audit-filters": administrators(body={"name": "refusals", "question": "outcome=refused"}),
    "DELETE /me/audit-filters/{filter_id}": Row(*ONE),
    "GET /me/at-hand": anybody(),
    "POST /me/favourites": Row(VIEW, HIS_VIEW, body={"kind": "account", "object_id": "{account_id}"}),
    "DELETE /me/favourites/{object_id}": Row("200 --- --- --- 200 200", "200 --- --- --- 200 200"),
    "GET /settings": administrators(),
    "PUT /settings/rules": administrators(
        412, body={"reason_required": True, "session_hours": 8, "reason": "x"}, version=99
    ),
    "PUT /settings/password-policy": administrators(412, body=POLICY, version=99),
    "GET /system": administrators(),
    "GET /system/runs": administrators(),
    "GET /event-types": anybody(),
    "GET /status": anybody(),
    "GET /health/live": anybody(stranger=200),
    "GET /health/ready": anybody(stranger=200),
    "GET /live": anybody(stranger=401),
}


def routes() -> list[str]:
    found = document(described(health_router(None)).routes)["paths"]  # type: ignore[arg-type]
    return [f"{method.upper()} {path.removeprefix('/api/v1')}" for path, by in found.items() for method in by]


def test_every_route_of_the_document_has_a_row() -> None:
    assert set(routes()) == set(ROWS)


@dataclass(frozen=True)
class Said:
    """An answer, as far as it may tell something: status, body, and which headers there are."""

    status: int
    body: bytes
    headers: tuple[str, ...]


@dataclass
class Cast:
    """One of each: an owner, somebody of each role, a receiver, and somebody the things are shared with."""

    site: ApiSite
    owner: Browser
    people: dict[str, Browser] = field(default_factory=dict)

    async def fresh(self, role: str) -> Browser:
        """Somebody new: no case may rest on what another has done."""
        return await self.site.person(self.owner, f"u{ids.new().hex[-12:]}", role)

    async def ids_for(self, row: Row, actor: Browser, relation: str) -> dict[str, str]:
        """What the path's names stand for, with `relation` between it and the actor."""
        if relation == "absent":
            names = (
                "resource_id",
                "account_id",
                "reset_id",
                "user_id",
                "session_id",
                "filter_id",
                "object_id",
                "batch_id",
                "destination_id",
            )
            return {name: str(ids.new()) for name in names} | {"position": "99999999"}
        whose = actor if relation == "own" else self.people["other"]
        found = {"user_id": str(whose.id), "session_id": str(whose.session), "position": "1"}
        found |= {"filter_id": str(ids.new()), "object_id": str(ids.new()), "destination_id": str(ids.new())}
        if "{batch" in row_path(row):
            maker = actor if relation == "own" else self.owner
            opened = await maker.post("/batches", {"reason": "monthly", "account_ids": [str(ids.new())]})
            found["batch_id"] = opened.json()["id"]
        return found | await self._things(row, actor, relation)

    async def target_for(self, actor: Browser) -> str:
        """A resource where `actor` may add accounts."""
        target = await a_resource(self.owner, name=ids.new().hex)
        if actor.session is not None:
            await self.owner.put(f"/resources/{target}/access/users/{actor.id}", {"level": "MANAGE"})
        return target

    async def _things(self, row: Row, actor: Browser, relation: str) -> dict[str, str]:
        """A resource, its account and a reset of it, by an owner of their own."""
        owner = actor if relation == "own" else self.owner
        if not any(each in f"{row_path(row)} {row.body}" for each in ("{resource_id", "{account", "{reset")):
            return {}
        resource = await a_resource(owner, name=ids.new().hex)
        account = await an_account(owner, resource)
        other = str(self.people["sharer"].id)
        await owner.put(f"/resources/{resource}/access/users/{other}", {"level": "VIEW"})
        found = {"resource_id": resource, "account_id": account, "user_id": other}
        if "share account" in row.prepare:
            await owner.put(f"/accounts/{account}/access/users/{other}", {"level": "VIEW"})
        if "pin" in row.prepare:
            await owner.put(f"/resources/{resource}/host-key", {"host_key": KEY})
        if "key" in row.prepare:
            await owner.post(f"/accounts/{account}/ssh-key", {"private_key": PRIVATE, "reason": "by key"})
        if "reset" in row.prepare:
            opened = await owner.post(f"/accounts/{account}/resets", {"reason": "monthly"})
            found["reset_id"] = opened.json()["id"]
        if relation in ("MANAGE", "MODIFY", "VIEW"):
            await owner.put(f"/resources/{resource}/access/users/{actor.id}", {"level": relation})
        return found


def row_path(row: Row) -> str:
    return next(name for name, each in ROWS.items() if each is row)


async def answers(cast: Cast) -> dict[tuple[str, str, str], Said]:
    """Every case, asked once."""
    cast.people["other"] = await cast.fresh("password-user")
    cast.people["sharer"] = await cast.fresh("password-user")
    cast.people["receiver"] = await cast.fresh("administrator")
    found = {}
    for name, row in ROWS.items():
        if name == "GET /live":
            continue
        for role, statuses in zip(ROLES, (row.administrator, row.password_user), strict=True):
            for relation, status in zip(RELATIONS, statuses.split(), strict=False):
                if status != "---":
                    found[name, role, relation] = await ask(cast, name, row, await cast.fresh(role), relation)
        found[name, "stranger", "foreign"] = await ask(cast, name, row, cast.site.stranger(), "foreign")
        found[name, "stranger", "absent"] = await ask(cast, name, row, cast.site.stranger(), "absent")
    return found


async def ask(cast: Cast, name: str, row: Row, actor: Browser, relation: str) -> Said:
    method, path = name.split(" ")
    named = await cast.ids_for(row, actor, relation)
    headers = {}
    if row.version is not None:
        version = await version_of(cast, name, named, row.version)
        headers["if-match"] = f'"{version}"'
    body = {**row.body} if row.body else {}
    if body.get("user_id") == "{receiver}":
        body["user_id"] = str(cast.people["receiver"].id)
    if body.get("resource_id") == "{target}":
        body["resource_id"] = await cast.target_for(actor)
    if body.get("object_id") == "{account_id}":
        body["object_id"] = named["account_id"]
    if name == "POST /users":
        body["username"] = f"new{ids.new().hex[-12:]}"
    more = {} if row.body is None else {"json": body}
    answer = await actor.ask(method, path.format_map(named), headers=headers, **more)
    return Said(answer.status_code, answer.content, tuple(answer.headers))


async def version_of(cast: Cast, name: str, named: dict[str, str], usual: int) -> int:
    """The version that the owner reads, so that no case fails for being late."""
    if "/owner" not in name or "resource_id" not in named:
        return usual
    shown = await cast.owner.get(f"/resources/{named['resource_id']}/access")
    return int(shown.json()["version"]) if shown.status_code == 200 else usual


@pytest.fixture(scope="module")
def said(api_views: Database) -> dict[tuple[str, str, str], Said]:
    async def collect() -> dict[tuple[str, str, str], Said]:
        world = World(clock=Clock(datetime.now(UTC)))
        await world.set_up(Secret(OWN))
        async with database.pool(api_views.project, 1, 4) as pool:
            views = PromptViews(pool, world)
            await views.build()
            site = ApiSite(world, views)
            return await answers(Cast(site, await site.sign_in("admin")))

    return asyncio.run(collect())


def cases() -> list[tuple[str, str, str, int]]:
    found = []
    for name, row in ROWS.items():
        for role, statuses in zip(ROLES, (row.administrator, row.password_user), strict=True):
            for relation, status in zip(RELATIONS, statuses.split(), strict=False):
                if status != "---":
                    found.append((name, role, relation, int(status)))
        found.append((name, "stranger", "foreign", row.stranger))
    return [case for case in found if case[0] != "GET /live"]


@pytest.mark.parametrize(("name", "role", "relation", "status"), cases())
def test_it_answers_as_its_row_says(
    said: dict[tuple[str, str, str], Said], name: str, role: str, relation: str, status: int
) -> None:
    found = said[name, role, relation]
    assert found.status == status, found.body


@pytest.mark.parametrize("role", [*ROLES, "stranger"])
@pytest.mark.parametrize("name", [name for name in ROWS if "{" in name and "{position}" not in name])
def test_not_yours_and_not_there_are_one_answer(said: dict[tuple[str, str, str], Said], name: str, role: str) -> None:
    foreign, absent = said[name, role, "foreign"], said[name, role, "absent"]
    if foreign.status in (403, 404, 401):
        assert foreign == absent
