"""Consumers of the stream AUDIT in earnest: admitted at the command line, read by a stranger's client, cut off."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nats
import nats.errors
import pytest
from nats.aio.client import Client

from tests.support.installation import ROOT, Installation, Visitor, installation
from tests.support.telling import positions, silent, taken

OWN = "correct horse battery staple"
PASSWORD = "canary-password-that-nobody-may-see"
SERVER = {"name": "db1", "type": "linux", "address": "db1.test"}
WHY = {"reason": "a reason of vera's", "purpose": "view"}
STREAM = {"name": "NATS", "kind": "nats", "address": "AUDIT", "pseudonyms": True, "after": 0, "reason": "for the SIEM"}
SECONDS = 10.0


@pytest.fixture(scope="module")
def vault() -> Iterator[Installation]:
    yield from installation(OWN)


def consumers(vault: Installation, *words: str) -> subprocess.CompletedProcess[str]:
    told = {key: value for key, value in os.environ.items() if not key.startswith("STRONGROOM_")}
    argv = [sys.executable, str(ROOT / "strongroom.py"), "siem", "consumers", *words]
    folders = ["--state", str(vault.state), "--config", str(vault.config)]
    return subprocess.run(
        [*argv, *folders], capture_output=True, text=True, check=False,
        env={**told, "STRONGROOM_NATS_PORT": str(vault.nats_port), "STRONGROOM_PORT": str(vault.port)},
    )  # fmt: skip


async def asked(vault: Installation, *words: str) -> str:
    done = await asyncio.to_thread(consumers, vault, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def client(vault: Installation, name: str, seed: Path) -> Client:
    return await nats.connect(
        f"nats://127.0.0.1:{vault.nats_port}", nkeys_seed=str(seed), inbox_prefix=f"_INBOX_{name}".encode(),
        allow_reconnect=False, error_cb=silent,
    )  # fmt: skip


async def standing(admin: Visitor, last: int) -> dict[str, Any]:
    def done(said: Any) -> bool:
        return bool(said["items"][0]["position"] >= last)

    said = await admin.until("/siem/destinations", done)
    return dict(said["items"][0])


async def told(reads: Client, name: str, last: int) -> list[Any]:
    """All that comes, up to position `last`."""
    found: list[Any] = []
    async with asyncio.timeout(60):
        while not found or positions(found)[-1] < last:
            found += await taken(reads, name, 100, 0.5)
    return found


@pytest.mark.slow
async def test_a_consumer_lacks_nothing_whoever_is_killed_and_is_cut_off_when_removed(
    vault: Installation, tmp_path: Path
) -> None:
    seed = tmp_path / "soc.seed"
    async with vault.visitor() as admin:
        await admin.sign_in("admin", OWN)
        resource = (await admin.post("/resources", SERVER))["id"]
        account = (await admin.post(f"/resources/{resource}/accounts", {"username": "root", "password": PASSWORD}))[
            "id"
        ]
        shows = f"/accounts/{account}/disclosures"
        await admin.post("/siem/destinations", STREAM)
        said = await asked(vault, "add", "soc", "--from", "1", "--out", str(seed))
        assert "does not let it in" not in said
        assert "Nothing tells the stream" not in said
        assert seed.stat().st_mode & 0o777 == 0o600
        assert seed.read_text().strip() not in said
        reads = await client(vault, "soc", seed)
        found = await told(reads, "soc", (await admin.post(shows, WHY))["position"])
        for kind in ("worker", "nats", "projector"):
            os.kill(vault.pid(kind), signal.SIGKILL)
            last = [(await admin.post(shows, WHY))["position"] for _ in range(20)][-1]
            assert (await standing(admin, last))["position"] >= last
            if not reads.is_connected:
                reads = await client(vault, "soc", seed)
            found += await told(reads, "soc", last)
        assert sorted(set(positions(found))) == list(range(1, max(positions(found)) + 1))
        documents = [json.loads(message.data) for message in found]
        assert [int(each["sequence"]) for each in documents] == positions(found)
        everything = json.dumps(documents)
        assert PASSWORD not in everything
        assert "vera" not in everything, "reasons leave as pseudonyms"
        trail = (await admin.get("/audit?topic=siem-consumers.admitted"))["items"]
        assert len(trail) == 1
        await asked(vault, "remove", "soc")
        async with asyncio.timeout(SECONDS):
            while reads.is_connected:
                await asyncio.sleep(0.05)
        with pytest.raises(nats.errors.Error):
            await client(vault, "soc", seed)
        assert "soc" not in await asked(vault, "list")


@pytest.mark.slow
async def test_disclosures_go_on_while_nats_is_stopped(vault: Installation) -> None:
    async with vault.visitor() as admin:
        await admin.sign_in("admin", OWN)
        (account, *_) = (await admin.get("/accounts"))["items"]
        stopped = vault.pid("nats")
        os.kill(stopped, signal.SIGSTOP)
        try:
            async with asyncio.timeout(SECONDS):
                last = [
                    (await admin.post(f"/accounts/{account['id']}/disclosures", WHY))["position"] for _ in range(20)
                ]
            said = await admin.until("/siem/destinations", lambda said: said["items"][0]["trouble"])
            assert "NATS" in said["items"][0]["trouble"]
        finally:
            os.kill(stopped, signal.SIGCONT)
        found = await standing(admin, last[-1])
        assert found["trouble"] is None


@pytest.mark.slow
async def test_a_seed_is_shown_once_and_a_file_is_never_overwritten(vault: Installation, tmp_path: Path) -> None:
    said = json.loads(await asked(vault, "add", "other", "--only", "audit.3002.>", "--json"))
    assert said["seed"].startswith("SU")
    assert said["let_in"] is True
    listed = json.loads(await asked(vault, "list", "--json"))
    assert [(each["name"], each["subject"]) for each in listed] == [("other", "audit.3002.>")]
    assert said["seed"] not in json.dumps(listed)
    for path in vault.state.rglob("*"):
        if path.is_file() and not path.is_relative_to(vault.state / "pgdata"):
            assert said["seed"].encode() not in path.read_bytes()
    there = tmp_path / "there"
    there.write_text("mine")
    assert consumers(vault, "add", "third", "--out", str(there)).returncode == 1
    assert there.read_text() == "mine"
    gone = tmp_path / "gone"
    assert consumers(vault, "add", "other", "--out", str(gone)).returncode == 1, "there is one of that name"
    assert not gone.exists()
    assert consumers(vault, "remove", "third").returncode == 1
    wrong = consumers(vault, "add", "third", "--only", "log.>")
    assert "audit.>" in wrong.stderr
