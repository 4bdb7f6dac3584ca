"""Sharing resources and accounts with people, and taking shares back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commands.authorisation import resource_of
from commands.base import Command, OnAccount, Thing
from commands.work import Work
from domain.access import Level, Operation, Subject, SubjectKind
from domain.access_lists import AccessList, ObjectKind
from domain.errors import Invalid, NotFound, Stale
from domain.notices import Notice, NoticeKind
from domain.users import User


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantAccess(Command[None]):
    """Share a thing with a user, or change his share. A narrower share decides, even when it is lower (SHR-2)."""

    thing: Thing
    user_id: UUID
    level: Level
    until: datetime | None = None
    expected_version: int | None = None
    """Of the list that the caller has read; 0 when there was none."""

    needs = Operation.ACCESS_CHANGE

    def object(self) -> Thing:
        return self.thing

    async def execute(self, work: Work) -> None:
        self._check_end(work)
        await self._check_version(work)
        await self._check_user(work)
        shares = await _list_of(work, self.thing)
        if shares.owner is None and await _owns(work, self.thing, self.user_id):
            raise Invalid("He owns it already.", "user_id")
        shares.grant(Subject(SubjectKind.USER, self.user_id), self.level, self.until, by=work.caller.id)
        if shares.pending_events:
            work.add(Notice(NoticeKind.SHARE_GIVEN, self.user_id, self.thing.id))

    def _check_end(self, work: Work) -> None:
        """It must lie ahead; and nobody gives away what he himself has for a shorter time."""
        if self.until is not None and self.until <= work.now:
            raise Invalid("The end must lie in the future.", "until")
        own = work.access.until
        if own is not None and (self.until is None or self.until > own):
            raise Invalid("Your own share ends earlier than that.", "until")
        work.until(self.until)

    async def _check_version(self, work: Work) -> None:
        if self.expected_version is not None:
            found = await work.find(AccessList, AccessList.create_id(self.thing.id))
            if self.expected_version != (0 if found is None else found.version):
                raise Stale

    async def _check_user(self, work: Work) -> None:
        user = await work.find(User, self.user_id)
        if user is None or user.disabled:
            raise Invalid("There is no such user.", "user_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeAccess(Command[None]):
    """End a user's share. A wider one that it hid decides from then on, even when that is higher (SHR-2)."""

    thing: Thing
    user_id: UUID

    needs = Operation.ACCESS_CHANGE

    def object(self) -> Thing:
        return self.thing

    async def execute(self, work: Work) -> None:
        shares = await work.find(AccessList, AccessList.create_id(self.thing.id))
        if shares is None:
            raise NotFound
        shares.revoke(Subject(SubjectKind.USER, self.user_id), by=work.caller.id)


async def _list_of(work: Work, thing: Thing) -> AccessList:
    """The list of `thing`; an account's is opened when it is first needed, and its resource is told of it."""
    found = await work.find(AccessList, AccessList.create_id(thing.id))
    if found is not None:
        return found
    opened = AccessList(thing.id, ObjectKind.ACCOUNT, None)
    work.add(opened)
    (await _list_of_resource(work, thing)).note_narrower(thing.id)
    return opened


async def _owns(work: Work, thing: Thing, user_id: UUID) -> bool:
    return (await _list_of_resource(work, thing)).owner == user_id


async def _list_of_resource(work: Work, thing: Thing) -> AccessList:
    """The list where the owner of `thing` stands."""
    resource_id = await resource_of(work, thing.id) if isinstance(thing, OnAccount) else thing.id
    return await work.get(AccessList, AccessList.create_id(resource_id))
