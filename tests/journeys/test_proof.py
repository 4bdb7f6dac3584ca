"""The proof, from a vault to an auditor who has nothing but an export and two public keys; and a vault of which all was
put back from an older day, its signer's memory and its NATS too: somebody elsewhere remembers."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.installation import ROOT, Installation
from tests.support.servers import free_port, scratch
from tests.support.terminal import two, typed

OWN = "correct horse battery staple"
OTHER = "another horse, another battery"
ADMIN = ("admin", OWN)
RECOVER, AGREE = ("ledger", "recover"), "as it is: "
AUDITOR = ROOT / "ops" / "proof" / "auditor.py"
SERVER = {"name": "db1", "type": "linux", "address": "db1.test"}
SERVING = "select generation from views.projections where name = 'audit' and role = 'serving'"
DAMAGED = "update ledger.events set mac = set_byte(mac, 0, get_byte(mac, 0) # 1) where position = 5"


@dataclass
class Site:
    """A vault whose log one witness has to cosign, and that witness."""

    vault: Installation
    folder: Path
    port: int
    running: subprocess.Popen[str] | None = None
    """The witness."""

    @property
    def policy(self) -> Path:
        return self.vault.settings.keys / "witnesses.policy"

    @contextmanager
    def witness(self) -> Iterator[str]:
        """The program itself, for as long as the block; what it says its line in a policy is."""
        words = ["witness", "--name", "audit.test/w1", "--log", self.key(), "--listen", f"127.0.0.1:{self.port}"]
        self.running = process = subprocess.Popen(
            [sys.executable, str(ROOT / "strongroom.py"), *words, "--state", str(self.folder / "witness")],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip().replace("NAME", "audit")
        finally:
            process.terminate()
            process.wait(10)
            process.stdout.close()  # type: ignore[union-attr]

    def key(self) -> str:
        return self.said("ledger", "key").strip()

    def said(self, *words: str) -> str:
        done = self.vault.asked(*words)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def audited(self, source: Path, *more: str) -> subprocess.CompletedProcess[str]:
        """By a copy of the auditor's program, in a folder with nothing else of ours."""
        alone = self.folder / "auditor"
        alone.mkdir(exist_ok=True)
        shutil.copy(AUDITOR, alone)
        (alone / "log.vkey").write_text(self.key())
        return subprocess.run(
            [sys.executable, "-I", "auditor.py", str(source), "--key", "log.vkey", *more],
            cwd=alone, capture_output=True, text=True, check=False,
        )  # fmt: skip


@pytest.fixture
def site() -> Iterator[Site]:
    """Up once without a witness; then it was named, and all started anew."""
    with scratch() as folder:
        vault = Installation(folder, OWN)
        vault.up()
        made = Site(vault, folder, free_port())
        try:
            with made.witness() as line:
                made.policy.write_text(f"{line}\nquorum audit\n")
                vault.down()
                vault.up()
                yield made
        finally:
            vault.down()


async def works(vault: Installation, name: str) -> int:
    """A resource; the position of the event that says so."""
    async with vault.visitor() as admin:
        await admin.sign_in("admin", OWN)
        made = await admin.post("/resources", {**SERVER, "name": name})
        return int(made["position"])


def signed(site: Site, position: int) -> dict[str, object]:
    """Once a checkpoint that was agreed on covers it."""
    for _ in range(100):
        said: dict[str, object] = json.loads(site.said("ledger", "checkpoint", "--json"))
        if int(str(said["size"])) >= position and said["agreed"]:
            return said
    raise AssertionError(f"position {position} was never signed: {said}")


@pytest.mark.slow
async def test_an_auditor_needs_nothing_but_an_export_and_two_public_keys(site: Site) -> None:
    position = await works(site.vault, "db1")
    kept = site.folder / "kept.checkpoint"
    kept.write_text(str(signed(site, position)["note"]))
    later = await works(site.vault, "db2")
    signed(site, later)
    site.said("ledger", "export", "--to", str(site.folder / "export"))
    policy = ("--policy", str(site.policy), "--seen", str(kept))
    done = site.audited(site.folder / "export", *policy)
    assert (done.returncode, done.stderr) == (0, "")
    assert "cosigned by audit: all holds" in done.stdout
    proof = site.folder / "one.tlog-proof"
    proof.write_text(site.said("ledger", "proof", str(later)))
    assert site.audited(proof, "--policy", str(site.policy)).returncode == 0
    async with site.vault.visitor() as admin:
        await admin.sign_in("admin", OWN)
        given = await admin.ask("GET", f"/audit/{later}/proof")
        assert given.headers["content-disposition"] == f'attachment; filename="strongroom-{later}.tlog-proof"'
        proof.write_text(given.text)
        state = await admin.get("/proof")
    assert (state["witnesses"], state["cosigned"], state["read_only"]) == (["audit"], ["audit"], None)
    assert state["agreed"] >= later
    assert site.audited(proof, "--policy", str(site.policy)).returncode == 0
    assert site.said("ledger", "verify", "--proof", str(proof), "--key", site.key())
    assert "signed as strongroom/" in site.said("ledger", "verify", "--seen", str(kept))
    outer = ("ledger", "verify", "--json", "--level", "models", "--level", "stream")
    assert json.loads(site.said(*outer))["faults"] == {}
    with site.vault.superuser("strongroom_views") as views:
        ((generation,),) = views.execute(SERVING).fetchall()
        views.execute(f"update audit_g{generation}.entries set summary = 'nothing' where position = 5")
    told = site.vault.asked(*outer)
    assert (told.returncode, list(json.loads(told.stdout)["faults"])) == (30, ["MODEL"])
    with site.vault.superuser("strongroom") as database:
        database.execute(DAMAGED)
    told = site.vault.asked("ledger", "verify", "--json", "--level", "stream")
    assert told.returncode == 40
    assert [each["position"] for each in json.loads(told.stdout)["named"]] == [5]
    told = site.vault.asked("ledger", "verify", "--json")
    assert told.returncode == 14
    named = {(each["fault"], each["position"]) for each in json.loads(told.stdout)["named"]}
    assert named == {("SIGNATURE", 5), ("ROOT", 1)}
    assert site.vault.asked("ledger", "export", "--to", str(site.folder / "another")).returncode == 1
    assert not (site.folder / "another").exists()


@pytest.mark.slow
async def test_what_was_put_back_whole_is_read_only_for_its_witness_remembers(site: Site) -> None:
    """T05: database, read models, NATS and signer, all of one day."""
    signed(site, await works(site.vault, "db1"))
    site.vault.down()
    copied(site.vault.state, site.folder / "copy")
    site.vault.up()
    signed(site, await works(site.vault, "db2"))
    site.vault.down()
    newest = site.folder / "newest"
    site.vault.state.rename(newest)
    (site.folder / "copy").rename(site.vault.state)
    site.vault.up()
    async with site.vault.visitor() as admin:
        said = await admin.ask("POST", "/sessions", json={"username": "admin", "password": OWN})
        assert (said.status_code, said.json()["type"]) == (503, "/problems/read-only")
        assert "the witness audit has seen" in said.json()["detail"]
    site.vault.down()
    shutil.rmtree(site.vault.state)
    newest.rename(site.vault.state)
    site.vault.up()
    await works(site.vault, "db3")


@pytest.mark.slow
async def test_what_is_critical_waits_for_its_witness_and_nothing_else_does(site: Site) -> None:
    signed(site, await works(site.vault, "db1"))
    async with site.vault.visitor() as admin:
        await admin.sign_in("admin", OWN)
        assert site.running is not None
        site.running.kill()
        site.running.wait()
        await admin.post("/resources", {**SERVER, "name": "db2"})
        refused = await admin.ask("POST", "/users", json=somebody("vera"))
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/awaiting-proof")
        await admin.post("/resources", {**SERVER, "name": "db3"})
        with site.witness():
            for number in range(120):
                said = await admin.ask("POST", "/users", json=somebody(f"vera{number}"))
                if said.status_code == 201:
                    break
                assert said.json()["type"] == "/problems/awaiting-proof"
                await asyncio.sleep(0.25)
            assert said.status_code == 201


@pytest.mark.slow
async def test_two_administrators_let_a_log_go_on_that_has_lost_something(site: Site) -> None:
    """Under a new name, with what was lost on the record; one of them alone cannot."""
    await second_administrator(site)
    signed(site, await works(site.vault, "db1"))
    site.vault.down()
    copied(site.vault.state, site.folder / "copy")
    site.vault.up()
    lost = signed(site, await works(site.vault, "db2"))
    site.vault.down()
    shutil.rmtree(site.vault.state)
    (site.folder / "copy").rename(site.vault.state)
    site.vault.up()
    assert "nothing was changed" in typed(site.vault, RECOVER, [(AGREE, "no")], 1)
    assert "came twice" in typed(site.vault, RECOVER, [(AGREE, "recover"), *two(ADMIN, ADMIN)], 1)
    assert "not his password" in typed(site.vault, RECOVER, [(AGREE, "recover"), *two(ADMIN, ("vera", OWN))], 1)
    assert "records are lost" in typed(site.vault, RECOVER, [(AGREE, "recover"), *two(ADMIN, ("vera", OTHER))])
    name = site.key().partition("+")[0]
    assert name.endswith("/2")
    assert site.running is not None
    site.running.kill()
    site.running.wait()
    with site.witness():
        site.vault.down()
        site.vault.up()
        await works(site.vault, "db3")
        assert json.loads(site.said("ledger", "verify", "--json"))["faults"] == {}
        async with site.vault.visitor() as admin:
            await admin.sign_in("admin", OWN)
            [recovered] = (await admin.get("/audit?topic=log.recovered"))["items"]
            detail = (await admin.get(f"/audit/{recovered['position']}"))["details"]
    assert detail["new_name"] == name
    assert int(str(lost["size"])) > int(detail["kept"])
    assert len(detail["approved_by"]) == 2


async def second_administrator(site: Site) -> tuple[str, str]:
    """His name and password."""
    async with site.vault.visitor() as admin:
        await admin.sign_in("admin", OWN)
        invited = (await admin.post("/users", somebody("vera")))["invitation"]
        await admin.post("/invitations/accept", {"token": invited, "password": OTHER})
    return "vera", OTHER


def somebody(name: str) -> dict[str, object]:
    return {"username": name, "display_name": name, "roles": ["administrator"]}


def copied(source: Path, target: Path) -> None:
    """As a backup would: owners and links too."""
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)


@pytest.mark.slow
async def test_no_witness_is_taken_off_by_one_alone(site: Site) -> None:
    """T44: who has to agree is agreed by two, and a file that says otherwise makes the vault read-only."""
    signed(site, await works(site.vault, "db1"))
    vera = await second_administrator(site)
    agreed, weaker = site.policy.read_text(), "quorum none\n"
    other = site.folder / "other.policy"
    other.write_text(agreed)
    words = ["ledger", "policy", str(other)]
    assert "came twice" in await asyncio.to_thread(typed, site.vault, words, two(ADMIN, ADMIN), 1)
    assert "audit are asked" in await asyncio.to_thread(typed, site.vault, words, two(ADMIN, vera))
    site.policy.write_text(weaker)
    again(site.vault)
    async with site.vault.visitor() as admin:
        said = await admin.ask("POST", "/sessions", json={"username": "admin", "password": OWN})
        assert (said.status_code, said.json()["type"]) == (503, "/problems/read-only")
        assert "witnesses.policy" in said.json()["detail"]
    site.policy.unlink()
    again(site.vault)
    async with site.vault.visitor() as admin:
        assert (await admin.ask("POST", "/sessions", json={"username": "admin", "password": OWN})).status_code == 503
    other.write_text(weaker)
    assert "nobody is asked" in await asyncio.to_thread(typed, site.vault, words, two(ADMIN, vera))
    assert site.policy.read_text() == weaker
    again(site.vault)
    await works(site.vault, "db2")


def again(vault: Installation) -> None:
    vault.down()
    vault.up()


@pytest.mark.slow
async def test_a_clock_that_was_set_back_a_day_is_told(site: Site) -> None:
    """The newest record is of tomorrow, as this machine's clock has it now: what comes next stands still behind it, and
    people go on working."""
    both = [await halted(site.vault, child) for child in ("signer", "projector")]
    try:
        await works(site.vault, "db1")
        with site.vault.superuser("strongroom") as ledger:
            ledger.execute(
                "update ledger.events set recorded_at = recorded_at + interval '1 day'"
                " where position = (select max(position) from ledger.events)"
            )
    finally:
        for process in both:
            os.kill(process, signal.SIGCONT)
    async with site.vault.visitor() as admin:
        with suppress(AssertionError):  # a session that began before this process knew of tomorrow is over already
            await admin.sign_in("admin", OWN)
        await admin.sign_in("admin", OWN)
        (alarm,) = (await admin.until("/alarms", lambda said: said["items"]))["items"]
        assert (alarm["kind"], alarm["name"]) == ("clock", "signer")
        assert "behind its records" in alarm["detail"]
        later = await admin.post("/resources", {**SERVER, "name": "db2"})
    signed(site, int(later["position"]))
    done = site.vault.asked("ledger", "verify")
    assert done.returncode == 0, done.stdout + done.stderr


async def halted(vault: Installation, child: str) -> int:
    """Its process, once the supervisor has said which that is; it does nothing until it is told to go on."""
    async with asyncio.timeout(20):
        while True:
            with suppress(ProcessLookupError):
                os.kill(pid := vault.pid(child), signal.SIGSTOP)
                return pid
            await asyncio.sleep(0.2)
