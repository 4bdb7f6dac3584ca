"""A right is withdrawn while sixteen clients use it at two api processes: no use is recorded behind the withdrawal."""

from __future__ import annotations

import asyncio
import os
import random
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain import ids
from domain.access_lists import AccessList
from domain.accounts import Account
from domain.disclosures import Disclosure
from tests.support.fleet import Fleet
from tests.support.hammer import Hammer, Ticket
from tests.support.lawful import unlawful
from tests.support.outcomes import noted
from tests.support.truth import opened, stored
from tests.support.vault import OWN

ROUNDS = int(os.environ.get("STRONGROOM_ROUNDS", "10"))
CLIENTS = 16
BREATH = 0.03
PATIENCE = 30.0
SOON = timedelta(milliseconds=120)


@dataclass
class Ring:
    """Who takes part: two owners and a user, each with a ticket, and what they fight about."""

    ports: tuple[int, ...]
    trust: ssl.SSLContext
    tickets: dict[str, Ticket] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    answers: Counter[int | str] = field(default_factory=Counter)
    position: int = 0

    def client(self, who: str, at: int = 0) -> Hammer:
        return Hammer(self.ports[at % len(self.ports)], self.trust, self.tickets.setdefault(who, Ticket()))

    async def does(
        self, who: str, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, may: int = 200
    ) -> Any:
        """Something that must work, or answer `may`; asked again while there is too much at once."""
        client = self.client(who)
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    status, said, more = await client.ask(method, path.format_map(self.ids), body, **headers or {})
                    if status not in (429, 503):
                        assert status < 300 or status == may, (method, path, status, said)
                        self.position = max(self.position, int(more.get("strongroom-position", 0)))
                        return said
                    await asyncio.sleep(0.05)
        finally:
            client.close()

    async def person(self, name: str, role: str) -> None:
        body = {"username": name, "display_name": name, "roles": [role]}
        made = await self.does("admin", "POST", "/users", body)
        accepted = {"token": made["invitation"], "password": OWN}
        await self.does("nobody", "POST", "/invitations/accept", accepted)
        self.ids[name] = made["id"]
        await self.sign_in(name)

    async def sign_in(self, name: str) -> None:
        await self.client(name).sign_in(name, OWN)

    async def version(self, path: str, who: str) -> str:
        """As it stands after all that has been done here."""
        shown = await self.does(who, "GET", path, headers={"strongroom-require": str(self.position)})
        return f'"{shown["version"]}"'


@pytest.fixture
async def ring(fleet: Fleet) -> Ring:
    """A vault of two api processes, a resource of carol's with one account, and bob, who has a share of it."""
    for name in ("projector", "api-1", "api-2"):
        if not fleet.children[name].alive:
            await fleet.children[name].start()
    made = Ring(fleet.ports, ssl.create_default_context(cafile=str(fleet.certificate)))
    await made.sign_in("admin")
    tag = f"{random.randrange(1 << 40):010x}"
    names = {"bob": f"bob{tag}", "carol": f"carol{tag}", "dave": f"dave{tag}"}
    for alias, name in names.items():
        await made.person(name, "password-user" if alias == "bob" else "administrator")
        made.ids[alias], made.tickets[alias] = made.ids[name], made.tickets[name]
    made.ids |= {f"{alias}_name": name for alias, name in names.items()}
    body = {"name": f"db{tag}", "type": "linux", "address": "db.test"}
    made.ids["resource"] = (await made.does("carol", "POST", "/resources", body))["id"]
    account = {"username": "root", "password": "Correct horse 1"}
    made.ids["account"] = (await made.does("carol", "POST", "/resources/{resource}/accounts", account))["id"]
    return made


BOBS_SHARE = "/accounts/{account}/access/users/{bob}"
BOBS_WIDE_SHARE = "/resources/{resource}/access/users/{bob}"
Step = Callable[[Ring], Awaitable[Any]]


@dataclass(frozen=True)
class Race:
    """Who uses what, and how it is taken from him and given back."""

    who: str
    use: tuple[str, str, Any]
    give: Step
    take: Step
    lasts: timedelta = timedelta(0)


DISCLOSE = ("POST", "/accounts/{account}/disclosures", {"reason": "race", "purpose": "view"})
CHANGE = ("POST", "/accounts/{account}/password", {"generate": True})
ADD = ("POST", "/resources", {"name": "r", "type": "linux", "address": "r.test"})


async def hand_over(ring: Ring, giver: str, taker: str) -> None:
    version = await ring.version("/resources/{resource}/access", giver)
    body = {"user_id": ring.ids[taker]}
    await ring.does(giver, "PUT", "/resources/{resource}/owner", body, {"if-match": version})


async def roles(ring: Ring, *names: str) -> None:
    version = await ring.version("/users/{dave}", "admin")
    await ring.does("admin", "PUT", "/users/{dave}/roles", {"roles": list(names)}, {"if-match": version})


async def share_for_a_moment(ring: Ring) -> None:
    """Until a moment told by the database's own clock, of which this machine's is the same; told anew if it came too
    late."""
    late = True
    while late:
        until = (datetime.now(UTC) + SOON).isoformat()
        said = await ring.does("carol", "PUT", BOBS_SHARE, {"level": "VIEW", "until": until}, may=422)
        late = bool(said) and said.get("status") == 422


async def nothing(_: Ring) -> None:
    """The share ends by itself."""


async def share_and_let_in(ring: Ring) -> None:
    await ring.does("carol", "PUT", BOBS_SHARE, {"level": "VIEW"})
    await ring.client("bob").sign_in(ring.ids["bob_name"], OWN)


async def enable_and_let_in(ring: Ring) -> None:
    await ring.does("admin", "POST", "/users/{bob}/enable", {})
    await share_and_let_in(ring)


RACES = {
    "a share is revoked": Race(
        "bob", DISCLOSE,
        give=lambda ring: ring.does("carol", "PUT", BOBS_SHARE, {"level": "VIEW"}),
        take=lambda ring: ring.does("carol", "DELETE", BOBS_SHARE),
    ),
    "a narrower share is added": Race(
        "bob", CHANGE,
        give=lambda ring: wide_alone(ring),
        take=lambda ring: ring.does("carol", "PUT", BOBS_SHARE, {"level": "VIEW"}),
    ),
    "the account is moved to another resource": Race(
        "bob", DISCLOSE,
        give=lambda ring: moved(ring, "resource"),
        take=lambda ring: moved(ring, "elsewhere"),
    ),
    "the owner changes": Race(
        "carol", DISCLOSE,
        give=lambda ring: owned_by_carol(ring),
        take=lambda ring: owned_by_dave(ring),
    ),
    "a role is lost": Race(
        "dave", ADD,
        give=lambda ring: roles(ring, "administrator"),
        take=lambda ring: roles(ring, "password-user"),
    ),
    "the user is disabled": Race(
        "bob", DISCLOSE,
        give=enable_and_let_in,
        take=lambda ring: ring.does("admin", "POST", "/users/{bob}/disable", {}),
    ),
    "the session is ended": Race(
        "bob", DISCLOSE,
        give=share_and_let_in,
        take=lambda ring: ring.does("admin", "DELETE", "/users/{bob}/sessions"),
    ),
    "the share's end is reached": Race("bob", DISCLOSE, give=share_for_a_moment, take=nothing, lasts=2 * SOON),
}  # fmt: skip


async def wide_alone(ring: Ring) -> None:
    """A level for the whole resource, and no share of the account's own beside it."""
    await ring.does("carol", "PUT", BOBS_WIDE_SHARE, {"level": "MODIFY"})
    await ring.does("carol", "DELETE", BOBS_SHARE, may=404)


async def moved(ring: Ring, to: str) -> None:
    """bob has a share of `resource` and none of `elsewhere`, nor of the account."""
    if "elsewhere" not in ring.ids:
        body = {"name": f"{ring.ids['carol_name']}2", "type": "linux", "address": "db2.test"}
        ring.ids["elsewhere"] = (await ring.does("carol", "POST", "/resources", body))["id"]
        await ring.does("carol", "PUT", BOBS_WIDE_SHARE, {"level": "VIEW"})
        ring.ids["stands"] = ring.ids["resource"]
    if ring.ids["stands"] != ring.ids[to]:
        await ring.does("carol", "PUT", "/accounts/{account}/resource", {"resource_id": ring.ids[to]})
        ring.ids["stands"] = ring.ids[to]


async def owned_by_carol(ring: Ring) -> None:
    """As it was before the first round, and again after each."""
    if ring.answers["handed over"]:
        await hand_over(ring, "dave", "carol")
        ring.answers["handed over"] = 0


async def owned_by_dave(ring: Ring) -> None:
    await hand_over(ring, "carol", "dave")
    ring.answers["handed over"] = 1


@asynccontextmanager
async def sixteen_clients(ring: Ring, race: Race) -> AsyncIterator[None]:
    """They use it, allowed or not, as fast as they are answered."""
    over = asyncio.Event()
    method, path, body = race.use

    async def use(number: int) -> None:
        client = ring.client(race.who, number)
        while not over.is_set():
            named = {**body, "name": ids.new().hex} if "name" in body else body
            status, said, _ = await client.ask(method, path.format_map(ring.ids), named)
            assert status in (200, 201, 401, 403, 404, 409, 429, 503), said
            ring.answers[status] += 1
            await asyncio.sleep(0.05 if status >= 400 else 0)
        client.close()

    clients = [asyncio.create_task(use(number)) for number in range(CLIENTS)]
    try:
        yield
    finally:
        over.set()
        await asyncio.gather(*clients)


@pytest.mark.slow
@pytest.mark.parametrize("race", RACES.values(), ids=RACES)
async def test_nothing_is_used_behind_its_withdrawal(
    ring: Ring, fleet: Fleet, race: Race, request: pytest.FixtureRequest
) -> None:
    await race.give(ring)
    async with sixteen_clients(ring, race):
        for _ in range(ROUNDS):
            await race.give(ring)
            await asyncio.sleep(race.lasts.total_seconds() or random.uniform(0, BREATH))
            await race.take(ring)
            await asyncio.sleep(random.uniform(0, BREATH))
    records = stored(fleet)
    events = await opened(fleet, records)
    used = ring.answers[200] + ring.answers[201]
    print(f"{ROUNDS} withdrawals, {used} uses, {sum(ring.answers.values()) - used} refused: {dict(ring.answers)}")  # noqa: T201
    found = unlawful(zip(events, (record.recorded_at for record in records), strict=True))
    refused, name = sum(ring.answers.values()) - used, request.node.callspec.id
    noted("races", race=name, withdrawals=ROUNDS, used=used, refused=refused, unlawful=len(found))
    assert found == []
    assert used >= ROUNDS / 4
    assert sum(ring.answers[status] for status in (401, 403, 404, 429)) >= ROUNDS / 4


@pytest.mark.parametrize("what", ["a share is revoked", "the account is moved to another resource"])
async def test_a_use_behind_its_withdrawal_would_be_found(ring: Ring, fleet: Fleet, what: str) -> None:
    """The checker itself: the same events, the disclosure put behind the withdrawal."""
    await RACES[what].give(ring)
    await ring.does("bob", *DISCLOSE)
    await RACES[what].take(ring)
    records = stored(fleet)
    history = list(zip(await opened(fleet, records), (record.recorded_at for record in records), strict=True))
    assert unlawful(history) == []
    at = max(n for n, (event, _) in enumerate(history) if isinstance(event, Disclosure.Disclosed))
    assert any(isinstance(event, AccessList.Revoked | Account.Moved) for event, _ in history[at:])
    forged = [*history[:at], *history[at + 1 :], history[at]]
    assert unlawful(forged) == [
        f"position {len(forged)}: account-password.disclosed although the user had level 0, not 1"
    ]
