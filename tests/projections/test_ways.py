"""How a resource's passwords are changed, as those see it who may; and what helpers have met."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from commands.access import GrantAccess
from commands.accounts import AddAccount, ChangePassword
from commands.base import OnAccount, OnResource
from commands.helpers import NoteHelperRefused, TryHelperAgain
from commands.keys import RemoveKey, SetKey
from commands.ways import SetResetWay
from domain.access import ADMINISTRATOR, Level
from domain.helpers import Helper
from domain.ids import new
from domain.secrets import Secret
from domain.ways import Elevation
from projections.access import AccessProjection
from projections.accounts import AccountsProjection
from projections.audit import AuditProjection
from projections.audit_trail import Filters, list_audit
from projections.pages import Page
from projections.resources import ResourcesProjection
from projections.ways import HelperRow, WaysProjection, get_helper, get_way
from tests.projections.conftest import Server
from tests.support.vault import Person, World
from tests.support.views import Gallery, running, viewer

READS = (WaysProjection, AccessProjection, AccountsProjection, ResourcesProjection)
PRIVATE = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()


@dataclass(frozen=True)
class Told:
    """What is shown of the way of a server, where `svc` signs in and knows root's password."""

    shown: Gallery
    admin: Person
    server: Server
    svc: UUID

    async def helper(self, who: Person) -> HelperRow | None:
        names = [each.name for each in READS]
        if await self.shown.states():
            async with running(self.shown.projector()):
                await self.shown.until_at(self.shown.world.log.head, *names)
        else:
            await self.shown.build(*names)
        async with self.shown.views.reading(*READS) as db:
            return await get_helper(db, viewer(who.id), self.svc)


@pytest.fixture
async def told(shown: Gallery, admin: Person, server: Server) -> Told:
    svc = await admin.does(AddAccount(resource_id=server.id, username="svc"))
    way = SetResetWay(resource_id=server.id, login_id=svc, elevation=Elevation.SU, root_id=server.account)
    await admin.does(way)
    return Told(shown, admin, server, svc)


async def test_the_way_is_shown_with_the_names_that_its_viewer_may_know(
    told: Told, admin: Person, alice: Person, bob: Person
) -> None:
    await admin.does(GrantAccess(thing=OnResource(told.server.id), user_id=alice.id, level=Level.VIEW))
    await admin.does(GrantAccess(thing=OnAccount(told.svc), user_id=bob.id, level=Level.MODIFY))
    await told.shown.build(*(each.name for each in READS))
    async with told.shown.views.reading(*READS) as db:
        for person in (admin, alice):
            way = await get_way(db, viewer(person.id), told.server.id)
            assert way is not None
            assert way.login is not None
            assert way.root is not None
            assert (way.elevation, way.login.name, way.root.name, way.jump_host) == ("su", "svc", "root", None)
        assert await get_way(db, viewer(bob.id, ADMINISTRATOR), told.server.id) is None
        helper = await get_helper(db, viewer(bob.id), told.svc)
        assert helper is not None
        assert helper.helps


async def test_a_refused_password_is_shown_until_it_is_another_or_is_tried_again(
    told: Told, world: World, admin: Person
) -> None:
    for again in (TryHelperAgain(account_id=told.svc), ChangePassword(account_id=told.svc)):
        number = 1
        await world.performs(NoteHelperRefused(account_id=told.svc, number=number, work_id=new()))
        helper = await told.helper(admin)
        assert helper is not None
        assert helper.refused_at is not None
        await admin.does(again)
        helper = await told.helper(admin)
        assert helper is not None
        assert helper.refused_at is None


async def test_of_a_key_its_public_half_is_shown(told: Told, admin: Person, alice: Person) -> None:
    fingerprint = await admin.does(SetKey(account_id=told.svc, private_key=Secret(PRIVATE)))
    helper = await told.helper(admin)
    assert helper is not None
    assert (helper.key_fingerprint, helper.public_key and helper.public_key[:12]) == (fingerprint, "ssh-ed25519 ")
    assert await told.helper(alice) is None
    await admin.does(RemoveKey(account_id=told.svc))
    helper = await told.helper(admin)
    assert helper is not None
    assert (helper.key_fingerprint, helper.key_set_at) == (None, None)


async def test_what_helpers_meet_is_told_in_the_trail_as_of_their_accounts(
    told: Told, world: World, admin: Person
) -> None:
    await world.performs(NoteHelperRefused(account_id=told.svc, number=1, work_id=new()))
    await told.shown.build("audit")
    async with told.shown.views.reading(AuditProjection) as db:
        trail = (await list_audit(db, viewer(admin.id, ADMINISTRATOR), Page(), Filters(object=told.svc))).items
    named = {each.topic: each.object and each.object.name for each in trail}
    assert named[Helper.PasswordRefused.TOPIC] == "svc on web"
    assert named[Helper.Opened.TOPIC] == "svc on web"
