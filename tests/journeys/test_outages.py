"""Servers that are away for a while, and a database that comes back as it was before: said at once, nothing made up."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from httpx import Response

from ops import database
from projections.catalogue import PROJECTIONS
from tests.support.fleet import Fleet
from tests.support.outcomes import noted
from tests.support.people import Memory, Somebody
from tests.support.truth import converged, head

AWAY_FOR = 60.0 if os.environ.get("STRONGROOM_TORTURE") else 8.0
ANSWERS_WITHIN = 3.0
BACK_WITHIN = 10.0
NOTICED_WITHIN = 5.0
MORE_MEMORY = 10 * 1024
SERVER = {"name": "db", "type": "linux", "address": "db.test"}


@dataclass
class Scene:
    """Somebody at work in a vault of which everything runs."""

    fleet: Fleet
    somebody: Somebody
    account: UUID

    async def discloses(self, at: int = 0) -> Response:
        return await self.somebody.discloses(self.account, f"look {os.urandom(6).hex()}", at)


@asynccontextmanager
async def at_work(fleet: Fleet) -> AsyncIterator[Scene]:
    await fleet.revive()
    async with Somebody.at(fleet.ports, fleet.certificate, Memory()) as somebody:
        await somebody.sign_in()
        resource = await somebody.makes("/resources", {**SERVER, "name": f"db{os.urandom(4).hex()}"})
        account = await somebody.makes(f"/resources/{resource}/accounts", {"username": "root", "password": "first"})
        await converged(fleet)
        yield Scene(fleet, somebody, account)


@pytest.mark.slow
async def test_without_nats_everything_goes_on_a_little_later(fleet: Fleet) -> None:
    async with at_work(fleet) as scene:
        await fleet.stop_nats()
        until, slowest = time.monotonic() + AWAY_FOR, 0.0
        while time.monotonic() < until:
            for at in (0, 1):
                began = time.monotonic()
                shown = await scene.discloses(at)
                assert shown.status_code == 201, shown.text
                newest = {"strongroom-at-least": str(shown.json()["position"])}
                read = await scene.somebody.ask("GET", "/audit", at, headers=newest)
                slowest = max(slowest, time.monotonic() - began)
                assert read.status_code == 200
                listed = {entry["position"] for entry in read.json()["items"]}
                assert (shown.json()["position"] in listed) or read.headers.get("strongroom-stale") == "true"
            await asyncio.sleep(0.2)
        ready = await scene.somebody.ask("GET", "/health/ready")
        assert ready.status_code == 200
        assert (await scene.somebody.ask("GET", "/status")).json()["nats"] == "away"
        await fleet.start_nats()
        back = time.monotonic()
        await converged(fleet, BACK_WITHIN)
        caught_up = time.monotonic() - back
        noted("servers", what=f"NATS away for {AWAY_FOR:.0f} s", answered=slowest, caught_up=caught_up)


@pytest.mark.slow
async def test_without_postgresql_everybody_is_told_soon_and_nothing_grows(fleet: Fleet) -> None:
    async with at_work(fleet) as scene:
        before = {name: child.resident for name, child in fleet.children.items()}
        await fleet.stop_postgres()
        until, slowest = time.monotonic() + AWAY_FOR, 0.0
        while time.monotonic() < until:
            slowest = max(slowest, *await asyncio.gather(*(all_say_no(scene, at) for at in (0, 1))))
        await fleet.start_postgres()
        back = time.monotonic()
        async with asyncio.timeout(BACK_WITHIN):
            while (await scene.discloses()).status_code != 201:
                await asyncio.sleep(0.1)
        await converged(fleet, BACK_WITHIN)
        caught_up = time.monotonic() - back
        grown = max(child.resident - before[name] for name, child in fleet.children.items() if child.alive)
        away = f"PostgreSQL away for {AWAY_FOR:.0f} s: 503"
        noted("servers", what=away, answered=slowest, caught_up=caught_up, grown=grown)
        for name, child in fleet.children.items():
            assert child.alive, name
            assert child.resident <= max(before[name] + MORE_MEMORY, before[name] * 1.1), name


async def all_say_no(scene: Scene, at: int) -> float:
    """Each kind of request: 503, in time; only that the process lives is still so. How long they took."""
    somebody, account = scene.somebody, scene.account
    sign_in = {"username": "admin", "password": "whatever it is"}
    asked = [
        somebody.ask("GET", "/resources", at), somebody.ask("GET", f"/accounts/{account}", at),
        somebody.ask("GET", "/health/ready", at), somebody.ask("POST", "/sessions", at, json=sign_in),
        somebody.ask("POST", "/resources", at, json=SERVER), scene.discloses(at),
    ]  # fmt: skip
    began = time.monotonic()
    async with asyncio.timeout(ANSWERS_WITHIN + 1):
        answers = await asyncio.gather(*asked, somebody.ask("GET", "/health/live", at))
    took = time.monotonic() - began
    assert took < ANSWERS_WITHIN + 0.5
    assert [answer.status_code for answer in answers] == [503] * len(asked) + [200]
    return took


@pytest.mark.slow
async def test_a_database_that_was_set_back_stops_everybody_and_nothing_of_either_history_is_served(
    fleet: Fleet, tmp_path: Path
) -> None:
    """Restored to an earlier point while all runs: what was acknowledged since is not there."""
    async with at_work(fleet) as scene:
        data = fleet.postgres.postgres.data
        await fleet.stop_postgres(crash=False)
        shutil.copytree(data, tmp_path / "earlier", symlinks=True)
        keep_owners(data, tmp_path / "earlier")
        await fleet.start_postgres()
        async with asyncio.timeout(BACK_WITHIN):
            while (await scene.discloses()).status_code != 201:
                await asyncio.sleep(0.1)
        await converged(fleet)
        newest = head(fleet)
        await fleet.stop_postgres(crash=False)
        shutil.rmtree(data)
        (tmp_path / "earlier").rename(data)
        await fleet.start_postgres()
        back = time.monotonic()
        assert head(fleet) < newest
        async with asyncio.timeout(NOTICED_WITHIN):
            await asyncio.gather(*(is_forked(scene, at) for at in (0, 1)), is_halted(fleet))
        assert await fleet.children["worker"].ended(NOTICED_WITHIN) != 0
        assert time.monotonic() - back < 2 * NOTICED_WITHIN
        async with asyncio.timeout(NOTICED_WITHIN):
            while not {"projector", "publisher"} <= await forked_alarms(fleet):
                await asyncio.sleep(0.05)
        assert head(fleet) < newest, "nobody writes to it either"
        fleet.children["projector"].kill()
        await fleet.children["projector"].start()
        async with asyncio.timeout(2 * NOTICED_WITHIN):
            await is_halted(fleet)  # the stream still tells of what the log has lost, under good seals


def keep_owners(of: Path, to: Path) -> None:
    """As root the data belong to the servers' user."""
    owner = of.stat()
    for path in (to, *to.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


async def is_forked(scene: Scene, at: int) -> None:
    """Every kind of request is answered by nothing but that."""
    while True:
        answers = [
            await scene.somebody.ask("GET", "/resources", at), await scene.discloses(at),
            await scene.somebody.ask("GET", "/audit", at),
        ]  # fmt: skip
        if all(answer.status_code == 503 and answer.json()["type"] == "/problems/log-forked" for answer in answers):
            return
        await asyncio.sleep(0.05)


async def is_halted(fleet: Fleet) -> None:
    """What read models held of the lost history is not served."""
    while True:
        async with await database.connect(fleet.views.project) as views:
            found = await views.execute("select count(*) from views.projections where halted like 'forked:%'")
            row = await found.fetchone()
        if row == (len(PROJECTIONS),):
            return
        await asyncio.sleep(0.05)


async def forked_alarms(fleet: Fleet) -> set[str]:
    async with await database.connect(fleet.views.project) as views:
        found = await views.execute("select name from views.alarms where kind = 'forked'")
        return {name for (name,) in await found.fetchall()}
