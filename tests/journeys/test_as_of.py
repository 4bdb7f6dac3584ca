"""`projections as-of` tells what a read model held at a position, once it is recorded, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.installation import Installation, installation

OWN = "correct horse battery staple"
SECRET = "canary-password-that-nobody-may-see"


@pytest.fixture(scope="module")
def vault() -> Iterator[Installation]:
    yield from installation(OWN)


@pytest.fixture(scope="module")
def renamed(vault: Installation) -> tuple[int, int]:
    """Where an account was added, and where it got another name."""
    asyncio.run(_rename(vault))
    done = vault.asked("ledger", "replay", "--type", "account", "--format", "jsonl")
    added, edited = (json.loads(line)["position"] for line in done.stdout.splitlines())
    return added, edited


async def _rename(vault: Installation) -> None:
    async with vault.visitor() as admin:
        await admin.sign_in("admin", OWN)
        resource = (await admin.post("/resources", {"name": "db", "type": "linux", "address": "db.test"}))["id"]
        added = await admin.post(f"/resources/{resource}/accounts", {"username": "root", "password": SECRET})
        shown = await admin.ask("GET", f"/accounts/{added['id']}")
        body, headers = {"username": "toor", "description": ""}, {"if-match": shown.headers["etag"]}
        done = await admin.ask("PUT", f"/accounts/{added['id']}", json=body, headers=headers)
        assert done.status_code == 200, done.text


def told(vault: Installation, name: str, position: int, *words: str) -> list[dict[str, Any]]:
    done = vault.asked("projections", "as-of", name, str(position), *words)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def replays(vault: Installation) -> list[dict[str, Any]]:
    done = vault.asked("ledger", "replay", "--type", "replay", "--format", "jsonl")
    return [json.loads(line) for line in done.stdout.splitlines()]


def models(vault: Installation) -> tuple[set[Any], set[Any]]:
    """Which generations there are, and which schemas."""
    with vault.superuser("strongroom_views") as views:
        known = views.execute("select name, generation, version, role, halted from views.projections").fetchall()
        schemas = views.execute("select nspname from pg_namespace where nspname !~ '^pg_'").fetchall()
    return set(known), set(schemas)


def test_it_is_as_it_was_then_and_nothing_in_use_is_touched(vault: Installation, renamed: tuple[int, int]) -> None:
    before = models(vault)
    for position, name in zip(renamed, ("root", "toor"), strict=True):
        rows = [each["row"] for each in told(vault, "accounts", position) if each["table"] == "accounts"]
        assert [row["username"] for row in rows] == [name]
    assert [each for each in told(vault, "accounts", renamed[0] - 1) if each["table"] == "accounts"] == []
    assert models(vault) == before


def test_no_read_model_tells_a_secret(vault: Installation, renamed: tuple[int, int]) -> None:
    listed = json.loads(vault.asked("projections", "list", "--json").stdout)
    for name in {each["name"] for each in listed}:
        assert SECRET not in json.dumps(told(vault, name, renamed[1]))


def test_it_is_recorded_with_its_question_and_how_much_was_told(
    vault: Installation, renamed: tuple[int, int]
) -> None:  # fmt: skip
    count = len(told(vault, "resources", renamed[0]))
    begun, ended = replays(vault)[-2:]
    assert json.loads(begun["details"]["question"]) == {"projection": "resources", "as_of": renamed[0]}
    assert (begun["topic"], ended["topic"], ended["details"]["count"]) == ("replay.begun", "replay.ended", count)


def test_a_file_is_for_its_owner_alone_and_replaces_nothing(vault: Installation, renamed: tuple[int, int]) -> None:
    out = vault.folder / "accounts.jsonl"
    assert told(vault, "accounts", renamed[0], "--out", str(out)) == []
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    written, before = out.read_text(), len(replays(vault))
    again = vault.asked("projections", "as-of", "accounts", str(renamed[1]), "--out", str(out))
    assert (again.returncode, "is there already" in again.stderr) == (1, True)
    assert out.read_text() == written
    assert '"username": "root"' in written
    assert len(replays(vault)) == before + 2, "our own look was recorded, and nothing that was not told"


def test_what_is_not_there_is_refused_and_said(vault: Installation, renamed: tuple[int, int]) -> None:
    unknown = vault.asked("projections", "as-of", "nothing", "1")
    assert (unknown.returncode, "there is no projection 'nothing'; there are access" in unknown.stderr) == (1, True)
    beyond = vault.asked("projections", "as-of", "users", "999999")
    assert (beyond.returncode, "999999 is not there yet" in beyond.stderr) == (1, True)
    assert "the log ends at position" in beyond.stderr
    assert vault.asked("projections", "as-of", "users", "0").returncode == 2
