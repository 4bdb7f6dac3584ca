"""What changes in the company in the course of the year: shares end, accounts move, people leave."""

from __future__ import annotations

from dataclasses import dataclass

from commands.access import RevokeAccess
from commands.accounts import EditAccount
from commands.base import OnAccount, OnResource
from commands.demonstration.company import AUDITOR, LEAVER, LOGINS
from commands.demonstration.office import Member, Office
from commands.demonstration.rights import Holdings, Place
from commands.invitations import AcceptInvitation, InviteAgain
from commands.moves import MoveAccount
from commands.resources import TransferResource
from commands.settings import ChangePasswordPolicy, ChangeSettings
from commands.users import DisableUser, GiveScope
from domain.access import Scope
from domain.password_policies import Policy
from domain.resources import ResourceType
from domain.secrets import Secret
from domain.settings import Rules


@dataclass
class Changes:
    """Each is done by whoever is signed in."""

    office: Office
    holdings: Holdings

    async def revoke(self, by: Member) -> None:
        """A share that he gave, over by itself or not."""
        mine = [
            (thing, who)
            for thing, who in self.holdings.shared()
            if (thing.owner if isinstance(thing, Place) else thing.place.owner) == by.name
        ]
        if mine:
            thing, who = self.office.chance.choice(mine)
            on = OnResource(thing.id) if isinstance(thing, Place) else OnAccount(thing.id)
            await self.office.does(by, RevokeAccess(thing=on, user_id=self.office.people[who].id))
            del thing.shares[who]

    async def move(self, by: Member) -> None:
        """A service account goes along to another of his systems; not while a reset of it is under way."""
        places = self.holdings.owned(by.name)
        movable = [x for x in self.holdings.logins if x.place in places and x.name.startswith("svc-") and not x.busy]
        login = self.office.chance.choice([x for x in movable if x.name not in LOGINS[ResourceType.WINDOWS]])
        there = self.office.chance.choice([place for place in places if place is not login.place])
        await self.office.does(by, MoveAccount(account_id=login.id, resource_id=there.id))
        login.place = there

    async def describe(self, by: Member) -> None:
        mine = [login for login in self.holdings.logins if login.place.owner == by.name]
        login = self.office.chance.choice(mine)
        words = f"Used by the {self.office.chance.choice(('night', 'day', 'weekend'))} shift"
        await self.office.does(by, EditAccount(account_id=login.id, username=login.name, description=words))

    async def hand_over(self, by: Member) -> None:
        """A system gets another owner."""
        place = self.office.chance.choice(self.holdings.owned(by.name))
        owners = [name for name in ("jonas", "priya", "tomasz") if name != by.name]
        to = self.office.people[self.office.chance.choice(owners)]
        await self.office.does(by, TransferResource(resource_id=place.id, user_id=to.id))
        self.holdings.hand_over(place, to.name)

    async def set_rules(self, by: Member) -> None:
        await self.office.does(by, ChangeSettings(rules=Rules(session_hours=10)))
        await self.office.does(by, ChangePasswordPolicy(policy=Policy(length=28)))

    async def widen(self, by: Member) -> None:
        """The auditor may reach everything, until it is narrowed again."""
        await self.office.does(by, GiveScope(user_id=self.office.people[AUDITOR].id, scope=Scope.ALL))
        self.holdings.everywhere.add(AUDITOR)

    async def narrow(self, by: Member) -> None:
        await self.office.does(by, GiveScope(user_id=self.office.people[AUDITOR].id, scope=Scope.SHARED))
        self.holdings.everywhere.clear()

    async def part(self, by: Member) -> None:
        """Somebody leaves the company: shut out at once."""
        leaver = self.office.people[LEAVER]
        await self.office.does(by, DisableUser(user_id=leaver.id))
        leaver.gone = True

    async def forget(self, by: Member) -> None:
        """Somebody has forgotten his password, and gets another link for the one that he had."""
        member = self.office.people["elena"]
        invited = await self.office.does(by, InviteAgain(user_id=member.id))
        accept = AcceptInvitation(token=Secret(invited.token), password=member.password)
        await self.office.stage.as_nobody(accept)
