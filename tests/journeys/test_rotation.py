"""A root gets a new version while people are shown passwords: nothing is lost, and it is on the record."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest

from commands import rotating
from domain.secrets import Secret
from ops.crypto.key_store import Tier
from ops.ledger.errors import KeysMoved
from tests.support.installation import Installation, installation
from tests.support.terminal import two, typed

OWN, OTHER = "correct horse battery staple", "another horse, another battery"
SERVER = {"name": "db1", "type": "linux", "address": "db1.test"}
ADMIN, VERA = ("admin", OWN), ("vera", OTHER)


@pytest.fixture(scope="module")
def vault() -> Iterator[Installation]:
    yield from installation(OWN)


async def another_administrator(vault: Installation) -> None:
    async with vault.visitor() as admin:
        await admin.sign_in(*ADMIN)
        body = {"username": "vera", "display_name": "Vera", "roles": ["administrator"]}
        invited = (await admin.post("/users", body))["invitation"]
        await admin.post("/invitations/accept", {"token": invited, "password": OTHER})


async def an_account(vault: Installation) -> str:
    async with vault.visitor() as admin:
        await admin.sign_in(*ADMIN)
        resource = (await admin.post("/resources", SERVER))["id"]
        account = await admin.post(f"/resources/{resource}/accounts", {"username": "root", "password": "first"})
        return str(account["id"])


async def keeps_asking(vault: Installation, account: str, done: asyncio.Event) -> tuple[int, int]:
    """Somebody who is shown the password again and again, and asks again when a process starts anew: how often it was
    shown, and how often he had to ask again."""
    shown = again = 0
    while not done.is_set():
        try:
            async with vault.visitor() as admin:
                await admin.sign_in(*ADMIN)
                while not done.is_set():
                    said = await admin.post(f"/accounts/{account}/disclosures", {"reason": "x", "purpose": "view"})
                    assert said["password"] == "first"
                    shown += 1
        except httpx.HTTPError:
            again += 1
            await asyncio.sleep(0.2)
        except AssertionError as error:
            if " 503 " not in str(error):
                raise
            again += 1
    return shown, again


def status(vault: Installation) -> dict[str, dict[str, object]]:
    said = vault.asked("keys", "status", "--json")
    assert said.returncode == 0, said.stderr
    return {each["tier"]: each for each in json.loads(said.stdout)}


@pytest.mark.slow
@pytest.mark.parametrize("tier", ["event", "secret"])
async def test_a_root_is_rotated_while_passwords_are_shown(vault: Installation, tier: str) -> None:
    if tier == "event":
        await another_administrator(vault)
    account = await an_account(vault) if tier == "event" else (await only(vault))
    done = asyncio.Event()
    asking = asyncio.create_task(keeps_asking(vault, account, done))
    refused = await asyncio.to_thread(typed, vault, ["keys", "rotate", "--tier", tier], two(ADMIN, ADMIN), 1)
    assert "came twice" in refused
    assert status(vault)[tier]["held"] == 1, "nothing was made"
    said = await asyncio.to_thread(typed, vault, ["keys", "rotate", "--tier", tier], two(ADMIN, VERA))
    assert f"All {tier} keys lie under version 2 now" in said
    done.set()
    shown, _ = await asking
    assert shown > 10
    found = status(vault)[tier]
    assert (found["held"], found["used"], list(found["keys"])) == (2, 2, ["2"])  # type: ignore[call-overload]
    assert vault.asked("ledger", "verify").returncode == 0
    await is_ready(vault)
    async with vault.visitor() as admin:
        await admin.sign_in(*ADMIN)
        items = (await admin.until("/audit?topic=key-rotation.ended", lambda said: said["items"]))["items"]
        begun = (await admin.get("/audit?topic=key-rotation.begun"))["items"]
    assert len(items) == len(begun) == (1 if tier == "event" else 2)


async def is_ready(vault: Installation) -> None:
    """Processes start anew with the new version; the api is away for a moment."""
    async with asyncio.timeout(30):
        while True:
            with suppress(httpx.HTTPError):
                async with vault.visitor() as somebody:
                    if (await somebody.ask("GET", "/health/ready")).status_code == 200:
                        return
            await asyncio.sleep(0.1)


async def only(vault: Installation) -> str:
    async with vault.visitor() as admin:
        await admin.sign_in(*ADMIN)
        return str((await admin.get("/accounts"))["items"][0]["id"])


def agreed(number: int) -> tuple[str, Secret]:
    """What the two administrators type."""
    return [("admin", Secret(OWN)), ("vera", Secret(OTHER))][number - 1]


@pytest.mark.slow
def test_killed_before_its_end_was_recorded_it_ends_and_makes_no_further_version(
    vault: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(**_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(rotating, "EndRotation", killed)
        with pytest.raises(KeyboardInterrupt):
            rotating.rotate(vault.settings, Tier.SECRET, agreed, print, quiet)
    assert status(vault)["secret"]["used"] == 3
    done = rotating.rotate(vault.settings, Tier.SECRET, unasked, print, quiet)
    assert (done.version, done.count) == (3, 0)
    assert status(vault)["secret"]["held"] == 3


@pytest.mark.slow
def test_behind_an_older_file_nothing_is_made(vault: Installation) -> None:
    file = vault.settings.keys / "secret.root"
    newest = file.read_bytes()
    file.write_bytes(newest[:32])
    try:
        with pytest.raises(KeysMoved, match="put the newer file back"):
            rotating.rotate(vault.settings, Tier.SECRET, unasked, print, quiet)
        assert file.read_bytes() == newest[:32]
    finally:
        file.write_bytes(newest)


def unasked(number: int) -> tuple[str, Secret]:
    raise AssertionError("they agreed already, or it is refused before")


def quiet(done: int, of: int) -> None:
    """Nobody looks."""
