"""A first start that is killed at each of its steps: the next one makes a working vault with one administrator."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.first_steps import FIRST_STEPS, WITH_A_PASSWORD
from tests.support.installation import Installation
from tests.support.outcomes import noted
from tests.support.servers import scratch
from tests.support.steps import Step

ALL = os.environ.get("STRONGROOM_TORTURE") == "1"
USUAL = {"PostgreSQL's cluster half made", "the first events sent, not answered", "the link shown"}
OWN = "correct horse battery staple"
SERVER = {"name": "db1", "type": "linux", "address": "db1.test"}


def looked_at(steps: tuple[Step, ...]) -> list[str]:
    return [step.name for step in steps if ALL or step.name in USUAL]


@pytest.fixture
def folder() -> Iterator[Path]:
    with scratch() as path:
        yield path


@pytest.mark.slow
@pytest.mark.parametrize("step", looked_at(FIRST_STEPS))
async def test_a_start_after_one_that_was_killed_ends_in_a_vault_with_one_link(step: str, folder: Path) -> None:
    it = Installation(folder, None)
    earlier = token_in(it.falls(step))
    ready = timed_up(it)
    try:
        assert it.link is not None
        token = token_in(it.link)
        assert token
        if earlier:
            assert (await accepts(it, earlier)) == 401
        assert (await accepts(it, token)) == 200
        assert (await accepts(it, token)) == 401
        await is_a_vault(it)
        nothing_is_left_lying(it)
    finally:
        it.down()
    noted("starts", step=step, ready=ready)


@pytest.mark.slow
@pytest.mark.parametrize("step", looked_at(WITH_A_PASSWORD))
async def test_the_same_when_the_first_administrator_brings_his_password(step: str, folder: Path) -> None:
    it = Installation(folder, OWN)
    assert not token_in(it.falls(step))
    ready = timed_up(it)
    try:
        await is_a_vault(it)
        nothing_is_left_lying(it)
    finally:
        it.down()
    noted("starts", step=step, ready=ready)


@pytest.mark.slow
@pytest.mark.parametrize("lost", ["author.worker", "secret.root", "bus.key"])
def test_a_key_that_is_lost_before_anybody_used_the_link_is_missed_and_not_made_anew(lost: str, folder: Path) -> None:
    """Another one in its place would sign what nobody believes once the right one is back."""
    it = Installation(folder, None)
    it.up()
    it.down()
    (it.settings.keys / lost).unlink()
    done = it.asked("up")
    assert (done.returncode, f"{lost} missing in" in done.stderr) == (1, True), done.stderr
    assert not (it.settings.keys / lost).exists()


def timed_up(it: Installation) -> float:
    began = time.monotonic()
    it.up()
    return time.monotonic() - began


def token_in(said: str) -> str:
    return said.rpartition("/welcome#")[2].strip() if "/welcome#" in said else ""


async def accepts(it: Installation, token: str) -> int:
    async with it.visitor() as somebody:
        body = {"token": token, "password": OWN}
        return (await somebody.ask("POST", "/invitations/accept", json=body)).status_code


async def is_a_vault(it: Installation) -> None:
    """Its one user signs in, a password goes in and comes out, the log holds one beginning, and doctor is content."""
    async with it.visitor() as admin:
        await admin.sign_in("admin", OWN)
        resource = (await admin.post("/resources", SERVER))["id"]
        made = await admin.post(f"/resources/{resource}/accounts", {"username": "root", "password": "first one"})
        shown = await admin.post(f"/accounts/{made['id']}/disclosures", {"reason": "look", "purpose": "view"})
        assert shown["password"] == "first one"
        users = (await admin.get("/users", shown["position"]))["items"]
        assert [user["username"] for user in users] == ["admin"]
    with it.superuser("strongroom") as database:
        topics = "select topic, count(*) from ledger.events where topic = any(%s) group by topic order by topic"
        found = database.execute(topics, [["log.opened", "user.added", "administrators.first-seated"]]).fetchall()
    assert [count for _, count in found] == [1, 1, 1], found
    for words in (("ledger", "verify"), ("doctor",)):
        assert (done := it.asked(*words)).returncode == 0, done.stdout + done.stderr


def nothing_is_left_lying(it: Installation) -> None:
    """No half of a cluster, and no copy of a key under a name that nobody knows."""
    halves = [path.name for path in it.state.iterdir() if path.name.startswith((".", "pgdata."))]
    copies = [path.name for path in it.config.rglob(".*")]
    assert (halves, copies) == ([], [])
