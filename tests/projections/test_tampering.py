"""A read model built from a log that somebody has tampered with: halted, marked or parked, and the place is named."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from commands.access import GrantAccess, RevokeAccess
from commands.base import OnResource
from commands.invitations import AcceptInvitation
from commands.resources import AddResource
from commands.users import AddUser
from domain.access import PASSWORD_USER, Level
from domain.base import Author
from domain.resources import ResourceType
from domain.secrets import Secret
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import PostgresKeyStore, Tier
from ops.crypto.keyring import Keyring
from ops.ledger.mapper import Mapper
from ops.ledger.marks import Marker
from ops.ledger.source import LogSource
from projections.access import AccessProjection
from projections.accounts import AccountsProjection
from projections.audit import AuditProjection
from projections.base import Projection
from projections.rebuild import Rebuild, RebuildError
from projections.sessions import SessionsProjection
from projections.users import UsersProjection
from tests.support.live import LiveVault, live_vault
from tests.support.servers import Database
from tests.support.vault import OWN, TOPICS, Person, nobody

VICTIM = "role.defined"


@dataclass
class Reader:
    """What the projector is made of: the event root, and no author's key."""

    vault: LiveVault
    owner: Person
    source: LogSource
    victim: int

    async def build(self, projection: Projection) -> None:
        vault, log_id = self.vault, self.vault.settings.log_id
        ring = Keyring(Tier.EVENT, vault.event_root, log_id, PostgresKeyStore(vault.pool, Tier.EVENT))
        mapper = Mapper(log_id, ring, AuthorKeys.none(), TOPICS)
        await Rebuild(vault.views.project, projection, self.source, mapper, Marker(log_id)).run()

    def do(self, statement: str) -> None:
        with psycopg.connect(self.vault.ledger.superuser, autocommit=True) as superuser:
            superuser.execute(statement.encode(), {"it": self.victim})

    def in_views(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.vault.views.superuser, autocommit=True) as superuser:
            return superuser.execute(statement.encode()).fetchall()


@pytest.fixture
async def reader(tmp_path: Path, ledger_database: Database, views_database: Database) -> AsyncIterator[Reader]:
    async with live_vault(tmp_path, ledger_database, views_database) as vault:
        owner = await vault.administrator()
        with psycopg.connect(ledger_database.superuser) as superuser:
            found = "select min(position) from ledger.events where topic = %s"
            row = superuser.execute(found, [VICTIM]).fetchone()
        assert row is not None
        source = LogSource(ledger_database.project)
        yield Reader(vault, owner, source, row[0])
        await source.close()


HERE = "update ledger.events set {} where position = %(it)s"
NEXT = "(select {} from ledger.events where topic <> 'role.defined' order by position desc limit 1)"
KEY = "(select key_id from ledger.events where position = %(it)s)"
ATTACKS = {
    "a state of the same stream's kind": HERE.format(
        "state = (select state from ledger.events where topic = 'role.defined' order by position desc limit 1)"),
    "a state of another kind": HERE.format(f"state = {NEXT.format('state')}"),
    "a flipped bit": HERE.format("state = set_byte(state, 40, get_byte(state, 40) # 1)"),
    "another topic": HERE.format("topic = 'role.operations-changed'"),
    "a topic of no interest": HERE.format("topic = 'reading.recorded'"),
    "a topic that does not exist": HERE.format("topic = 'antigravity:fly'"),
    "another version": HERE.format("version = version + 100"),
    "another author": HERE.format("author = 2"),
    "a key that is no more": HERE.format("key_id = 1"),
    "a topic of no interest and a key that is no more": HERE.format("topic = 'system.started', key_id = 1"),
    "a key that was deleted": f"delete from ledger.event_keys where id = {KEY}",
    "a key that is another's": "update ledger.event_keys k set wrapped = o.wrapped, nonce = o.nonce"
    f" from ledger.event_keys o where k.id = {KEY} and o.id <> k.id",
}  # fmt: skip


@pytest.mark.parametrize("statement", ATTACKS.values(), ids=ATTACKS.keys())
async def test_what_shows_who_may_see_what_is_not_built_over_a_bad_record(reader: Reader, statement: str) -> None:
    """A missing key is no better than a wrong one: what it sealed may have been a revocation."""
    for projection in (AccessProjection, UsersProjection, SessionsProjection):
        await reader.build(projection())
    reader.do(statement)
    for projection in (AccessProjection, UsersProjection, SessionsProjection):
        with pytest.raises(RebuildError, match="cannot be projected"):
            await reader.build(projection())
    assert reader.in_views("select name from views.projections where role = 'serving' and halted is not null") == []
    alarms = reader.in_views("select name, min(position) from views.alarms where kind = 'halted' group by 1 order by 1")
    assert [name for name, _ in alarms] == ["access", "sessions", "users"]
    assert all(isinstance(at, int) and at <= reader.victim for _, at in alarms)  # its key may have sealed others


async def test_a_share_that_was_put_behind_its_revocation_is_not_shown(reader: Reader) -> None:
    owner = reader.owner
    resource = await owner.does(AddResource(name="web", type=ResourceType.LINUX, address="h.example"))
    added = await owner.does(AddUser(username="bob", display_name="Bob", roles=frozenset({PASSWORD_USER})))
    await reader.vault.process(Author.API).execute(
        AcceptInvitation(token=Secret(added.token), password=Secret(OWN)), nobody()
    )
    thing = OnResource(resource)
    granted = (await owner.done(GrantAccess(thing=thing, user_id=added.user_id, level=Level.VIEW))).position
    revoked = (await owner.done(RevokeAccess(thing=thing, user_id=added.user_id))).position
    await owner.does(AddResource(name="other", type=ResourceType.LINUX, address="o.example"))  # what is remembered
    await reader.build(AccessProjection())
    for now, then in ((granted, 1000), (revoked, granted), (1000, revoked)):
        reader.do(f"update ledger.events set position = {then} where position = {now}")
    with pytest.raises(RebuildError, match=f"position {granted} cannot be projected"):
        await reader.build(AccessProjection())


@pytest.mark.parametrize("statement", ATTACKS.values(), ids=ATTACKS.keys())
async def test_the_trail_marks_a_bad_record_and_lists_park_it(reader: Reader, statement: str) -> None:
    reader.do(statement)
    await reader.build(AuditProjection(reader.vault.settings.log_id))
    await reader.build(AccountsProjection())
    shown = reader.in_views(f"select title, severity from audit_g1.entries where position = {reader.victim}")
    assert shown[0][0] in ("A record that cannot be read", "A record whose key is no more")
    assert shown[0][1] == "critical"
    alarms = reader.in_views("select kind, name, position from views.alarms")
    assert {("parked", "audit", reader.victim)} <= set(alarms)
