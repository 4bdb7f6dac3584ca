"""A real vault with people and accounts, all its processes running, and what has to be true of it afterwards."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import psycopg

from bench import filling
from bench.filling import Cast
from bench.trial import NoResult
from bench.upped import PASSWORD, Installation
from domain.registry import AGGREGATES
from ops import database
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import PostgresKeyStore, Tier
from ops.crypto.keyring import Keyring
from ops.crypto.providers.file import FileRoot
from ops.ledger.mapper import Mapper
from ops.ledger.marks import Marker
from ops.ledger.source import LogSource
from ops.ledger.topics import Topics
from ops.runtime import certificates
from projections.catalogue import projections_of
from projections.rebuild import Rebuild, RebuildError
from tests.support.servers import scratch

USERS = 8
INTRUDERS = 4
SLOWEST = 60.0
GAPS = "select max(position) - count(*) from ledger.events"
BEHIND = """
select count(*) from views.projections where role = 'serving' and (position < %s or halted is not null)
"""
MADE = "select count(*) from ledger.events where position > %s and topic = %s"


@dataclass(frozen=True, slots=True)
class Login:
    """A session and what a request of it carries."""

    user: UUID
    session: UUID
    headers: dict[str, str]


@dataclass
class Vault:
    """An installation that runs, and who may do what in it."""

    installation: Installation
    users: Sequence[Login]
    """May disclose and change the password of every account, by a share on its resource."""
    intruders: Sequence[Login]
    """May not so much as see one."""
    accounts: Sequence[UUID]

    def head(self) -> int:
        with psycopg.connect(self.installation.superuser(), autocommit=True) as ledger:
            row = ledger.execute("select max(position) from ledger.events").fetchone()
            assert row is not None
            return int(row[0])

    def check(self, after: int, topic: str, answered: int) -> None:
        """NoResult unless each answer stands in the log, and the log has no gap."""
        with psycopg.connect(self.installation.superuser(), autocommit=True) as ledger:
            made = ledger.execute(MADE, (after, topic)).fetchone()
            gaps = ledger.execute(GAPS).fetchone()
        assert made is not None
        if made[0] < answered:
            raise NoResult(f"{answered} answers, but only {made[0]} events {topic}")
        if gaps != (0,):
            raise NoResult("the log has a gap")

    def catch_up(self) -> None:
        """Until every read model has come to where the log is now."""
        head, until = self.head(), time.monotonic() + SLOWEST
        with psycopg.connect(self.installation.views_superuser, autocommit=True) as views:
            while views.execute(BEHIND, (head,)).fetchone() != (0,):
                if time.monotonic() > until:
                    raise NoResult(f"a read model has not come to position {head} within {SLOWEST:.0f} s")
                time.sleep(0.05)

    def prove(self) -> None:
        """NoResult unless every read model holds what a fold of the log from its beginning holds."""
        self.catch_up()
        try:
            asyncio.run(self._rebuild())
        except RebuildError as difference:
            raise NoResult(str(difference)) from difference

    async def _rebuild(self) -> None:
        settings = self.installation.settings
        ledger, views = database.ledger_url(settings, "project"), database.views_url(settings, "project")
        source = LogSource(ledger)
        async with database.pool(ledger, 1, 2) as pool:
            root = FileRoot.read(settings.keys / "event.root")
            keys = Keyring(Tier.EVENT, root, settings.log_id, PostgresKeyStore(pool, Tier.EVENT))
            mapper = Mapper(settings.log_id, keys, AuthorKeys.none(), Topics(AGGREGATES))
            for projection in projections_of(settings.log_id):
                await Rebuild(views, projection, source, mapper, Marker(settings.log_id)).run()
            await source.close()


@contextmanager
def running_vault(accounts: int, resources: int) -> Iterator[Vault]:
    """Set up as its administrator would, but for the accounts, which are filled in."""
    with scratch() as folder:
        installation = Installation(folder)
        installation.start()
        try:
            yield _settled(installation, accounts, resources)
        finally:
            installation.stop()


def _settled(installation: Installation, accounts: int, resources: int) -> Vault:
    trust = ssl.create_default_context(cafile=str(certificates.certificate_file(installation.settings)))
    with httpx.Client(base_url=f"{installation.address}/api/v1", verify=trust, timeout=30) as client:
        admin = sign_in(client, "admin")
        owned = [_add_resource(client, admin, number) for number in range(resources)]
        users = [_join(client, admin, f"user-{number}") for number in range(USERS)]
        intruders = [_join(client, admin, f"intruder-{number}") for number in range(INTRUDERS)]
        for resource in owned:
            for user in users:
                asked(client, "PUT", f"/resources/{resource}/access/users/{user.user}", admin, {"level": "MODIFY"})
    cast = Cast(admin.user, admin.session, owned)
    filling.add_accounts(installation.superuser(), installation.settings, cast, accounts)
    vault = Vault(installation, users, intruders, cast.accounts)
    vault.catch_up()
    return vault


def _join(client: httpx.Client, admin: Login, name: str) -> Login:
    body = {"username": name, "display_name": name, "roles": ["password-user"]}
    invited = asked(client, "POST", "/users", admin, body)
    asked(client, "POST", "/invitations/accept", None, {"token": invited["invitation"], "password": PASSWORD})
    return sign_in(client, name)


def sign_in(client: httpx.Client, name: str) -> Login:
    answer = client.post("/sessions", json={"username": name, "password": PASSWORD}).raise_for_status()
    session = answer.json()
    cookie = answer.headers["set-cookie"].partition(";")[0]
    client.cookies.clear()
    headers = {"Cookie": cookie, "X-CSRF-Token": session["csrf_token"]}
    return Login(UUID(session["user"]["id"]), UUID(session["id"]), headers)


def _add_resource(client: httpx.Client, admin: Login, number: int) -> UUID:
    body = {"name": f"host-{number}", "type": "linux", "address": f"host-{number}.example"}
    return UUID(asked(client, "POST", "/resources", admin, body)["id"])


def asked(client: httpx.Client, method: str, path: str, who: Login | None, body: object) -> Any:
    answer = client.request(method, path, headers=who.headers if who else {}, json=body)
    return answer.raise_for_status().json()
