"""The door of a sealed vault: what it answers, whom it believes, and how little it can be used to guess."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from api.door import PAUSE, WAITING, Desk, Door
from api.observed import Observed
from ops.runtime.sealing import Wait
from tests.support.sealed_vault import in_shares

HOST = "vault.test:7272"
RESOURCE = "/api/v1/unseal"


@dataclass(frozen=True, slots=True)
class AtTheDoor:
    """A visitor, what waits behind the door, and the shares that open it."""

    visitor: httpx.AsyncClient
    wait: Wait
    shares: list[str]


@asynccontextmanager
async def standing(folder: Path) -> AsyncIterator[AtTheDoor]:
    wait, shares = await asyncio.to_thread(in_shares, folder)
    inside, outside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    inside.setblocking(False)

    async def answering() -> None:
        loop = asyncio.get_running_loop()
        while True:
            asked = json.loads(await loop.sock_recv(inside, 1 << 16))
            await loop.sock_sendall(inside, json.dumps(wait.answer(asked)).encode())

    task = asyncio.create_task(answering())
    app = Observed(Door(Desk(outside), frozenset({HOST})))
    transport = httpx.ASGITransport(app, client=("192.0.2.9", 1))
    async with httpx.AsyncClient(transport=transport, base_url=f"https://{HOST}") as visitor:
        yield AtTheDoor(visitor, wait, shares)
    task.cancel()
    inside.close()
    outside.close()


async def test_nothing_else_is_answered(tmp_path: Path) -> None:
    async with standing(tmp_path) as at:
        for path in ("/", "/console", "/api/v1/audit", "/metrics", "/unseal/", "/api/v1/unseal/1", "/problems/sealed"):
            for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
                answer = await at.visitor.request(method, path)
                assert answer.status_code == 503, (method, path)
                assert answer.json()["type"] == "/problems/sealed"


async def test_health_says_how_it_stands(tmp_path: Path) -> None:
    async with standing(tmp_path) as at:
        assert (await at.visitor.get("/api/v1/health/live")).json() == {"alive": True}
        ready = await at.visitor.get("/api/v1/health/ready", headers={"host": "10.0.0.9:7272"})
        assert (ready.status_code, ready.json()["checks"][0]["why"]) == (503, "the roots are sealed")


async def test_a_host_that_we_are_not_is_not_answered(tmp_path: Path) -> None:
    """A page that has its name point here would be of our own origin."""
    async with standing(tmp_path) as at:
        for path in (RESOURCE, "/unseal", "/api/v1/users"):
            answer = await at.visitor.get(path, headers={"host": "elsewhere.test"})
            assert answer.status_code == 421, path


async def test_shares_open_it_by_program_and_by_page(tmp_path: Path) -> None:
    async with standing(tmp_path) as at:
        said = (await at.visitor.post(RESOURCE, json={"secret": at.shares[1]})).json()
        assert said == {"sealed": True, "provider": "shares", "need": 2, "have": 1, "refused": ""}
        page = await at.visitor.post("/unseal", data={"secret": at.shares[0]})
        assert (page.status_code, "It starts now" in page.text) == (200, True)
        assert at.wait.is_open
        assert {each.peer for each in at.wait.made.attempts} == {"192.0.2.9"}


async def test_what_is_refused_is_not_said_back(tmp_path: Path) -> None:
    async with standing(tmp_path) as at:
        for said in ("<b>hello</b>", at.shares[0].replace(" ", " x ", 1)):
            page = await at.visitor.post("/unseal", data={"secret": said})
            answer = await at.visitor.post(RESOURCE, json={"secret": said})
            assert (page.status_code, answer.status_code) == (403, 403)
            for told in (page.text, answer.text):
                assert "33 words" in told
                assert said.split()[0] not in told


async def test_the_form_of_an_other_site_brings_nothing(tmp_path: Path) -> None:
    async with standing(tmp_path) as at:
        for site in ("cross-site", "same-site"):
            answer = await at.visitor.post("/unseal", data={"secret": at.shares[0]}, headers={"sec-fetch-site": site})
            assert answer.status_code == 400
        kinds = await at.visitor.post("/unseal", json={"secret": at.shares[0]})
        forms = await at.visitor.post(RESOURCE, data={"secret": at.shares[0]})
        assert (kinds.status_code, forms.status_code) == (415, 415)
        assert (await at.visitor.get(RESOURCE)).json()["have"] == 0


@pytest.mark.parametrize(
    "body", [b"", b"secret", b"secret=a&secret=b", b"secret=%ff", b"\xff=1", b"secret=" + b"x" * 5000]
)
async def test_a_form_that_is_none_is_refused(tmp_path: Path, body: bytes) -> None:
    async with standing(tmp_path) as at:
        kind = {"content-type": "application/x-www-form-urlencoded"}
        answer = await at.visitor.post("/unseal", content=body, headers=kind)
        assert answer.status_code in (400, 403, 413)
        assert (await at.visitor.get(RESOURCE)).json()["have"] == 0


async def test_guessing_is_slow(tmp_path: Path) -> None:
    """Not how long it takes, which a machine decides: that the next one waits for the one before him."""
    async with standing(tmp_path) as at:
        began = time.monotonic()
        await asyncio.gather(*(at.visitor.post(RESOURCE, json={"secret": "wrong"}) for _ in range(3)))
        assert time.monotonic() - began >= 3 * PAUSE


async def test_a_crowd_is_sent_away(tmp_path: Path) -> None:
    async with standing(tmp_path) as at:
        asked = (at.visitor.post(RESOURCE, json={"secret": "wrong"}) for _ in range(WAITING + 4))
        answers = await asyncio.gather(*asked)
        assert sum(each.json().get("type") == "/problems/busy" for each in answers) == 4
        assert at.wait.made.refused <= WAITING
