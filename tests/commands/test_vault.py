"""The one door: record before reveal, one time for each key, and what becomes of the log's troubles."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commands.disclosures import DisclosePassword
from commands.resources import AddResource
from commands.users import AddUser
from domain.base import Author
from domain.disclosures import Purpose
from domain.errors import (
    Busy,
    Invalid,
    LogForked,
    OutcomeUnknown,
    StrongroomError,
    Unavailable,
    Unreadable,
)
from domain.resources import ResourceType
from ops.ledger.errors import Away, CommitUnknown, LedgerError, QueueFull
from ops.ledger.log import Idempotency
from tests.commands.conftest import Server
from tests.support.vault import Person, World

ADD = AddResource(name="web", type=ResourceType.LINUX, address="h")


def key(person: Person, name: bytes = b"k", body: bytes = b"b") -> Idempotency:
    return Idempotency(person.id, name * 32, body * 32)


@pytest.mark.parametrize(
    ("trouble", "said"),
    [(Away("gone"), Unavailable), (QueueFull(), Busy), (CommitUnknown("gone"), OutcomeUnknown)],
    ids=["away", "queue full", "unknown"],
)
async def test_what_is_not_recorded_is_not_shown(
    world: World, admin: Person, server: Server, trouble: LedgerError, said: type[StrongroomError]
) -> None:
    world.log.fail(trouble)
    with pytest.raises(said):
        await admin.sees(DisclosePassword(account_id=server.account, purpose=Purpose.VIEW))


async def test_a_fork_stops_everything(world: World, admin: Person, server: Server) -> None:
    world.log.fork()
    with pytest.raises(LogForked):
        await admin.sees(DisclosePassword(account_id=server.account, purpose=Purpose.VIEW))


async def test_a_shredded_secret_is_said_to_be_unreadable_and_its_disclosure_stays_recorded(
    world: World, admin: Person, server: Server
) -> None:
    before = world.log.head
    scope = f"stream:{server.account}"
    world.secret_keys.keys = {i: wrapped for i, wrapped in world.secret_keys.keys.items() if wrapped.scope != scope}
    admin.vault = world.process(Author.API)
    with pytest.raises(Unreadable):
        await admin.sees(DisclosePassword(account_id=server.account, purpose=Purpose.VIEW))
    assert await world.topics(before) == ["account-password.disclosed"]


async def test_a_request_that_is_repeated_is_done_once(world: World, admin: Person) -> None:
    first = await admin.done(ADD, idempotency=key(admin))
    again = await admin.done(ADD, idempotency=key(admin))
    assert (again.value, again.position) == (first.value, first.position)
    assert (await world.topics()).count("resource.added") == 1


async def test_a_key_stands_for_one_body(admin: Person) -> None:
    await admin.done(ADD, idempotency=key(admin))
    with pytest.raises(Invalid) as refusal:
        await admin.done(replace(ADD, name="other"), idempotency=key(admin, body=b"c"))
    assert refusal.value.field == "Idempotency-Key"


async def test_an_unknown_outcome_is_settled_by_the_same_key(world: World, admin: Person) -> None:
    world.log.fail(CommitUnknown("gone"), committed=True)
    with pytest.raises(OutcomeUnknown):
        await admin.done(ADD, idempotency=key(admin))
    settled = await admin.done(ADD, idempotency=key(admin))
    assert (await world.topics()).count("resource.added") == 1
    assert (await world.events(settled.position - 1))[0].originator_id == settled.value


async def test_a_repeated_invitation_tells_the_user_and_no_token(admin: Person) -> None:
    command = AddUser(username="carol", display_name="Carol", roles=frozenset({"password-user"}))
    first = (await admin.done(command, idempotency=key(admin))).value
    assert (await admin.done(command, idempotency=key(admin))).value == first.user_id
