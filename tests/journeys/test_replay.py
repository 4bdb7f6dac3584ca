"""`ledger replay` tells from the log itself what happened, with the names of the moment, and that it was told."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from projections.telling import as_text
from tests.ops.siem.sample import SAMPLE
from tests.support.installation import Installation, installation

OWN = "correct horse battery staple"
SECRET = "canary-password-that-nobody-may-see"


@pytest.fixture(scope="module")
def vault() -> Iterator[Installation]:
    yield from installation(OWN)


@pytest.fixture(scope="module")
def story(vault: Installation) -> dict[str, str]:
    return asyncio.run(happened(vault))


async def happened(vault: Installation) -> dict[str, str]:
    """A resource that is renamed, and an account whose password was shown before and after."""
    async with vault.visitor() as admin:
        await admin.sign_in("admin", OWN)
        resource = (await admin.post("/resources", {"name": "=cmd()", "type": "linux", "address": "db.test"}))["id"]
        account = (await admin.post(f"/resources/{resource}/accounts", {"username": "root", "password": SECRET}))["id"]
        why = {"reason": "a red reason", "purpose": "view"}
        await admin.post(f"/accounts/{account}/disclosures", why)
        shown = await admin.ask("GET", f"/accounts/{account}")
        body = {"username": "toor", "description": ""}
        headers = {"if-match": shown.headers["etag"]}
        renamed = await admin.ask("PUT", f"/accounts/{account}", json=body, headers=headers)
        assert renamed.status_code == 200, renamed.text
        position = (await admin.post(f"/accounts/{account}/disclosures", {"reason": "x", "purpose": "copy"}))[
            "position"
        ]
    return {"resource": resource, "account": account, "position": str(position)}


def told(vault: Installation, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said(vault, "--format", "jsonl", *words).splitlines()]


def said(vault: Installation, *words: str) -> str:
    done = vault.asked("ledger", "replay", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_names_are_those_of_the_moment_and_no_secret_is_told(vault: Installation, story: dict[str, str]) -> None:
    lines = told(vault, "--object", story["account"], "--type", "account-password")
    assert [line["object"] for line in lines] == ["root", "toor"]
    assert {line["actor"] for line in lines} == {"admin"}
    assert [line["reason"] for line in lines] == ["a red reason", "x"]
    everything = said(vault) + said(vault, "--format", "csv") + json.dumps(told(vault))
    assert SECRET not in everything


def test_every_event_is_told_once_and_in_order_and_as_the_trail_has_it(
    vault: Installation, story: dict[str, str]
) -> None:
    lines = told(vault, "--to", story["position"])
    assert [line["position"] for line in lines] == list(range(1, int(story["position"]) + 1))
    with vault.superuser("strongroom_views") as views:
        ((generation,),) = views.execute(
            "select generation from views.projections where name = 'audit' and role = 'serving'"
        ).fetchall()
        rows = views.execute(
            f"select position, topic, title, actor::text, summary, reason from audit_g{generation}.entries "
            "where position <= %s order by position", (story["position"],),
        ).fetchall()  # fmt: skip
    asked = ("position", "topic", "title", "actor_id", "summary", "reason")
    assert [tuple(line[name] for name in asked) for line in lines] == rows


def test_by_time_actor_and_type(vault: Installation, story: dict[str, str]) -> None:
    last = told(vault, "--to", story["position"])[-1]
    assert told(vault, "--from", last["recorded_at"], "--to", last["recorded_at"]) == [last]
    assert told(vault, "--actor", "nobody at all") == []
    assert {line["topic"] for line in told(vault, "--actor", "admin", "--type", "resource")} == {"resource.added"}


def test_a_terminal_obeys_nothing_of_it() -> None:
    """The API lets no such thing in; a log may be older than that."""
    line = replace(SAMPLE, actor="\x1b[31m", object="o\rb", summary="s\n2")
    assert as_text(line).isprintable()


def test_a_spreadsheet_computes_nothing(vault: Installation, story: dict[str, str]) -> None:
    rows = list(csv.DictReader(io.StringIO(said(vault, "--format", "csv", "--type", "resource"))))
    assert [row["object"] for row in rows] == ["'=cmd()"]


def test_it_is_recorded_before_the_first_line_and_after_the_last(vault: Installation, story: dict[str, str]) -> None:
    told(vault, "--type", "system")
    begun, ended = told(vault, "--type", "replay")[-2:]
    assert (begun["topic"], ended["topic"]) == ("replay.begun", "replay.ended")
    assert '"types": ["system"]' in begun["details"]["question"]
    assert ended["details"]["count"] > 0


def test_a_file_is_whole_for_its_owner_alone_or_not_there(vault: Installation, story: dict[str, str]) -> None:
    out = vault.folder / "history.jsonl"
    said(vault, "--format", "jsonl", "--out", str(out))
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    before = len(told(vault, "--type", "replay"))
    again = vault.asked("ledger", "replay", "--out", str(out))
    assert (again.returncode, "is there already" in again.stderr) == (1, True)
    nowhere = vault.asked("ledger", "replay", "--out", str(vault.folder / "none" / "x"))
    assert (nowhere.returncode, "cannot be written" in nowhere.stderr) == (1, True)
    assert len(told(vault, "--type", "replay")) == before + 2, "what was not told was not recorded as told"


@pytest.mark.parametrize("when", ["yesterday", "2026-03-03T17:00:00", "0", "-1"])
def test_a_bound_that_is_none_is_refused_and_said(vault: Installation, when: str) -> None:
    done = vault.asked("ledger", "replay", f"--from={when}")
    assert done.returncode == 2
    assert "position" in done.stderr


@pytest.mark.parametrize("format", ["ocsf", "ocsf-1.9", "ecs", "cef", "leef", "cloudevents"])
def test_every_siem_format_has_every_event_and_no_secret(
    vault: Installation, story: dict[str, str], format: str
) -> None:
    told = said(vault, "--format", format, "--to", story["position"])
    assert len(told.splitlines()) == int(story["position"])
    assert SECRET not in told
    veiled = said(vault, "--format", format, "--to", story["position"], "--pseudonyms")
    assert len(veiled.splitlines()) == int(story["position"])
    assert "a red reason" in told
    assert "a red reason" not in veiled
