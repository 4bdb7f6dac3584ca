"""What people do with accounts once they are in: what they may, and now and then what they may not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from commands.accounts import ChangePassword
from commands.demonstration.office import Member, Office
from commands.demonstration.repairs import Repairs
from commands.demonstration.rights import Holdings, Login
from commands.disclosures import DisclosePassword
from commands.resets import OpenReset
from domain.access import Level
from domain.disclosures import Purpose
from domain.errors import NotFound, Refused
from domain.resources import ResourceType

MemberDeed = Callable[[Member], Awaitable[None]]


@dataclass
class Deeds:
    """Each picks an account by chance among those that fit; where none does, nothing happens."""

    office: Office
    holdings: Holdings
    repairs: Repairs

    def of_a_visit(self) -> list[MemberDeed]:
        """What one visit is for: mostly to see a password or two."""
        kinds: list[MemberDeed] = [self.see, self.change, self.reset, self.look_back, self.pry, self.overreach]
        return self.office.chance.choices(kinds, (70, 8, 13, 3, 3, 3), k=self.office.chance.randint(1, 4))

    async def see(self, member: Member) -> None:
        if (login := self._pick(self.holdings.open_to(member.name, Level.VIEW, self._now))) is not None:
            purpose = self.office.chance.choice(list(Purpose))
            await self.office.does(member, DisclosePassword(account_id=login.id, purpose=purpose), why=True)

    async def look_back(self, member: Member) -> None:
        """The password of before, as a restored backup still has it."""
        if (login := self._pick(self.holdings.open_to(member.name, Level.VIEW, self._now))) is not None:
            look = DisclosePassword(account_id=login.id, purpose=Purpose.VIEW, number=1)
            await self.office.does(member, look, why=True)

    async def change(self, member: Member) -> None:
        login = self._pick(self.holdings.open_to(member.name, Level.MODIFY, self._now))
        if login is not None and not login.busy:
            await self.office.does(member, ChangePassword(account_id=login.id), why=True)

    async def reset(self, member: Member) -> None:
        mine = self.holdings.open_to(member.name, Level.MODIFY, self._now)
        if (login := self._pick([login for login in mine if login.place.pinned and not login.busy])) is not None:
            login.busy = True
            reset = await self.office.does(member, OpenReset(account_id=login.id), why=True)
            await self.repairs.carry_out(reset, login)

    async def pry(self, member: Member) -> None:
        """Into what is none of his business: it is not there for him."""
        if (login := self._pick(self.holdings.closed_to(member.name, self._now))) is not None:
            with suppress(NotFound):
                await self.office.does(member, DisclosePassword(account_id=login.id, purpose=Purpose.VIEW), why=True)

    async def overreach(self, member: Member) -> None:
        """A reset of what was shared for looking only, or a password without a reason."""
        mine = self.holdings.open_to(member.name, Level.VIEW, self._now)
        most = self.holdings.open_to(member.name, Level.MODIFY, self._now)
        small = [login for login in mine if login not in most and login.place.kind is ResourceType.LINUX]
        with suppress(Refused):
            if (login := self._pick(small)) is not None:
                await self.office.does(member, OpenReset(account_id=login.id), why=True)
            elif (login := self._pick(mine)) is not None:
                await self.office.does(member, DisclosePassword(account_id=login.id, purpose=Purpose.COPY))

    @property
    def _now(self) -> datetime:
        return self.office.stage.clock()

    def _pick(self, among: list[Login]) -> Login | None:
        return self.office.chance.choice(among) if among else None
