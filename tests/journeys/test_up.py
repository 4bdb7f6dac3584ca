"""`strongroom up`, the real thing: whatever is killed comes back with all that was acknowledged, or says why not."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from ops.runtime import accounts
from tests.support.installation import ROOT, Installation, installation
from tests.support.ordinary import Person, somebody_else
from tests.support.servers import free_port, scratch
from tests.support.units import confined

OWN = "correct horse battery staple"
CHILDREN = ("postgresql", "nats", "signer", "projector", "worker", "api")
BACK = 30.0
SERVER = {"name": "db1", "type": "linux", "address": "db1.test"}


@pytest.fixture(scope="module")
def vault() -> Iterator[Installation]:
    """As root with the powers that its unit leaves it, and no more."""
    yield from installation(OWN, confined("strongroom.service"))


def standing(vault: Installation) -> dict[str, tuple[int, bool]]:
    told = json.loads((vault.state / "standing.json").read_text())
    return {each["name"]: (each["pid"], each["ready"]) for each in told}


def running(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


async def eventually(true: Callable[[], bool], seconds: float = BACK) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.05)


async def makes_and_shows(vault: Installation, name: str) -> str:
    """A resource and an account, whose password comes out again; the account's id."""
    async with vault.visitor() as admin:
        await admin.sign_in("admin", OWN)
        resource = (await admin.post("/resources", {**SERVER, "name": name}))["id"]
        account = (await admin.post(f"/resources/{resource}/accounts", {"username": "root", "password": name}))["id"]
    await shows(vault, account, name)
    return str(account)


async def shows(vault: Installation, account: str, password: str) -> None:
    async with vault.visitor() as admin:
        await admin.sign_in("admin", OWN)
        shown = await admin.post(f"/accounts/{account}/disclosures", {"reason": "look", "purpose": "view"})
        assert shown["password"] == password


async def is_ready(vault: Installation) -> None:
    """Every child is, and the api says so."""
    await eventually(lambda: all(ready for _, ready in standing(vault).values()))
    async with vault.visitor() as somebody, asyncio.timeout(BACK):
        while (await somebody.ask("GET", "/health/ready")).status_code != 200:
            await asyncio.sleep(0.1)


@pytest.mark.slow
async def test_an_administrator_sees_what_runs_and_that_all_is_well(vault: Installation) -> None:
    async with vault.visitor() as admin:
        await admin.sign_in("admin", OWN)
        seen = await admin.until("/system", lambda said: said["log"]["bus"] == said["log"]["position"])
        runs = (await admin.get("/system/runs"))["items"]
    assert {each["name"]: each["ready"] for each in seen["processes"]} == dict.fromkeys(CHILDREN, True)
    assert {each["grade"] for each in seen["findings"] if each["check"] != "disk"} == {"well"}, seen["findings"]
    assert seen["log"]["bytes"] > 0
    assert {each["tier"]: each["count"] > 0 for each in seen["keys"]} == {"event": True, "secret": True}
    assert {each["process"] for each in runs} == {"api", "worker"}


@pytest.mark.slow
@pytest.mark.parametrize("child", CHILDREN)
async def test_a_child_that_is_killed_comes_back(vault: Installation, child: str) -> None:
    account = await makes_and_shows(vault, f"before {child}")
    before = standing(vault)
    assert before.keys() == set(CHILDREN)
    os.kill(before[child][0], signal.SIGKILL)
    await eventually(lambda: standing(vault)[child][0] not in (before[child][0], 0, None))
    await is_ready(vault)
    await shows(vault, account, f"before {child}")
    await makes_and_shows(vault, f"after {child}")


@pytest.mark.slow
async def test_when_the_supervisor_is_killed_all_end_and_the_next_one_has_everything(vault: Installation) -> None:
    account = await makes_and_shows(vault, "before the supervisor")
    pids = [pid for pid, _ in standing(vault).values()]
    assert vault.process is not None
    vault.process.kill()
    vault.process.wait()
    await eventually(lambda: not any(map(running, pids)))
    vault.up()
    await shows(vault, account, "before the supervisor")


@pytest.mark.slow
async def test_when_everything_is_killed_everything_comes_back(vault: Installation) -> None:
    account = await makes_and_shows(vault, "before it all")
    assert vault.process is not None
    pids = [vault.process.pid, *(pid for pid, _ in standing(vault).values())]
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    vault.process.wait()
    vault.up()
    await shows(vault, account, "before it all")


def test_a_second_supervisor_is_refused(vault: Installation) -> None:
    done = said(*folders(vault), "--port", str(free_port()), nats=free_port())
    assert done.returncode == 1
    assert f"Strongroom runs already over {vault.state}" in done.stderr


@pytest.mark.slow
def test_asked_to_stop_it_stops_in_order_and_says_that_all_is_well(vault: Installation) -> None:
    pids = [pid for pid, _ in standing(vault).values()]
    assert vault.process is not None
    vault.process.terminate()
    assert vault.process.wait(60) == 0
    assert not any(map(running, pids))
    log = (vault.state / "logs" / "supervisor.log").read_text().splitlines()
    order = [json.loads(line)["child"] for line in log if '"stopping"' in line][-len(CHILDREN) :]
    assert order == list(reversed(CHILDREN))
    vault.up()


def folders(vault: Installation) -> tuple[str, ...]:
    return "--state", str(vault.state), "--config", str(vault.config)


def said(*words: str, nats: int, **env: str) -> subprocess.CompletedProcess[str]:
    """`strongroom up` that is not expected to stay."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STRONGROOM_")}
    return subprocess.run(
        [sys.executable, str(ROOT / "strongroom.py"), "up", *words], capture_output=True, text=True, timeout=90,
        check=False, cwd=ROOT, env={**kept, "STRONGROOM_NATS_PORT": str(nats), **env},
    )  # fmt: skip


@pytest.fixture
def folder() -> Iterator[Path]:
    with scratch() as path:
        yield path


@pytest.mark.root
def test_a_folder_that_the_servers_cannot_walk_to_is_refused_at_once(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    done = said("--state", str(closed / "state"), "--config", str(folder), nats=free_port())
    assert done.returncode == 1
    assert f"cannot walk through {closed} to {closed / 'state'}" in done.stderr


Fault = Callable[[Path], list[str]]


def a_password_file_that_others_can_read(folder: Path) -> list[str]:
    (folder / "password").write_text(OWN)
    (folder / "password").chmod(0o644)
    return ["--admin-password-file", str(folder / "password")]


def a_password_that_is_too_short(folder: Path) -> list[str]:
    (folder / "password").write_text("short")
    (folder / "password").chmod(0o600)
    return ["--admin-password-file", str(folder / "password")]


def no_such_password_file(folder: Path) -> list[str]:
    return ["--admin-password-file", str(folder / "none")]


def a_host_that_is_not(_: Path) -> list[str]:
    return ["--host", "no.such.host.invalid"]


FAULTS = [
    (a_password_file_that_others_can_read, "others can read"),
    (a_password_that_is_too_short, "at least"),
    (no_such_password_file, "cannot be read"),
    (a_host_that_is_not, "cannot listen on no.such.host.invalid"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "words"), FAULTS, ids=lambda each: getattr(each, "__name__", ""))
async def test_a_start_that_cannot_be_says_why_and_the_next_one_works(fault: Fault, words: str) -> None:
    with scratch() as folder:
        it = Installation(folder, OWN)
        done = said(*folders(it), "--port", str(it.port), *fault(folder), nats=it.nats_port)
        assert (done.returncode, words in done.stderr) == (1, True), done.stderr
        assert "Traceback" not in done.stderr
        assert OWN not in done.stdout + done.stderr
        it.up()
        it.down()


@pytest.mark.slow
async def test_keys_that_are_gone_or_of_another_log_are_refused(folder: Path) -> None:
    it = Installation(folder, OWN)
    it.up()
    it.down()
    root = it.settings.keys / "event.root"
    content = root.read_bytes()
    root.unlink()
    missing = said(*folders(it), "--port", str(it.port), nats=it.nats_port)
    assert (missing.returncode, "event.root missing" in missing.stderr) == (1, True), missing.stderr
    root.write_bytes(bytes(32))
    root.chmod(0o600)
    wrong = said(*folders(it), "--port", str(it.port), nats=it.nats_port)
    assert (wrong.returncode, "are not those that this log was opened with" in wrong.stderr) == (1, True), wrong.stderr
    root.write_bytes(content)
    it.up()
    try:
        await makes_and_shows(it, "again")
    finally:
        it.down()


@pytest.fixture(scope="module")
def other() -> Iterator[Person]:
    with somebody_else() as person:
        yield person


@pytest.mark.slow
@pytest.mark.root
async def test_an_ordinary_user_runs_all_of_it(other: Person) -> None:
    ports = {"STRONGROOM_PORT": str(free_port()), "STRONGROOM_NATS_PORT": str(free_port())}
    process = other.start("strongroom.py", "up", **ports)
    try:
        assert process.stdout is not None
        first = [process.stdout.readline() for _ in range(3)]
        assert "Strongroom is ready" in first[0], first
        assert "/welcome#" in first[2]
        state = other.home / ".local" / "state" / "strongroom"
        await eventually((state / "standing.json").exists)
        pids = [each["pid"] for each in json.loads((state / "standing.json").read_text())]
        assert len(pids) == len(CHILDREN)
        assert {os.stat(f"/proc/{pid}").st_uid for pid in pids if running(pid)} <= {other.account.uid, 0}
        doctor = other.start("strongroom.py", "doctor")
        told, _ = doctor.communicate(timeout=60)
        assert doctor.returncode == 0, told
        assert "all processes run as" in told
        for port in ports.values():
            assert f"port {port} is ours" in told
    finally:
        process.terminate()
        process.wait(60)
    assert process.returncode == 0


def test_separation_is_there_when_root_starts_it(vault: Installation) -> None:
    if not accounts.is_root():
        pytest.skip("an ordinary user's processes are all his")
    users = {
        name: Path(f"/proc/{pid}/status").read_text().split("Uid:")[1].split()[0]
        for name, (pid, _) in standing(vault).items()
    }
    assert len({users[name] for name in ("api", "worker", "projector", "signer", "postgresql")}) == 5
    assert "0" not in users.values()
