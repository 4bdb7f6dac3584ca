"""Live updates: each browser hears of what its user can see, of what he has just lost, and of nothing else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from domain.base import Event
from ops.ledger.errors import Away, Tampered
from ops.ledger.log import Record
from tests.api.site import HOST, ApiSite, Browser
from tests.api.test_work import a_resource, an_account

PATIENCE = 3.0


@dataclass
class Stream:
    """One open stream, as a browser gets it."""

    status: int = 0
    kind: str = ""
    text: str = ""
    over: asyncio.Event = field(default_factory=asyncio.Event)
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.kind = dict(message["headers"])[b"content-type"].decode()
        else:
            self.text += message.get("body", b"").decode()
            if not message.get("more_body"):
                self.over.set()
        self.moved.set()

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(line.removeprefix("data: ")) for line in self.text.splitlines() if line.startswith("data: ")]

    def ids(self, kind: str) -> set[str]:
        return {each["id"] for each in self.told if each["kind"] == kind}

    async def hears(self, kind: str, id_: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while id_ not in self.ids(kind):
                self.moved.clear()
                await self.moved.wait()


@asynccontextmanager
async def listening(site: ApiSite, browser: Browser) -> AsyncIterator[Stream]:
    """The stream of `browser`, straight from the application: a client that buffers answers would wait for ever."""
    cookies = "; ".join(f"{name}={value}" for name, value in browser.client.cookies.items())
    path = "/api/v1/live"
    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": [(b"host", HOST.encode()), (b"cookie", cookies.encode())], "client": ("192.0.2.7", 4711),
        "scheme": "https", "server": (urlsplit(f"//{HOST}").hostname, 7272), "http_version": "1.1",
        "asgi": {"version": "3.0"},
    }  # fmt: skip
    stream, gone = Stream(), asyncio.Event()

    async def receive() -> Any:
        await gone.wait()
        return {"type": "http.disconnect"}

    tasks = [asyncio.ensure_future(site.app(scope, receive, stream.send)), asyncio.create_task(site.live.run())]
    async with asyncio.timeout(PATIENCE):
        await stream.moved.wait()
    try:
        yield stream
    finally:
        gone.set()
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def test_one_hears_of_what_one_can_see_and_of_nothing_else(site: ApiSite, admin: Browser) -> None:
    other = await site.person(admin, "other", "administrator")
    async with listening(site, admin) as stream:
        assert (stream.status, stream.kind) == (200, "text/event-stream")
        foreign = await a_resource(other, name="theirs")
        mine = await a_resource(admin, name="mine")
        await stream.hears("resource", mine)
        assert foreign not in stream.ids("resource") | stream.ids("access-list")
        assert all(each.keys() == {"kind", "id", "position"} for each in stream.told)


async def test_of_a_look_hears_who_sees_what_is_looked_at(site: ApiSite, admin: Browser) -> None:
    other = await site.person(admin, "looker", "administrator")
    foreign, mine = await a_resource(other, name="hers"), await a_resource(admin, name="his")
    async with listening(site, admin) as stream:
        for whose, resource in ((other, foreign), (admin, mine)):
            assert (await whose.post(f"/resources/{resource}/host-key/look")).status_code == 202
        await stream.hears("probe", mine)
        assert foreign not in stream.ids("probe")


async def test_who_is_given_a_share_hears_of_it_and_so_does_who_loses_it(site: ApiSite, admin: Browser) -> None:
    bob = await site.person(admin, "bob")
    resource = await a_resource(admin)
    account = await an_account(admin, resource)
    async with listening(site, bob) as stream:
        await admin.put(f"/accounts/{account}/access/users/{bob.id}", {"level": "VIEW"})
        await stream.hears("access-list", account)
        before = len(stream.told)
        await admin.delete(f"/accounts/{account}/access/users/{bob.id}")
        async with asyncio.timeout(PATIENCE):
            while len(stream.told) == before:
                stream.moved.clear()
                await stream.moved.wait()
        assert stream.told[-1]["id"] == account
        heard = len(stream.told)
        await admin.post(f"/accounts/{account}/password", {"generate": True})
        mine = (await admin.get("/sessions/current")).json()
        assert mine
        await asyncio.sleep(0.6)
        assert len(stream.told) == heard


async def test_the_owner_before_hears_that_it_is_not_his_any_more(site: ApiSite, admin: Browser) -> None:
    other = await site.person(admin, "other", "administrator")
    resource = await a_resource(admin)
    version = (await admin.get(f"/resources/{resource}/access")).json()["version"]
    async with listening(site, admin) as stream:
        answer = await admin.put(f"/resources/{resource}/owner", {"user_id": str(other.id)}, version)
        assert answer.status_code == 200, answer.text
        await stream.hears("access-list", resource)


async def test_who_saw_an_account_by_the_resource_before_hears_that_it_is_gone(site: ApiSite, admin: Browser) -> None:
    bob, eve = await site.person(admin, "bob"), await site.person(admin, "eve")
    resource, there = await a_resource(admin), await a_resource(admin, name="db2")
    account = await an_account(admin, resource)
    await admin.put(f"/resources/{resource}/access/users/{bob.id}", {"level": "VIEW"})
    async with listening(site, bob) as stream, listening(site, eve) as other:
        assert (await admin.put(f"/accounts/{account}/resource", {"resource_id": there})).status_code == 200
        await stream.hears("access-list", account)
        assert "account" not in {each["kind"] for each in stream.told}
        assert other.told == []
    assert (await bob.get(f"/accounts/{account}")).status_code == 404


async def test_a_stream_ends_with_its_session(site: ApiSite, admin: Browser) -> None:
    bob = await site.person(admin, "bob")
    async with listening(site, bob) as stream:
        await admin.delete(f"/users/{bob.id}/sessions")
        async with asyncio.timeout(1):
            await stream.over.wait()


async def test_a_stranger_hears_nothing(site: ApiSite) -> None:
    async with listening(site, site.stranger()) as stream:
        assert stream.status == 401
        assert stream.over.is_set()


async def test_what_happens_while_the_log_is_away_is_told_when_it_is_back(
    site: ApiSite, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes away at the worst moment: the records are read, what they say is not."""
    resource = await a_resource(admin)
    bob = await site.person(admin, "bob")
    opened, failures = site.world.api.opened, [Away("gone"), Away("gone still")]

    async def away_at_first(records: Sequence[Record]) -> list[Event]:
        if records and failures:
            raise failures.pop()
        return await opened(records)

    monkeypatch.setattr(site.world.api, "opened", away_at_first)
    async with listening(site, admin) as stream:
        await admin.put(f"/resources/{resource}/access/users/{bob.id}", {"level": "VIEW"})
        await stream.hears("access-list", resource)
    assert not failures


async def test_what_cannot_be_read_keeps_nobody_from_hearing_of_the_rest(
    site: ApiSite, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two things change between two looks at the log; when it is looked at, one of them does not open."""
    log, unreadable, looks = site.world.log, set[UUID](), asyncio.Event()
    read, stream = log.read, log.stream

    async def later(after: int, limit: int) -> list[Record]:
        return [] if not looks.is_set() else await read(after, limit)

    async def tampered(id: UUID, after: int = 0) -> list[Record]:
        if id in unreadable:
            raise Tampered(1, "its author's signature")
        return await stream(id, after)

    monkeypatch.setattr(log, "read", later)
    monkeypatch.setattr(log, "stream", tampered)
    async with listening(site, admin) as heard:
        broken, whole = await a_resource(admin, name="broken"), await a_resource(admin, name="whole")
        unreadable.add(UUID(broken))
        looks.set()
        await heard.hears("resource", whole)
        assert broken not in heard.ids("resource")
