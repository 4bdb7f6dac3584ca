"""A person and an account are forgotten for good: nothing opens what was said of them, and no copy undoes it."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from commands.forgetting import Wanted, shred
from domain.secrets import Secret
from domain.shreddings import Forgettable
from ops.bus import AUDIT, Bus, BusAway
from ops.runtime.keys import seed_of
from ops.runtime.nats import TELLER
from ops.runtime.seats import as_user
from projections.operator import refold
from tests.support.installation import Installation, installation
from tests.support.terminal import two, typed

OWN, OTHER, HERS = "correct horse battery staple", "another horse, another battery", "a third horse, a third battery"
ADMIN, VERA = ("admin", OWN), ("vera", OTHER)
NAME, SHOWN, MAIL, LOGIN, PASSWORD = (
    "mallory",
    "Mallory Needle",
    "needle@example.org",
    "needleroot",
    "needle password 1",
)
SERVER = {"name": "db1", "type": "linux", "address": "db1.test"}
FORGET = [("leave all as it is: ", "forget")]


@dataclass
class Story:
    """Who and what there is to be forgotten, and what is known of the keys that have to go."""

    vault: Installation
    user: str = ""
    account: str = ""
    resource: str = ""
    keys: dict[str, list[tuple[int, bytes]]] = field(default_factory=dict)

    @property
    def copies(self) -> Path:
        return self.vault.folder / "copies"

    def scope(self, subject: str) -> list[tuple[int, bytes]]:
        with self.vault.superuser("strongroom") as ledger:
            return [
                row
                for tier in ("event", "secret")
                for row in ledger.execute(
                    f"select id, wrapped from ledger.{tier}_keys where scope = %s", (f"stream:{subject}",)
                )
            ]


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    for vault in installation(OWN):
        told = Story(vault)
        asyncio.run(happens(told))
        yield told


async def joins(admin: Any, name: str, shown: str, roles: list[str], password: str, email: str | None = None) -> str:
    made = await admin.post("/users", {"username": name, "display_name": shown, "roles": roles, "email": email})
    await admin.post("/invitations/accept", {"token": made["invitation"], "password": password})
    return str(made["id"])


async def happens(story: Story) -> None:
    """Mallory is shown the password of an account that he may see, and is disabled; a copy of the keys is made."""
    async with story.vault.visitor() as admin:
        await admin.sign_in(*ADMIN)
        await joins(admin, "vera", "Vera", ["administrator"], OTHER)
        story.user = await joins(admin, NAME, SHOWN, ["password-user"], HERS, MAIL)
        story.resource = (await admin.post("/resources", SERVER))["id"]
        body = {"username": LOGIN, "password": PASSWORD}
        story.account = (await admin.post(f"/resources/{story.resource}/accounts", body))["id"]
        share = f"/accounts/{story.account}/access/users/{story.user}"
        await admin.does("PUT", share, {"level": "VIEW"}, **{"if-match": '"0"'})
    async with story.vault.visitor() as mallory:
        await mallory.sign_in(NAME, HERS)
        why = {"reason": "x", "purpose": "view"}
        assert (await mallory.post(f"/accounts/{story.account}/disclosures", why))["password"] == PASSWORD
        told = {"name": "NATS", "kind": "nats", "address": "AUDIT", "after": 0, "reason": "for the SIEM"}
    async with story.vault.visitor() as admin:
        await admin.sign_in(*ADMIN)
        await admin.post("/siem/destinations", told)
    await in_stream(story, SHOWN, said=True)
    story.copies.mkdir(mode=0o700)
    done = story.vault.asked("keys", "backup", "--to", str(story.copies))
    assert done.returncode == 0, done.stderr
    story.keys = {subject: story.scope(subject) for subject in (story.user, story.account)}
    assert all(story.keys.values())


def shredded(story: Story, *what: str, code: int = 0) -> str:
    words = ["keys", "shred", *what, "--reason", "asked for by letter"]
    return typed(story.vault, words, [*FORGET, *two(ADMIN, VERA)], code)


async def in_stream(story: Story, text: str, said: bool) -> None:
    """Until what consumers on NATS read, from its beginning to the log's end, says that, or does not."""
    settings = story.vault.settings
    bus = as_user(settings, TELLER, seed_of(settings, TELLER))
    await bus.start()
    try:
        async with asyncio.timeout(60):
            while (whole := await stream(bus)) is None or (text.encode() in whole) is not said:
                await asyncio.sleep(0.2)
    finally:
        await bus.close()


async def stream(bus: Bus) -> bytes | None:
    """All of it; None while it is away or made anew."""
    if not bus.connected:
        return None
    try:
        end = await bus.end(AUDIT)
        if end is None or not end.messages:
            return None
        numbers = range(end.last - end.messages + 1, end.last + 1)
        found = [await bus.message(AUDIT, number) for number in numbers]
    except BusAway:
        return None
    return b"".join(message.body for message in found if message is not None)


async def finds(story: Story, text: str) -> list[Any]:
    """What the console would find of it, and what stands in the trail."""
    async with story.vault.visitor() as admin:
        await admin.sign_in(*ADMIN)
        users = (await admin.get(f"/users?q={text}"))["items"]
        accounts = (await admin.get(f"/accounts?q={text}"))["items"]
        trail = json.dumps(await admin.get("/audit?limit=200"))
    return [*users, *accounts, *([text] if text in trail else [])]


def in_read_models(story: Story, text: str) -> list[str]:
    """The tables that still say it, whoever they are served to."""
    with story.vault.superuser("strongroom_views") as views:
        tables = views.execute(
            "select schemaname, tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        return [
            f"{schema}.{table}"
            for schema, table in tables
            if views.execute(f'select from "{schema}"."{table}" t where t::text like %s', (f"%{text}%",)).rowcount
        ]


def in_files(story: Story, needle: bytes) -> list[Path]:
    """The files of the log's and the read models' tables that still hold it."""
    for name in ("strongroom", "strongroom_views"):
        with story.vault.superuser(name) as database:
            database.execute("checkpoint")
    files = (story.vault.state / "pgdata" / "base").glob("*/*")
    return [path for path in files if path.is_file() and needle in path.read_bytes()]


def verified(story: Story, *more: str) -> None:
    done = story.vault.asked("ledger", "verify", *more)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_who_can_still_sign_in_is_not_forgotten(story: Story) -> None:
    said = shredded(story, "--user", NAME, code=1)
    assert "disable him first" in said
    assert story.scope(story.user) == story.keys[story.user]


@pytest.mark.slow
def test_what_is_not_there_is_said_to_be_so_and_nothing_is_recorded(story: Story) -> None:
    before = story.vault.asked("ledger", "replay", "--type", "key-copies").stdout
    done = story.vault.asked("keys", "backup", "--to", str(story.vault.folder / "nowhere"))
    assert (done.returncode, "is no folder that can be written to" in done.stderr) == (1, True)
    assert story.vault.asked("ledger", "replay", "--type", "key-copies").stdout == before
    for what, said in (
        (("--user", "nobody-here"), "There is no user 'nobody-here'"),
        (("--account", story.user), f"There is no account {story.user}."),
    ):
        assert said in typed(story.vault, ["keys", "shred", *what, "--reason", "x"], [], 1)


@pytest.mark.slow
def test_one_administrator_is_not_enough(story: Story) -> None:
    words = ["keys", "shred", "--account", story.account, "--reason", "x"]
    assert "came twice" in typed(story.vault, words, [*FORGET, *two(ADMIN, ADMIN)], 1)
    assert "nothing was changed" in typed(story.vault, words, [("leave all as it is: ", "no")], 1)
    assert story.scope(story.account) == story.keys[story.account]


@pytest.mark.slow
async def test_a_person_is_forgotten_and_the_proof_holds(story: Story) -> None:
    async with story.vault.visitor() as admin:
        await admin.sign_in(*ADMIN)
        await admin.post(f"/users/{story.user}/disable", {"reason": "he left"})
    said = await asyncio.to_thread(shredded, story, "--user", NAME)
    gone = datetime.now(UTC).date() + timedelta(days=30)
    assert f"has to be gone on {gone}" in said
    assert "is forgotten: 2 data keys are deleted" in said
    assert story.scope(story.user) == []
    await asyncio.to_thread(verified, story, "--level", "tiles", "--level", "rows", "--level", "models")
    await in_stream(story, "user.shredded", said=True)
    for text in (NAME, SHOWN, MAIL):
        await in_stream(story, text, said=False)
        assert await finds(story, text) == []
        assert in_read_models(story, text) == []
        assert in_files(story, text.encode()) == []
    for _, wrapped in story.keys[story.user]:
        assert in_files(story, wrapped) == []


@pytest.mark.slow
async def test_what_was_forgotten_is_gone_for_everybody_and_its_name_is_free(story: Story) -> None:
    async with story.vault.visitor() as admin:
        await admin.sign_in(*ADMIN)
        assert (await admin.ask("GET", f"/users/{story.user}")).status_code == 404
        shares = f"/resources/{story.resource}/access"
        etag = (await admin.ask("GET", shares)).headers["etag"]
        said = await admin.ask(
            "PUT", f"{shares}/users/{story.user}", json={"level": "VIEW"}, headers={"if-match": etag}
        )
        assert (said.status_code, said.json()["type"]) == (410, "/problems/shredded")
        await joins(admin, NAME, "Somebody else", ["password-user"], HERS)
        items = (await admin.until("/audit?topic=shredding.ended", lambda said: said["items"]))["items"]
        assert len(items) == 1


@pytest.mark.slow
async def test_the_trail_says_that_something_was_there(story: Story) -> None:
    async with story.vault.visitor() as auditor:
        await auditor.sign_in(*ADMIN)
        items = (await auditor.get("/audit?limit=200"))["items"]
    forgotten = [each for each in items if each["title"] == "A record that was forgotten for good"]
    assert {each["topic"] for each in forgotten} >= {"user.added", "session.started", "user.shredded"}
    assert not [each for each in items if "cannot be read" in each["title"] or "no more" in each["title"]]


@pytest.mark.slow
async def test_an_account_is_forgotten_though_its_shredding_was_killed_at_every_step(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process has the account's key at hand from being asked a moment before."""
    settings = story.vault.settings
    wanted = Wanted(Forgettable.ACCOUNT, story.account, "asked for")
    disclosures = f"/accounts/{story.account}/disclosures"
    async with story.vault.visitor() as admin:
        await admin.sign_in(*ADMIN)
        why = {"reason": "x", "purpose": "view"}
        assert (await admin.post(disclosures, why))["password"] == PASSWORD
        for step in ("forgotten.remember", "shreds.shred", "_ended"):
            with monkeypatch.context() as patch:
                patch.setattr(f"commands.forgetting.{step}", killed)
                with pytest.raises(KeyboardInterrupt):
                    await asyncio.to_thread(shred, settings, wanted, agreed, lambda what: True, lambda settings: None)
            said = await admin.ask("POST", disclosures, json=why)
            assert (said.status_code, said.json()["type"]) == (410, "/problems/shredded")
        done = await asyncio.to_thread(
            shred, settings, wanted, unasked, unasked, lambda settings: refold(settings, lambda what: lambda a, b: None)
        )
    assert done is not None
    assert story.scope(story.account) == []
    await asyncio.to_thread(verified, story, "--level", "rows", "--level", "models")
    for text in (LOGIN, PASSWORD):
        assert await finds(story, text) == []
        assert in_read_models(story, text) == []


def killed(*_: object) -> Any:
    raise KeyboardInterrupt


def agreed(number: int) -> tuple[str, Secret]:
    return [("admin", Secret(OWN)), ("vera", Secret(OTHER))][number - 1]


def unasked(*_: object) -> Any:
    raise AssertionError("it was agreed to already")


@pytest.mark.slow
def test_a_copy_of_the_keys_brings_nothing_back_that_was_forgotten(story: Story) -> None:
    (copy,) = story.copies.iterdir()
    held = [json.loads(line)["id"] for line in copy.read_text().splitlines() if '"tier": "event"' in line]
    with story.vault.superuser("strongroom") as ledger:
        ledger.execute("delete from ledger.shredded")  # as in a database that was put back from an older day
        kept = ledger.execute("delete from ledger.event_keys where id = any(%s) returning id", (held,)).fetchall()
    done = story.vault.asked("keys", "restore", str(copy))
    assert done.returncode == 0, done.stderr
    assert story.scope(story.user) == story.scope(story.account) == []
    with story.vault.superuser("strongroom") as ledger:
        back = ledger.execute("select id from ledger.event_keys where id = any(%s)", (held,)).fetchall()
    assert len(back) >= 4
    assert set(back) == set(kept) < {(each,) for each in held}


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["cut", "changed", "foreign", "nothing"])
def test_a_copy_that_is_not_whole_or_not_ours_is_refused(story: Story, damage: str, tmp_path: Path) -> None:
    (copy,) = story.copies.iterdir()
    lines = copy.read_bytes().splitlines(keepends=True)
    other = {
        "cut": b"".join(lines[:-2]),
        "changed": b"".join(lines).replace(b"stream:", b"stream;", 1),
        "foreign": b'{"format": "strongroom-keys/1", "log": "x", "made": "", "keys": {}}\n',
        "nothing": b"",
    }[damage]
    if damage == "foreign":
        from hashlib import sha256

        other += f'{{"sha256": "{sha256(other).hexdigest()}"}}\n'.encode()
    file = tmp_path / "copy.jsonl"
    file.write_bytes(other)
    done = story.vault.asked("keys", "restore", str(file))
    assert done.returncode == 1
    assert str(file) in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
async def test_an_old_copy_of_the_database_brings_nothing_back_either(story: Story) -> None:
    """Its log does not say that anything was forgotten, and its key tables hold the keys. Once two administrators let
    it go on, the same command says it again."""
    vault, old = story.vault, story.vault.folder / "pgdata.old"
    async with vault.visitor() as admin:
        await admin.sign_in(*ADMIN)
        body = {"username": "oldroot", "password": PASSWORD}
        account = str((await admin.post(f"/resources/{story.resource}/accounts", body))["id"])
    vault.down()
    await asyncio.to_thread(subprocess.run, ["cp", "-a", str(vault.state / "pgdata"), str(old)], check=True)
    vault.up()
    assert story.scope(account)
    await asyncio.to_thread(shredded, story, "--account", account)
    vault.down()
    shutil.rmtree(vault.state / "pgdata")
    old.rename(vault.state / "pgdata")
    shutil.rmtree(vault.state / "nats")
    vault.up()
    assert story.scope(account) == []
    recover = [("leave all as it is: ", "recover"), *two(ADMIN, VERA)]
    await asyncio.to_thread(typed, vault, ["ledger", "recover"], recover)
    vault.down()
    vault.up()
    said = await asyncio.to_thread(shredded, story, "--account", account)
    assert "once more: the log that said so was set back" in said
    await asyncio.to_thread(verified, story, "--level", "tiles", "--level", "rows", "--level", "models")
