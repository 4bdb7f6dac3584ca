"""The form of the API's document: what every operation of it must say, and what none may hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from api.app import described
from api.doorman import OPEN
from api.health import router as health_router
from api.openapi import document, encoded, openapi_router

ROOT = Path(__file__).resolve().parents[2]
APP = described(health_router(None), openapi_router())  # type: ignore[arg-type]
DOCUMENT = document(APP.routes)
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
REF = "#/components/schemas/"
PREFIX = "/api/v1/"
HIDDEN = "include_in_schema"
OTHERS = {
    "get_proof": {"text/plain"},
    "live": {"text/event-stream"},
    "pull_events": {"text/plain"},
    "export_audit": {"text/csv", "application/json"},
    "import_file": {"application/x-ndjson"},
}
"""The operations whose answers are a stream or a file."""
NEVER_REPEATED = {
    "sign_in": "a session's cookie is given once",
    "invite_again": "each invitation voids the one before it",
    "disclose": "each showing is an event",
    "add_destination": "its name is taken the second time",
}
"""POSTs that make something and take no Idempotency-Key, and why."""
SECRET = re.compile(r"(password|passphrase|token|secret|invitation|candidate|verifier|hash|private_?key)$")
TELLS = {
    ("disclose", "Disclosure.password"),
    ("add_user", "Invited.invitation"), ("invite_again", "Invitation.invitation"),
    ("sign_in", "NewSession.csrf_token"), ("current_session", "CurrentSession.csrf_token"),
    ("get_audit_entry", "AuditDetail.entry_hash"),
}  # fmt: skip
"""Every answer that holds something like a secret; the hash of an entry is for everybody to prove it by."""
HEARS = {
    ("sign_in", "SignInBody.password"),
    ("accept_invitation", "AcceptBody.token"), ("accept_invitation", "AcceptBody.password"),
    ("change_own_password", "OwnPasswordBody.current_password"),
    ("change_own_password", "OwnPasswordBody.new_password"),
    ("add_account", "NewAccountBody.password"), ("change_password", "ChangeBody.password"),
    ("set_key", "KeyBody.private_key"), ("add_destination", "DestinationBody.secret"),
}  # fmt: skip
"""Every request that does."""


class Operation:
    """A method of a path, as the document has it."""

    def __init__(self, method: str, path: str, said: dict[str, Any]) -> None:
        self.method, self.path, self.said = method.upper(), path, said
        self.id: str = said["operationId"]
        self.unsafe = self.method != "GET"
        self.open = (self.method, path) in OPEN

    def __repr__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def body(self) -> dict[str, Any]:
        """What it takes, by content type."""
        found: dict[str, Any] = self.said.get("requestBody", {}).get("content", {})
        return found

    @property
    def answers(self) -> dict[str, Any]:
        """What it answers with when it says yes, by status."""
        return {status: said for status, said in self.said["responses"].items() if status.startswith("2")}

    def parameters(self, place: str) -> dict[str, Any]:
        return {each["name"]: each["schema"] for each in self.said.get("parameters", ()) if each["in"] == place}


OPERATIONS = [Operation(method, path, said) for path, by in DOCUMENT["paths"].items() for method, said in by.items()]


def test_no_two_operations_have_one_name() -> None:
    names = [each.id for each in OPERATIONS]
    assert len(set(names)) == len(names) > 40


def test_the_console_was_made_for_this_document() -> None:
    assert (ROOT / "ui" / "openapi.json").read_bytes() == encoded(APP.routes), "cd ui && npm run generate"


def test_what_is_not_documented_is_the_document_alone() -> None:
    """Whatever else is served lies outside of /api and says so in `api/site.py`."""
    hidden = [line for path in (ROOT / "api").glob("*.py") for line in path.read_text().splitlines() if HIDDEN in line]
    assert [line.strip() for line in hidden] == [f'@routes.get("/openapi.json", {HIDDEN}=False)']


def test_what_strangers_may_call_is_this_and_nothing_else() -> None:
    assert {each.id for each in OPERATIONS if each.open} == {"sign_in", "accept_invitation", "alive", "ready"}
    listed = {(each.method, each.path) for each in OPERATIONS}
    assert OPEN - listed == {("GET", "/api/v1/openapi.json")}


def test_everything_lies_under_the_prefix_and_is_called_and_summed_up() -> None:
    for each in OPERATIONS:
        assert each.path.startswith(PREFIX), each
        assert each.method in ("GET", "POST", "PUT", "DELETE"), each
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", each.id), each
        assert each.said["summary"], each
        assert each.said["tags"], each


def test_every_operation_says_how_it_answers_and_how_it_refuses() -> None:
    for each in OPERATIONS:
        [(status, answer)] = each.answers.items()
        assert status in ("200", "201", "202"), each
        if each.id in OTHERS:
            assert answer["content"].keys() == OTHERS[each.id], each
        else:
            assert answer["content"].keys() == {"application/json"}, each
            assert answer["content"]["application/json"]["schema"]["$ref"].startswith(REF), each
        refusal = each.said["responses"]["default"]["content"]
        assert refusal == {"application/problem+json": {"schema": {"$ref": REF + "Problem"}}}, each
        assert each.said["responses"].keys() <= {status, "default", "503"}, each


def test_bodies_are_json_of_exactly_the_fields_that_they_name() -> None:
    for each in OPERATIONS:
        assert not each.body or each.unsafe, each
        assert each.body.keys() <= {"application/json"}, each
        for name in shapes(each.body):
            assert SCHEMAS[name]["type"] != "object" or SCHEMAS[name].get("additionalProperties") is False, name


def test_ids_are_uuids_wherever_they_stand() -> None:
    for each in OPERATIONS:
        path, query = each.parameters("path"), each.parameters("query")
        assert set(re.findall(r"{(\w+)}", each.path)) == path.keys(), each
        assert all(name == "position" or name.endswith("_id") for name in path), each
        fields = ((field.rpartition(".")[2], schema) for field, schema in held(each.body, each.answers))
        for name, schema in (*path.items(), *query.items(), *fields):
            if name == "id" or name.endswith("_id"):
                assert "'format': 'uuid'" in str(schema), (each, name)


def test_a_change_must_be_meant_and_is_made_once() -> None:
    """Both halves of a session for a change; a key for what makes something; the version that was read for a PUT."""
    for each in OPERATIONS:
        needs: dict[str, list[str]] = {"session": [], "csrf": []} if each.unsafe else {"session": []}
        assert each.said["security"] == ([] if each.open else [needs]), each
        headers = each.parameters("header").keys()
        makes = each.method == "POST" and "201" in each.answers
        assert ("Idempotency-Key" in headers) == (makes and each.id not in NEVER_REPEATED), each
        assert ("If-Match" in headers) == (each.method == "PUT"), each


def test_secrets_stand_where_they_must_and_nowhere_else() -> None:
    assert secrets_in(lambda each: each.answers) == TELLS
    assert secrets_in(lambda each: each.body) == HEARS


def test_no_secret_is_part_of_an_address() -> None:
    for each in OPERATIONS:
        for name in (*each.parameters("path"), *each.parameters("query"), *each.parameters("header")):
            assert not SECRET.search(name.lower().replace("-", "_")), (each, name)


def secrets_in(part: Callable[[Operation], Any]) -> set[tuple[str, str]]:
    """By operation, the texts in this part of it that are named as secrets are."""
    found = [(each.id, field, schema) for each in OPERATIONS for field, schema in held(part(each))]
    return {(id, field) for id, field, schema in found if SECRET.search(field) and "string" in str(schema)}


def held(*parts: object) -> Iterator[tuple[str, dict[str, Any]]]:
    """All fields of the shapes that are named in there, and of those that these name."""
    for name in shapes(*parts):
        for field, schema in SCHEMAS[name].get("properties", {}).items():
            yield f"{name}.{field}", schema


def shapes(*parts: object) -> set[str]:
    waiting, found = list(named_in(parts)), set[str]()
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting += named_in(SCHEMAS[name])
    return found


def named_in(part: object) -> list[str]:
    return re.findall(rf"'{REF}(\w+)'", str(part))
