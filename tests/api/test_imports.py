"""Imports: shown before they are done, done once, each row by itself; and no answer or log line holds a password."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from base64 import b64encode
from types import SimpleNamespace
from typing import Any

import pytest

from api import observed
from api.importing import Importing, ImportOpened, Why
from commands.accounts import AddAccount
from commands.vault import Vault
from domain import ids, sheets
from domain.errors import Refused, Unavailable
from ops.ledger.log import Idempotency
from tests.api.site import ApiSite, Browser
from tests.api.test_work import a_resource, an_account

SECRET = " hunter2;=🗝 "
FILE = f"""resource,type,address,port,account,password,account description
web,linux,web.example,22,root,{SECRET},the first
web,,,,deploy,,
db1,,,,root,{SECRET},
db1,,,,postgres,{SECRET},
mail,toaster,mail.example,,root,{SECRET},
"""
ALL = {"resource": 0, "type": 1, "address": 2, "port": 3, "account": 4, "password": 5, "account_description": 6}
ONCE: dict[str, Any] = {"headers": {"idempotency-key": "import-key-1"}}


def body_of(file: str | bytes = FILE, **more: Any) -> dict[str, Any]:
    return {"content": b64encode(file if isinstance(file, bytes) else file.encode()).decode(), **more}


async def preview(by: Browser, file: str | bytes = FILE, **more: Any) -> dict[str, Any]:
    answer = await by.post("/imports/preview", body_of(file, **more))
    assert answer.status_code == 200, answer.text
    assert "hunter2" not in answer.text
    found: dict[str, Any] = answer.json()
    return found


async def bring_in(by: Browser, file: str = FILE, **more: Any) -> list[dict[str, Any]]:
    """All lines of the answer."""
    columns = more.pop("columns", ALL)
    seen = await preview(by, file, columns=columns, usual_type=more.get("usual_type"))
    asked = {name: more.pop(name) for name in ("headers",) if name in more}
    answer = await by.post("/imports", body_of(file, columns=columns, digest=seen["digest"], **more), **asked)
    assert answer.status_code == 201, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.headers["cache-control"] == "no-store"
    assert "hunter2" not in answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def outcomes(lines: list[dict[str, Any]]) -> list[tuple[int, str]]:
    return [(line["row"], line["outcome"]) for line in lines if line["kind"] == "row"]


async def there(by: Browser) -> str:
    """A resource of which one account is there already."""
    resource = await a_resource(by)
    await an_account(by, resource)
    return resource


async def test_a_preview_says_row_by_row_what_would_happen_and_changes_nothing(site: ApiSite, admin: Browser) -> None:
    await there(admin)
    before = site.world.log.head
    seen = await preview(admin)
    assert [(row["row"], row["outcome"]) for row in seen["rows"]] == [
        (2, "new_resource"), (3, "new_account"), (4, "there"), (5, "new_account"), (6, "error"),
    ]  # fmt: skip
    assert seen["counts"] == {"new_resource": 1, "new_account": 2, "there": 1, "error": 1, "empty": 0}
    assert [row["generates"] for row in seen["rows"]] == [False, True, False, False, False]
    assert seen["rows"][4]["troubles"][0]["column"] == "type"
    assert {each["means"]: each["at"] for each in seen["headings"]} == ALL
    assert site.world.log.head == before


async def test_each_row_is_added_by_itself_and_says_what_became_of_it(site: ApiSite, admin: Browser) -> None:
    await there(admin)
    before = site.world.log.head
    opened, *rows, ended = await bring_in(admin, reason="moving house", ticket="CHG1")
    assert (opened["kind"], opened["rows"], opened["position"]) == ("opened", 5, before + 1)
    assert outcomes(rows) == [(2, "added"), (3, "added"), (4, "there"), (5, "added"), (6, "failed")]
    counts = {"resources": 1, "accounts": 3, "there": 1, "failed": 1}
    assert {name: ended[name] for name in counts} == counts
    events = await site.world.events(before)
    assert [event.TOPIC for event in events if not event.TOPIC.startswith("name.")] == [
        "import.opened", "resource.added", "access.opened", "account.added", "account.added", "account.added",
        "import.ended",
    ]  # fmt: skip
    assert {event.provenance.causation for event in events[1:]} == {before + 1}
    assert {(event.provenance.reason, event.provenance.ticket) for event in events} == {("moving house", "CHG1")}


async def test_an_imported_password_comes_out_as_it_stood_in_the_file(admin: Browser) -> None:
    await there(admin)
    _, first, second, *_ = await bring_in(admin)
    why = {"reason": "look", "purpose": "view"}
    shown = [await admin.post(f"/accounts/{each['account_id']}/disclosures", why) for each in (first, second)]
    assert shown[0].json()["password"] == SECRET
    assert len(shown[1].json()["password"]) >= 16


async def test_the_same_again_goes_on_and_adds_nothing_twice(site: ApiSite, admin: Browser) -> None:
    await there(admin)
    first = await bring_in(admin, **ONCE)
    before = site.world.log.head
    assert await bring_in(admin, **ONCE) == [*first[:-1], {**first[-1], "position": before}]
    assert site.world.log.head == before


async def test_what_was_broken_off_is_taken_up_where_it_ended(
    site: ApiSite, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log goes away in the middle; afterwards everything is there once, and counted as this import's."""
    await there(admin)
    execute = Vault.execute

    async def away(self: Vault, command: Any, caller: Any) -> Any:
        if isinstance(command, AddAccount) and command.username == "postgres":
            raise Unavailable
        return await execute(self, command, caller)

    with monkeypatch.context() as patched:
        patched.setattr(Vault, "execute", away)
        broken = await bring_in(admin, **ONCE)
    assert (broken[-1]["kind"], broken[-1]["problem"]) == ("stopped", "unavailable")
    assert outcomes(broken) == [(2, "added"), (3, "added"), (4, "there")]
    assert "import.ended" not in await site.world.topics()
    whole = await bring_in(admin, **ONCE)
    assert outcomes(whole) == [(2, "added"), (3, "added"), (4, "there"), (5, "added"), (6, "failed")]
    assert (whole[-1]["resources"], whole[-1]["accounts"], whole[-1]["there"]) == (1, 3, 1)
    assert whole[1:4] == broken[1:4]
    topics = await site.world.topics()
    assert [topics.count(each) for each in ("import.opened", "import.ended", "account.added")] == [1, 1, 4]


async def test_an_import_anew_finds_everything_there(site: ApiSite, admin: Browser) -> None:
    await there(admin)
    await bring_in(admin)
    assert outcomes(await bring_in(admin)) == [(2, "there"), (3, "there"), (4, "there"), (5, "there"), (6, "failed")]
    assert (await site.world.topics()).count("account.added") == 4


async def test_a_refusal_ends_its_row_alone_and_is_recorded(
    site: ApiSite, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The preview was wrong about it: the door decides."""
    decide = AddAccount.execute

    async def refused(self: AddAccount, work: Any) -> Any:
        if self.username == "root":
            raise Refused("Not this one.")
        return await decide(self, work)

    monkeypatch.setattr(AddAccount, "execute", refused)
    before = site.world.log.head
    found = await bring_in(admin, "\n".join(FILE.splitlines()[:3]))
    assert outcomes(found) == [(2, "failed"), (3, "added")]
    assert found[1]["troubles"] == [{"column": None, "message": "You may not do that: Not this one."}]
    assert (await site.world.topics(before)).count("refusal.recorded") == 1


async def test_what_was_added_since_the_preview_is_looked_at_again(admin: Browser) -> None:
    """A password must not land on another system that has been given the name meanwhile."""
    file = "resource,type,address,account,password\nweb,linux,web.example,root,x\n"
    columns = {"resource": 0, "type": 1, "address": 2, "account": 3, "password": 4}
    seen = await preview(admin, file, columns=columns)
    await a_resource(admin, name="Web", address="else.example")
    answer = await admin.post("/imports", body_of(file, columns=columns, digest=seen["digest"]))
    _, row, _ = [json.loads(line) for line in answer.text.splitlines()]
    assert (row["outcome"], row["troubles"][0]["column"]) == ("failed", "address")
    assert "at else.example" in row["troubles"][0]["message"]


async def test_twice_at_the_same_time_is_once(site: ApiSite, admin: Browser) -> None:
    await there(admin)
    seen = await preview(admin, columns=ALL)
    before = site.world.log.head
    body = body_of(columns=ALL, digest=seen["digest"])
    answers = await asyncio.gather(*(admin.post("/imports", body, **ONCE) for _ in range(2)))
    one, other = ([json.loads(line) for line in answer.text.splitlines()] for answer in answers)
    assert one[:-1] == other[:-1]
    assert outcomes(one) == [(2, "added"), (3, "added"), (4, "there"), (5, "added"), (6, "failed")]
    topics = await site.world.topics(before)
    assert [topics.count(each) for each in ("import.opened", "resource.added", "account.added")] == [1, 1, 3]


def test_a_name_cannot_be_tried_without_the_key_of_the_vault() -> None:
    """What is kept of a row's key for a day stands in the log's database, beside the import's id."""
    someone, opened = ids.new(), ImportOpened(id=ids.new(), rows=1, position=1)

    def once(body_key: bytes) -> Idempotency:
        caller: Any = SimpleNamespace(id=someone, services=SimpleNamespace(body_key=body_key))
        return Importing(caller, opened, (), Why(None, None))._once("resource/web")

    assert once(b"a" * 32) == once(b"a" * 32)
    assert once(b"a" * 32).key_hash != once(b"b" * 32).key_hash


async def test_some_rows_are_imported_when_they_are_named(site: ApiSite, admin: Browser) -> None:
    await there(admin)
    found = await bring_in(admin, rows=[3, 5])
    assert (found[0]["rows"], outcomes(found)) == (2, [(3, "added"), (5, "added")])
    assert found[1]["adds_resource"], "its own row was not chosen, but the others say what it is"


@pytest.mark.parametrize(
    "changes",
    [
        {"content": b64encode(FILE.replace("root", "toor").encode()).decode()},
        {"columns": {**ALL, "account_description": 1}},
        {"usual_type": "windows"},
        {"digest": "0" * 64},
    ],
    ids=["file", "columns", "usual type", "digest"],
)
async def test_nothing_but_what_was_previewed_is_imported(
    site: ApiSite, admin: Browser, changes: dict[str, Any]
) -> None:
    seen = await preview(admin, columns=ALL)
    before = site.world.log.head
    answer = await admin.post("/imports", {**body_of(columns=ALL, digest=seen["digest"]), **changes})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/conflict")
    assert await site.world.topics(before) == []


async def test_a_session_that_ends_meanwhile_ends_the_import(
    site: ApiSite, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = await preview(admin, columns=ALL)
    tried = Importing._tried

    async def and_signs_out(self: Any, entry: Any) -> Any:
        done = await tried(self, entry)
        await admin.delete("/sessions/current")
        return done

    monkeypatch.setattr(Importing, "_tried", and_signs_out)
    answer = await admin.post("/imports", body_of(columns=ALL, digest=seen["digest"]))
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["kind"] for line in lines] == ["opened", "row", "stopped"]
    assert lines[-1]["problem"] == "session-ended"


async def test_only_ones_own_resources_are_held_against_the_file(site: ApiSite, admin: Browser) -> None:
    """One that is shared under the same name is another one; its accounts are not told of."""
    bob = await site.person(admin, "bob", "administrator")
    resource = await there(admin)
    await admin.put(f"/resources/{resource}/access/users/{bob.id}", {"level": "MANAGE"})
    seen = await preview(bob, "resource,type,address,account\ndb1,linux,db.example,root\n")
    assert seen["rows"][0]["outcome"] == "new_resource"


async def test_a_file_without_a_column_for_resources_asks_for_one(admin: Browser) -> None:
    seen = await preview(admin, f"Wer,Wo,Was\nroot,web,{SECRET}\n")
    assert (seen["rows"], [each["name"] for each in seen["headings"]]) == ([], [None, None, None])
    chosen = {"account": 0, "resource": 1, "address": 1, "password": 2}
    seen = await preview(admin, f"Wer,Wo,Was\nroot,web,{SECRET}\n", columns=chosen, usual_type="linux")
    assert [(row["resource"], row["address"], row["outcome"]) for row in seen["rows"]] == [
        ("web", "web", "new_resource")
    ]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"content": "hunter2!"}, 422),
        ({"content": "aHVudGVyMg"}, 422),
        (body_of(b"a,hunter2,\xff"), 422),
        (body_of(b'a,b\n"hunter2'), 422),
        (body_of("a\n", columns={"resource": 7}), 422),
        (body_of("a,b\n", columns={"resource": 0, "password": 0}), 422),
        (body_of("a,b\n", columns={"resource": "hunter2"}), 422),
        ({"content": "hunter2 " * 250_000}, 413),
        ({"content": "hunter2=" * 180_000}, 422),
    ],
    ids=["alphabet", "padding", "latin-1", "open quote", "outside", "shown", "meaning", "body", "content"],
)
async def test_what_cannot_be_read_is_refused_without_an_echo(
    site: ApiSite, admin: Browser, body: dict[str, Any], status: int
) -> None:
    answer = await admin.post("/imports/preview", body)
    assert answer.status_code == status
    assert "hunter2" not in answer.text


async def test_the_largest_file_is_taken(admin: Browser) -> None:
    rows = "".join(f"h{n:04},linux,h.example,,root,{'x' * 170},\n" for n in range(sheets.MOST_ROWS))
    file = FILE.splitlines()[0] + "\n" + rows
    assert sheets.LARGEST * 0.9 < len(file) <= sheets.LARGEST
    assert (await preview(admin, file))["counts"]["new_resource"] == sheets.MOST_ROWS


async def test_no_log_line_holds_a_password(admin: Browser) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.DEBUG)
    try:
        await bring_in(admin)
        await admin.post("/imports/preview", body_of(b"a,hunter2,\xff"))
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    assert written.getvalue()
    assert "hunter2" not in written.getvalue()
    assert b64encode(SECRET.encode()).decode().rstrip("=")[2:8] not in written.getvalue()


async def test_an_import_may_take_longer_than_other_answers(admin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observed, "SECONDS", 1.0)
    monkeypatch.setattr(observed, "FILE_SECONDS", 1.0)
    tried = Importing._tried

    async def slowly(self: Any, entry: Any) -> Any:
        await asyncio.sleep(1.5)
        return await tried(self, entry)

    monkeypatch.setattr(Importing, "_tried", slowly)
    assert (await bring_in(admin, rows=[2, 3]))[-1]["kind"] == "ended"
