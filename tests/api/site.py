"""The whole API in this process: the real application over a log in memory, and read models in a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from httpx import ASGITransport, AsyncClient, Response

from api.app import SiteParts, assembled
from api.asgi import App
from api.caller import Services
from api.console import Console
from api.health import Check, Health
from api.idle import IdleWatch, MemoryActivity
from api.live import Live
from api.looking import Seen, Stands
from commands.sign_ins import Door
from domain.base import Author
from ops.crypto.key_store import Tier
from ops.database import Async, Pool
from ops.ledger.cursors import Cursor, Cursors
from ops.ledger.extent import Extent, Keys
from ops.ledger.marks import Marker
from ops.proof.answers import Answers
from projections import generations
from projections.applier import Applier
from projections.base import Projection
from projections.catalogue import PROJECTIONS, projections_of
from projections.facts import facts_of
from projections.generations import Standing
from projections.reading import Reached, Views
from tests.support.vault import OWN, TOPICS, World

HOST = "vault.example:7272"


class PromptViews(Views):
    """Read models that are brought up to the log before they are asked: no test waits for a projector."""

    def __init__(self, pool: Pool, world: World) -> None:
        super().__init__(pool)
        self._pool_of = pool
        self._world = world
        self._marker = Marker(world.log_id)
        self._standings: list[Standing] = []
        self.late = False

    async def build(self) -> None:
        async with self._pool_of.connection() as db:
            for made in projections_of(self._world.log_id):
                await generations.drop(db, made.name, "serving")
                standing = await generations.begin(db, made)
                await generations.serve(db, standing)
                self._standings.append(standing)

    @asynccontextmanager
    async def reading(self, *projections: type[Projection]) -> AsyncIterator[Async]:
        await self.settle()
        async with super().reading(*projections) as db:
            yield db

    async def at_least(self, position: int, seconds: float, *projections: type[Projection]) -> bool:
        await self.settle()
        return await super().at_least(position, 0.05, *projections)

    async def settle(self) -> None:
        """Project what is new, unless the projector is said to be late."""
        records = [] if self.late else await self._world.log.read(self._standings[0].mark.position, 100_000)
        if records:
            facts = await facts_of(self._world.mapper(Author.API), records)
            async with self._pool_of.connection() as db:
                await Applier(db, self._marker).together(self._standings, facts)


@dataclass
class Browser:
    """Somebody at the API, signed in or not."""

    client: AsyncClient
    csrf: str | None = None
    id: UUID | None = None
    session: UUID | None = None

    async def get(self, path: str, **more: Any) -> Response:
        return await self.ask("GET", path, **more)

    async def post(self, path: str, json: Any = None, **more: Any) -> Response:
        return await self.ask("POST", path, json=json, **more)

    async def put(self, path: str, json: Any, version: int | None = None) -> Response:
        return await self.ask("PUT", path, json=json, headers={} if version is None else {"if-match": f'"{version}"'})

    async def delete(self, path: str) -> Response:
        return await self.ask("DELETE", path)

    async def ask(self, method: str, path: str, **more: Any) -> Response:
        headers = dict(more.pop("headers", {}))
        if self.csrf is not None and method != "GET":
            headers.setdefault("x-csrf-token", self.csrf)
        return await self.client.request(method, f"/api/v1{path}", headers=headers, **more)


SOUND = Seen(
    position=7,
    extent=Extent(8192, (Keys(Tier.EVENT, 3, 1), Keys(Tier.SECRET, 2, 1))),
    waiting=0,
    is_forked=False,
    clock_off=timedelta(0),
    streams=1,
    checks=[Check(name="log", ok=True)],
    reached=[Reached("audit", 7, None, None)],
    alarms=[],
    bus=7,
    standing=[Stands("api", True, 0)],
    machine=[],
)


@dataclass
class Fixed:
    """Stands in for a look at an installation, which a vault in memory has none of."""

    seen: Seen = SOUND

    async def look(self) -> Seen:
        return self.seen


class NoCursors:
    """Stands in for those of a database: nothing is sent anywhere from a vault in memory."""

    async def all(self) -> dict[UUID, Cursor]:
        return {}


@dataclass
class ApiSite:
    """One vault, set up, and its API."""

    world: World
    views: PromptViews
    clock_off: timedelta = timedelta(0)
    installation: Fixed = field(default_factory=Fixed)
    app: App = field(init=False)
    live: Live = field(init=False)

    def __post_init__(self) -> None:
        world = self.world
        self.live = Live(world.api, world.log)
        services = Services(
            vault=world.api,
            log=world.log,
            door=Door(world.api),
            idle=IdleWatch(MemoryActivity(), timedelta(minutes=15)),
            views=self.views,
            topics=TOPICS,
            log_id=world.log_id,
            installation=self.installation,
            proofs=Answers("", self.world.log_id, None),
            cursors=cast("Cursors", NoCursors()),
            body_key=b"b" * 32,
        )
        names = [each.name for each in PROJECTIONS]
        health = Health(world.log, self.views, self._keys, lambda: False, names, lambda: self.clock_off)
        self.app = assembled(services, self.live, health, SiteParts(Console(None), frozenset({HOST}), self._measure))

    async def _keys(self) -> None:
        await self.world.log.read(0, 1)

    async def _measure(self) -> None:
        return

    def stranger(self, address: str = "192.0.2.7") -> Browser:
        transport = ASGITransport(self.app, client=(address, 4711))
        return Browser(AsyncClient(transport=transport, base_url=f"https://{HOST}"))

    async def sign_in(self, username: str, password: str = OWN) -> Browser:
        browser = self.stranger()
        answer = await browser.post("/sessions", {"username": username, "password": password})
        assert answer.status_code == 201, answer.text
        said = answer.json()
        browser.csrf, browser.id, browser.session = said["csrf_token"], UUID(said["user"]["id"]), UUID(said["id"])
        return browser

    async def person(self, by: Browser, username: str, *roles: str) -> Browser:
        """Somebody new, invited by `by`, signed in."""
        body = {"username": username, "display_name": username.title(), "roles": list(roles or ("password-user",))}
        invited = await by.post("/users", body)
        assert invited.status_code == 201, invited.text
        accepted = await self.stranger().post(
            "/invitations/accept", {"token": invited.json()["invitation"], "password": OWN}
        )
        assert accepted.status_code == 200, accepted.text
        return await self.sign_in(username)
