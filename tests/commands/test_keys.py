"""The SSH keys of those who sign in for others: who may set them, what is kept, and what is never shown."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from commands.access import GrantAccess
from commands.accounts import AddAccount
from commands.base import OnAccount
from commands.keys import RemoveKey, SetKey
from commands.resets import BeginAttempt, OpenReset, Orders
from commands.ways import SetResetWay
from domain.access import Level
from domain.errors import Conflict, NotFound, ReasonRequired, Refused
from domain.helpers import Helper
from domain.secrets import Secret
from domain.ways import Elevation
from ops.crypto.private_keys import private_key_of
from projections.details import details_of
from tests.commands.conftest import Server
from tests.support.vault import Person, World

PRIVATE = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()


def give(account: UUID) -> SetKey:
    return SetKey(account_id=account, private_key=Secret(PRIVATE))


async def orders_for(world: World, admin: Person, server: Server) -> Orders:
    """Of an account that `svc` changes, raised by root's password."""
    svc = await admin.does(AddAccount(resource_id=server.id, username="svc"))
    app = await admin.does(AddAccount(resource_id=server.id, username="app"))
    for account in (svc, server.account):
        await admin.does(give(account))
    way = SetResetWay(resource_id=server.id, login_id=svc, elevation=Elevation.SU, root_id=server.account)
    await admin.does(way)
    reset = await admin.does(OpenReset(account_id=app))
    return await world.performs(BeginAttempt(reset_id=reset, lease=timedelta(minutes=1)))


async def test_whoever_signs_in_is_lent_his_key_and_the_other_only_his_password(
    world: World, admin: Person, server: Server
) -> None:
    means = (await orders_for(world, admin, server)).means
    assert means.login is not None
    assert means.login.key is not None
    assert means.root is not None
    assert means.root.key is None
    key = means.login.key
    opened = await world.sealer().open(key.secret, key.owner, key.field)
    assert private_key_of(opened)[1] == private_key_of(Secret(PRIVATE))[1]


async def test_the_key_is_in_no_event_but_under_seal(world: World, admin: Person, server: Server) -> None:
    before = world.log.head
    fingerprint = await admin.does(give(server.account))
    events = await world.events(before)
    (given,) = [event for event in events if isinstance(event, Helper.KeySet)]
    assert details_of(given) == {"public_key": given.public_key, "key": "sealed"}
    assert given.public_key.startswith("ssh-ed25519 ")
    assert fingerprint.startswith("SHA256:")
    assert PRIVATE[50:90] not in repr(events)
    assert PRIVATE[50:90].encode() not in given.key.sealed


async def test_a_key_is_replaced_and_removed(world: World, admin: Person, server: Server) -> None:
    await admin.does(give(server.account))
    await admin.does(give(server.account))
    await admin.does(RemoveKey(account_id=server.account))
    assert (await world.api.look(admin.caller).get(Helper, Helper.create_id(server.account))).key is None
    with pytest.raises(Conflict):
        await admin.does(RemoveKey(account_id=server.account))


async def test_who_may_not_change_the_account_sets_no_key(admin: Person, alice: Person, server: Server) -> None:
    for command in (give(server.account), RemoveKey(account_id=server.account)):
        with pytest.raises(NotFound):
            await alice.does(command)
    await admin.does(GrantAccess(thing=OnAccount(server.account), user_id=alice.id, level=Level.VIEW))
    with pytest.raises(Refused):
        await alice.does(give(server.account))
    with pytest.raises(ReasonRequired):
        await admin.does(give(server.account), reason=None)
    await admin.does(GrantAccess(thing=OnAccount(server.account), user_id=alice.id, level=Level.MODIFY))
    await alice.does(give(server.account))
