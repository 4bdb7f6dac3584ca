"""A small company whose people have every kind of access there is, and the read models that tell of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from commands.access import GrantAccess, RevokeAccess
from commands.accounts import AddAccount
from commands.base import OnAccount, OnResource
from commands.resets import OpenReset
from commands.resources import AddResource, PinHostKey, TransferResource
from commands.users import AddUser, DisableUser, GiveScope
from domain.access import ADMINISTRATOR, BUILT_IN_ROLES, PASSWORD_USER, Level, Scope
from domain.resources import ResourceType
from domain.secrets import Secret
from ops import database
from projections.catalogue import projections_of
from projections.reading import Views
from projections.viewer import Viewer
from tests.support.history import HOST_KEY
from tests.support.servers import Database
from tests.support.vault import Clock, Person, World
from tests.support.views import gallery

DAY = timedelta(days=1)
RESOURCES = {  # name: type, address, description, accounts
    "web": (ResourceType.LINUX, "web.example.org", "Shop 100%", ("root", "app")),
    "mail": (ResourceType.LINUX, "10.0.0.25", "post_office", ("root",)),
    "win": (ResourceType.WINDOWS, "win.example.org", "", ("Administrator",)),
}
ADMINISTRATORS = ("bob", "kay", "max", "sid", "zoe")
PEOPLE = (*ADMINISTRATORS, "amy", "gus", "mia", "ned", "nia", "ray", "rex", "tea", "tim", "una", "vic")
SHARES = (  # to whom, of what, at which level, for how long
    ("max", "web", "MANAGE", None),
    ("kay", "web", "MODIFY", None),
    ("mia", "web", "MODIFY", None),
    ("vic", "web", "VIEW", None),
    ("nia", "web", "MODIFY", None),
    ("nia", "root on web", "VIEW", None),
    ("una", "web", "VIEW", None),
    ("una", "root on web", "MODIFY", None),
    ("zoe", "web", "MANAGE", None),
    ("zoe", "root on web", "VIEW", None),
    ("amy", "root on web", "VIEW", None),
    ("ray", "web", "MODIFY", None),
    ("rex", "web", "VIEW", None),
    ("rex", "root on web", "MODIFY", None),
    ("tim", "web", "MODIFY", DAY / 2),
    ("tea", "web", "VIEW", 3 * DAY),
    ("ned", "web", "MODIFY", None),
    ("ned", "root on web", "VIEW", DAY / 2),
    ("gus", "web", "VIEW", None),
    ("ivy", "web", "MODIFY", None),
)
REVOKED = (("ray", "web"), ("rex", "root on web"))
"""`tim` and `ned` had shares that are over by now, recorded or not; `mail` was the administrator's and is Bob's;
`gus` was disabled, and `ivy` has not come yet."""


@dataclass
class Company:
    """The people, what there is, and where it is told of."""

    place: Database
    world: World
    people: dict[str, Person] = field(default_factory=dict)
    ids: dict[str, UUID] = field(default_factory=dict)
    things: dict[str, UUID] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)

    def viewer(self, name: str) -> Viewer:
        role = ADMINISTRATOR if name in ("admin", *ADMINISTRATORS) else PASSWORD_USER
        person = self.people[name]
        scope = Scope.ALL if name == "sid" else Scope.SHARED
        return Viewer(person.id, BUILT_IN_ROLES[role], scope, person.signed_in.session_id)

    @asynccontextmanager
    async def told(self) -> AsyncIterator[Callable[..., Awaitable[Any]]]:
        """Asks the questions one after the other, as the API does: `await ask(list_accounts, "amy", Page())`."""
        every = [type(each) for each in projections_of(self.world.log_id)]
        async with database.pool(self.place.append, 1, 1) as pool, Views(pool).reading(*every) as db:
            yield lambda question, name, *more: question(db, self.viewer(name), *more)


async def found(place: Database) -> Company:
    """Everything happens a day ago, so that what was to end within it has."""
    company = Company(place, World(clock=Clock(datetime.now(UTC) - DAY)))
    await _people(company)
    await _things(company)
    await _shares(company)
    company.world.clock.turn(DAY)
    company.people = {name: await company.world.enter(name) for name in company.people if name != "gus"}
    async with gallery(company.world, place) as shown:
        await shown.build()
    return company


async def _people(company: Company) -> None:
    admin = company.people["admin"] = await company.world.administrator()
    for name in PEOPLE:
        role = ADMINISTRATOR if name in ADMINISTRATORS else PASSWORD_USER
        company.people[name] = await company.world.person(admin, name, role)
    await admin.does(GiveScope(user_id=company.people["sid"].id, scope=Scope.ALL))
    ivy = AddUser(username="ivy", display_name="Ivy Wu", roles=frozenset({PASSWORD_USER}), email="ivy@example.org")
    company.ids = {name: person.id for name, person in company.people.items()}
    company.ids["ivy"] = (await admin.does(ivy)).user_id


async def _things(company: Company) -> None:
    admin, things = company.people["admin"], company.things
    for name, (kind, address, description, accounts) in RESOURCES.items():
        add = AddResource(name=name, type=kind, address=address, port=22, description=description)
        things[name] = await admin.does(add)
        for login in accounts:
            account = AddAccount(resource_id=things[name], username=login, description="of " + name, password=FIRST)
            things[f"{login} on {name}"] = await admin.does(account)
    await admin.does(TransferResource(resource_id=things["mail"], user_id=company.people["bob"].id))
    await admin.does(PinHostKey(resource_id=things["web"], host_key=HOST_KEY))
    things["reset"] = await admin.does(OpenReset(account_id=things["root on web"]))


async def _shares(company: Company) -> None:
    admin, clock = company.people["admin"], company.world.clock
    for name, thing, level, time in SHARES:
        until = None if time is None else clock.at + time
        share = GrantAccess(thing=_on(company, thing), user_id=company.ids[name], level=Level[level], until=until)
        await admin.does(share)
    company.positions["shared"] = company.world.log.head
    for name, thing in REVOKED:
        await admin.does(RevokeAccess(thing=_on(company, thing), user_id=company.ids[name]))
    await admin.does(DisableUser(user_id=company.ids["gus"]))


def _on(company: Company, thing: str) -> OnAccount | OnResource:
    return (OnAccount if " on " in thing else OnResource)(company.things[thing])


FIRST = Secret("the first password")
