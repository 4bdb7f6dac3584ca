"""How the company comes to be in its vault: the first administrator, the others, their systems and what they share."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from commands.access import GrantAccess
from commands.accounts import AddAccount
from commands.base import OnAccount, OnResource
from commands.demonstration import company
from commands.demonstration.company import Employee, System
from commands.demonstration.office import Member, Office
from commands.demonstration.rights import Holdings, Login, Place
from commands.invitations import AcceptInvitation
from commands.resources import AddResource, PinHostKey
from commands.runs import NoteStart, NoteStop
from commands.set_up import SetUp
from commands.users import AddUser
from domain.access import Level
from domain.provenance import Channel
from domain.resources import ResourceType
from domain.secrets import Secret
from domain.users import User
from ops.product import VERSION

SHARED = (Level.VIEW, Level.VIEW, Level.MODIFY)
FORTNIGHT = timedelta(days=14)


@dataclass
class Beginnings:
    """Adds what there is, one visit a thing."""

    office: Office
    holdings: Holdings
    passwords: dict[str, Secret]

    async def open_vault(self, command: SetUp, why: str) -> None:
        """The log's genesis; `why` stands in its provenance, for ever."""
        stage, first = self.office.stage, company.FOUNDER
        await stage.as_system(command, stage.system, Channel.COMMAND_LINE, why)
        user_id = next(record.stream for record in await stage.log.read(0, 1000) if record.topic == User.Added.TOPIC)
        self.office.people[first.username] = Member(first, self.passwords[first.username], user_id)

    async def start(self) -> None:
        """Both processes, and again after each month's upgrade."""
        stage = self.office.stage
        serves = ((stage.api, Channel.API, "api"), (stage.worker, Channel.WORKER, "worker"))
        runs = [await stage.as_system(NoteStart(process=p, product_version=VERSION), v, c) for v, c, p in serves]
        self.office.worker_run = runs[1]
        over = stage.clock() + timedelta(days=self.office.chance.randint(25, 35))
        self.office.at(min(over, self.office.ends - timedelta(minutes=1)), lambda: self._restart(runs, over))

    def joining(self, employee: Employee) -> Callable[[Member], Awaitable[None]]:
        """Invited by whoever is signed in; takes it up some hours later."""

        async def invite(by: Member) -> None:
            email = f"{employee.username}@{company.DOMAIN}"
            add = AddUser(
                username=employee.username, display_name=employee.name, roles=frozenset({employee.role}), email=email
            )
            invited, password = await self.office.does(by, add), self.passwords[employee.username]

            async def accept() -> None:
                await self.office.stage.as_nobody(AcceptInvitation(token=Secret(invited.token), password=password))
                self.office.people[employee.username] = Member(employee, password, invited.user_id)

            self.office.at(self._now + self.office.chance.uniform(1, 6) * timedelta(hours=1), accept)

        return invite

    def adding(self, system: System) -> Callable[[Member], Awaitable[None]]:
        """A resource, its host key where there is one, and its accounts."""

        async def add(by: Member) -> None:
            wanted = AddResource(
                name=system.name, type=system.kind, address=system.address, description=system.description
            )
            place = Place(await self.office.does(by, wanted), system.name, system.kind, by.name)
            self.holdings.places.append(place)
            if place.kind is ResourceType.LINUX:
                place.pinned = True
                await self.office.does(by, PinHostKey(resource_id=place.id, host_key=_host_key(self.office.chance)))
            for name in system.logins:
                account = await self.office.does(by, AddAccount(resource_id=place.id, username=name))
                self.holdings.logins.append(Login(account, name, place))

        return add

    async def share(self, by: Member) -> None:
        """Something of his own with somebody who has nothing of it, one in five for a fortnight only."""
        thing = self._something_of(by)
        colleagues = [each for each in self.office.people.values() if each is not by and not each.gone]
        others = [each for each in colleagues if each.name not in thing.shares]
        if not others:
            return
        to, level = self.office.chance.choice(others), self.office.chance.choice(SHARED)
        until = self._now + FORTNIGHT if self.office.chance.random() < 0.2 else None
        on = OnResource(thing.id) if isinstance(thing, Place) else OnAccount(thing.id)
        await self.office.does(by, GrantAccess(thing=on, user_id=to.id, level=level, until=until))
        thing.shares[to.name] = (level, until)

    def _something_of(self, by: Member) -> Place | Login:
        place = self.office.chance.choice(self.holdings.owned(by.name))
        logins = [login for login in self.holdings.logins if login.place is place]
        return place if self.office.chance.random() < 0.6 else self.office.chance.choice(logins)

    async def _restart(self, runs: list[UUID], over: datetime) -> None:
        stage, last = self.office.stage, over >= self.office.ends
        for vault, channel, run in zip((stage.api, stage.worker), (Channel.API, Channel.WORKER), runs, strict=True):
            await stage.as_system(NoteStop(run_id=run, because="asked to"), vault, channel)
        if not last:
            stage.clock.turn(timedelta(seconds=4))
            await self.start()

    @property
    def _now(self) -> datetime:
        return self.office.stage.clock()


def _host_key(chance: Random) -> str:
    """Of no host that there is."""
    parts = (b"ssh-ed25519", chance.randbytes(32))
    return f"ssh-ed25519 {b64encode(b''.join(len(part).to_bytes(4) + part for part in parts)).decode()}"
