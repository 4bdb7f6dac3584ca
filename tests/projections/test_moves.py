"""A moved account: who sees it, where it is listed, and what is told of the time before."""

from __future__ import annotations

from uuid import UUID

import pytest

from commands.access import GrantAccess
from commands.base import OnAccount, OnResource
from commands.moves import MoveAccount
from commands.resources import AddResource
from domain.access import ADMINISTRATOR, Level
from domain.accounts import Account
from domain.resources import ResourceType
from projections.access import AccessProjection, account_access
from projections.accounts import AccountsProjection, get_account, list_accounts
from projections.audit import AuditProjection
from projections.audit_trail import Filters, list_audit
from projections.pages import Page
from projections.resources import ResourcesProjection, list_resources
from projections.seers import who_could_see
from projections.users import UsersProjection
from tests.projections.conftest import Server
from tests.support.vault import Person, World
from tests.support.views import Gallery, viewer

READS = (AccessProjection, AccountsProjection, ResourcesProjection, UsersProjection)


@pytest.fixture
async def there(world: World, admin: Person, alice: Person, bob: Person, server: Server) -> UUID:
    """Where the account was moved to; alice has a share of the old resource, bob of this one, ann of the account."""
    ann = await world.person(admin, "ann")
    resource = await admin.does(AddResource(name="db", type=ResourceType.DATABASE, address="db.example.org"))
    shares = ((OnResource(server.id), alice), (OnResource(resource), bob), (OnAccount(server.account), ann))
    for thing, person in shares:
        await admin.does(GrantAccess(thing=thing, user_id=person.id, level=Level.VIEW))
    await admin.does(MoveAccount(account_id=server.account, resource_id=resource))
    return resource


async def test_a_moved_account_is_seen_listed_found_and_counted_where_it_is(
    shown: Gallery, admin: Person, alice: Person, bob: Person, server: Server, there: UUID
) -> None:
    await shown.build(*(each.name for each in READS))
    async with shown.views.reading(*READS) as db:
        assert await get_account(db, viewer(alice.id), server.account) is None
        found = await get_account(db, viewer(bob.id), server.account)
        assert found is not None
        assert (found.resource.id, found.resource.name, found.password_number) == (there, "db", 1)
        assert (await list_accounts(db, viewer(admin.id), Page(), "web")).items == []
        assert (await list_accounts(db, viewer(admin.id), Page(), None, server.id)).items == []
        (listed,) = (await list_accounts(db, viewer(admin.id), Page(), "db", there)).items
        assert listed.id == server.account
        counted = (await list_resources(db, viewer(admin.id), Page())).items
        assert {each.name: each.accounts for each in counted} == {"web": 0, "db": 1}
        access = await account_access(db, viewer(admin.id, ADMINISTRATOR), server.account)
        assert access is not None
        assert [grant.subject.name for grant in access.grants] == ["ann"]


async def test_the_trail_tells_where_it_was_and_who_could_see_it_then(
    world: World, shown: Gallery, admin: Person, alice: Person, bob: Person, server: Server, there: UUID
) -> None:
    records = await world.log.read(0, 1000)
    (moved,) = [record for record in records if record.topic == Account.Moved.TOPIC]
    (added,) = [record for record in records if record.topic == Account.Added.TOPIC]
    auditor = viewer(admin.id, ADMINISTRATOR)
    await shown.build("access", "audit")
    async with shown.views.reading(AuditProjection, AccessProjection) as db:
        trail = (await list_audit(db, auditor, Page(), Filters(object=server.account))).items
        named = {each.position: (each.title, each.object and each.object.name) for each in trail}
        assert named[moved.position] == (Account.Moved.ABOUT.title, "root on db")
        assert named[added.position] == (Account.Added.ABOUT.title, "root on web")
        for at, sees, sees_not in ((moved.position - 1, alice, bob), (len(records), bob, alice)):
            seers = {
                each.id for each in await who_could_see(db, auditor, server.account, at, records[at - 1].recorded_at)
            }
            assert sees.id in seers
            assert sees_not.id not in seers
