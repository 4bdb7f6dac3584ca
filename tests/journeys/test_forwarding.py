"""Every event reaches SIEM systems, in order, through restarts on either side; none of them slows anybody."""

from __future__ import annotations

import asyncio
import hmac
import json
import os
import signal
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ops.crypto.authority import Authority
from tests.support.hook import Hook, hook
from tests.support.installation import Installation, Visitor, installation
from tests.support.rsyslog import Rsyslog, rsyslog

OWN = "correct horse battery staple"
PASSWORD = "canary-password-that-nobody-may-see"
SECRET = "a webhook secret of more than 32 characters"
SERVER = {"name": "db1", "type": "linux", "address": "db1.test"}
WHY = {"reason": "x", "purpose": "view"}


@pytest.fixture(scope="module")
def vault() -> Iterator[Installation]:
    yield from installation(OWN, siem_local="1")


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Rsyslog]:
    with rsyslog(tmp_path) as it:
        yield it


@pytest.fixture(scope="module")
def account(vault: Installation) -> str:
    async def made() -> str:
        async with vault.visitor() as admin:
            await admin.sign_in("admin", OWN)
            resource = (await admin.post("/resources", SERVER))["id"]
            body = {"username": "root", "password": PASSWORD}
            return str((await admin.post(f"/resources/{resource}/accounts", body))["id"])

    return asyncio.run(made())


def syslog(receiver: Rsyslog, **more: Any) -> dict[str, Any]:
    client = receiver.client
    return {
        "name": f"rsyslog {receiver.port}", "kind": "syslog", "address": receiver.address, "after": 0,
        "authority": receiver.authority.pair.certificate.decode(), "certificate": client.certificate.decode(),
        "secret": client.key.decode(), "reason": "for the SIEM", **more,
    }  # fmt: skip


async def shown(admin: Visitor, account: str, times: int = 1) -> int:
    """Somebody is shown a password; the position of the last event of that."""
    said: Any = None
    for _ in range(times):
        said = await admin.post(f"/accounts/{account}/disclosures", WHY)
    return int(said["position"])


async def comes_to(admin: Visitor, destination: str, position: int, seconds: float = 60) -> dict[str, Any]:
    """Once the destination has taken everything up to there."""
    found: dict[str, Any] = {}

    def done(said: Any) -> bool:
        nonlocal found
        found = next(each for each in said["items"] if each["id"] == destination)
        return bool(found["position"] >= position)

    await admin.until("/siem/destinations", done, seconds)
    return found


def once(positions: list[int]) -> list[int]:
    """Without those that came again."""
    return list(dict.fromkeys(positions))


@pytest.mark.slow
async def test_rsyslog_lacks_nothing_after_restarts_on_either_side(
    vault: Installation, account: str, receiver: Rsyslog
) -> None:
    async with vault.visitor() as admin:
        await admin.sign_in("admin", OWN)
        one = (await admin.post("/siem/destinations", syslog(receiver)))["id"]
        await comes_to(admin, one, await shown(admin, account))
        assert receiver.positions == list(range(1, len(receiver.positions) + 1)), "in order, and each once"
        last = await shown(admin, account, 20)
        os.kill(vault.pid("worker"), signal.SIGTERM)
        last = await shown(admin, account, 20)
        await comes_to(admin, one, last)
        assert receiver.positions == list(range(1, len(receiver.positions) + 1)), "he said farewell: none came twice"
        for kill in (False, True):
            asking = asyncio.create_task(shown(admin, account, 60))
            await asyncio.sleep(0.3)
            await asyncio.to_thread(receiver.stop, kill)
            await asyncio.sleep(0.5)
            await asyncio.to_thread(receiver.start)
            last = await asking
            await comes_to(admin, one, last)
        os.kill(vault.pid("worker"), signal.SIGKILL)
        await comes_to(admin, one, await shown(admin, account, 20))
        came = receiver.positions
        assert once(came) == list(range(1, max(came) + 1)), "what came again came after what it repeats, nothing lacks"
        assert PASSWORD not in "\n".join(receiver.lines)
        await admin.post(f"/siem/destinations/{one}/remove", {"reason": "done"})


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["name", "authority", "client"])
async def test_nothing_is_sent_to_who_is_not_the_receiver_or_does_not_know_us(
    vault: Installation, account: str, receiver: Rsyslog, wrong: str
) -> None:
    stranger = Authority.make()
    unknown = stranger.issue("vault.test", ["vault.test"])
    more: dict[str, Any] = {
        "name": {"address": f"127.0.0.1:{receiver.port}"},
        "authority": {"authority": stranger.pair.certificate.decode()},
        "client": {"certificate": unknown.certificate.decode(), "secret": unknown.key.decode()},
    }[wrong]
    async with vault.visitor() as admin:
        await admin.sign_in("admin", OWN)
        one = (await admin.post("/siem/destinations", syslog(receiver, **more)))["id"]
        said = await admin.until("/siem/destinations", lambda said: said["items"][-1]["trouble"])
        assert said["items"][-1]["position"] == 0
        assert ("not trusted" in said["items"][-1]["trouble"]) is (wrong != "client")
        await shown(admin, account)
        assert receiver.positions == []
        await admin.post(f"/siem/destinations/{one}/remove", {"reason": "done"})


def webhook(authority: Authority, it: Hook, name: str) -> dict[str, Any]:
    return {
        "name": name, "kind": "webhook", "address": f"https://localhost:{it.port}/events?tenant=1", "after": 0,
        "authority": authority.pair.certificate.decode(), "secret": SECRET, "reason": "for the SIEM",
    }  # fmt: skip


@pytest.mark.slow
async def test_a_webhook_gets_signed_batches_until_it_takes_them(
    vault: Installation, account: str, tmp_path: Path
) -> None:
    authority = Authority.make()
    with hook(tmp_path, authority, 500, 302) as it:
        async with vault.visitor() as admin:
            await admin.sign_in("admin", OWN)
            one = (await admin.post("/siem/destinations", webhook(authority, it, "hook")))["id"]
            tested = (await admin.does("POST", f"/siem/destinations/{one}/test"))["position"]
            found = await comes_to(admin, one, tested)
            assert (found["trouble"], found["kind"], found["mutual_tls"]) == (None, "webhook", False)
            assert it.positions == list(range(1, len(it.positions) + 1))
            for body, headers in zip(it.bodies, it.headers, strict=True):
                when, mac = (part.partition("=")[2] for part in headers["strongroom-signature"].split(","))
                assert hmac.compare_digest(hmac.digest(SECRET.encode(), when.encode() + b"." + body, sha256).hex(), mac)
            assert PASSWORD.encode() not in b"".join(it.bodies)
            (event,) = [
                each for each in json.loads(it.bodies[-1]) if each["type"].startswith("strongroom.event.siem.tested")
            ]
            assert event["data"]["actor"]["name"] == "admin"
            await admin.post(f"/siem/destinations/{one}/pause", {"reason": "a rest"})
            await asyncio.sleep(2)
            before = len(it.bodies)
            await shown(admin, account)
            await asyncio.sleep(2)
            assert len(it.bodies) == before
            await admin.does("POST", f"/siem/destinations/{one}/resume")
            await comes_to(admin, one, await shown(admin, account))
            assert it.positions == list(range(1, len(it.positions) + 1))
            said = json.dumps(await admin.get("/siem/destinations")) + json.dumps(await admin.get("/audit?limit=200"))
            assert SECRET not in said
            await admin.post(f"/siem/destinations/{one}/remove", {"reason": "done"})


@pytest.mark.slow
async def test_one_that_never_answers_holds_up_nobody(vault: Installation, account: str, tmp_path: Path) -> None:
    authority = Authority.make()
    with hook(tmp_path, authority, sleeps=True) as dead, hook(tmp_path, authority) as well:
        async with vault.visitor() as admin:
            await admin.sign_in("admin", OWN)
            ids = [
                (await admin.post("/siem/destinations", webhook(authority, it, name)))["id"]
                for name, it in (("dead", dead), ("well", well))
            ]
            last = await shown(admin, account, 50)
            assert (await comes_to(admin, ids[1], last))["behind"] >= 0
            said = (await admin.until("/siem/destinations", lambda said: said["items"][0]["trouble"]))["items"]
            assert said[0]["trouble"] == "it does not answer"
            assert said[0]["position"] == 0
            for one in ids:
                await admin.post(f"/siem/destinations/{one}/remove", {"reason": "done"})


@pytest.mark.slow
async def test_the_feed_tells_every_event_once_in_order(vault: Installation, account: str) -> None:
    async with vault.visitor() as auditor:
        await auditor.sign_in("admin", OWN)
        last = await shown(auditor, account)
        await auditor.get("/audit", last)
        after, events = 0, []
        while after < last:
            said = await auditor.ask("GET", f"/siem/events?after={after}&limit=100&format=ocsf")
            assert said.status_code == 200, (vault.state / "logs" / "api.log").read_text()[-3000:]
            events += [json.loads(line) for line in said.text.splitlines()]
            after = int(said.headers["strongroom-last"])
        assert [each["metadata"]["sequence"] for each in events] == list(range(1, after + 1))
        again = await auditor.ask("GET", f"/siem/events?after={after + 1000}")
        assert (again.text, again.headers["strongroom-last"]) == ("", str(after + 1000))
        assert PASSWORD not in json.dumps(events)
        read = (await auditor.until("/audit?topic=reading.recorded", lambda said: said["items"]))["items"]
        assert len([each for each in read if "SIEM" in each["summary"]]) == 1, "once a session and five minutes"
