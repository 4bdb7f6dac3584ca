"""Users: adding them, what they may do, and whether they may at all. Nobody does any of it to himself."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from commands import naming
from commands.base import Command
from commands.checks import unchanged
from commands.invitations import NewInvitation, draft
from commands.seats import keep_seats
from commands.sessions import end_sessions
from commands.work import Work
from domain import ids
from domain.access import Operation, Scope
from domain.administrators import Administrators
from domain.errors import Invalid
from domain.names import NameKind
from domain.notices import Notice, NoticeKind
from domain.roles import Role
from domain.sessions import EndedBecause
from domain.sign_ins import SignIn
from domain.users import User


async def existing(work: Work, roles: frozenset[str]) -> frozenset[str]:
    """`roles`, if there are such."""
    for name in sorted(roles):
        if await work.find(Role, Role.create_id(name)) is None:
            raise Invalid(f"There is no role “{name}”.", "roles")
    return roles


async def invite(work: Work, user: User) -> NewInvitation:
    """Take up a new user, with his name and his invitation."""
    work.add(user)
    await naming.claim(work, NameKind.USERNAME, user.username, user.id)
    invitation = await draft(work, user.id)
    work.add(SignIn(user.id, invitation.token_hash, invitation.shown.until))
    return invitation.shown


@dataclass(frozen=True, slots=True, kw_only=True)
class AddUser(Command[NewInvitation]):
    """Add a user, who sets his own password with the invitation that this answers with."""

    username: str
    display_name: str
    roles: frozenset[str]
    email: str | None = None

    needs = Operation.USER_ADD

    async def execute(self, work: Work) -> NewInvitation:
        roles = await existing(work, self.roles)
        user = User.invite(ids.new(), self.username, self.display_name, self.email, roles)
        invitation = await invite(work, user)
        work.add(Notice(NoticeKind.USER_INVITED, user.id, user.id))
        return invitation


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeProfile(Command[None]):
    """Change how a user is shown and where notices reach him."""

    user_id: UUID
    display_name: str
    email: str | None
    expected_version: int | None = None

    needs = Operation.USER_ADD

    async def execute(self, work: Work) -> None:
        user = await work.get(User, self.user_id)
        unchanged(user, self.expected_version)
        user.change_profile(self.display_name, self.email)


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveRoles(Command[None]):
    """Give a user these roles and no others."""

    user_id: UUID
    roles: frozenset[str]
    expected_version: int | None = None

    needs = Operation.USER_ROLES

    async def execute(self, work: Work) -> None:
        user = await work.get(User, self.user_id)
        unchanged(user, self.expected_version)
        user.give_roles(await existing(work, self.roles), by=work.caller.id)
        await keep_seats(work, user)


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveScope(Command[None]):
    """Say how far a user's operations reach. Every administrator is told."""

    user_id: UUID
    scope: Scope
    expected_version: int | None = None

    needs = Operation.USER_ROLES

    async def execute(self, work: Work) -> None:
        user = await work.get(User, self.user_id)
        unchanged(user, self.expected_version)
        user.give_scope(self.scope, by=work.caller.id)
        seats = await work.find(Administrators, Administrators.create_id())
        for administrator in sorted(seats.seated) if seats is not None and user.pending_events else ():
            work.add(Notice(NoticeKind.SCOPE_GIVEN, administrator, user.id))


@dataclass(frozen=True, slots=True, kw_only=True)
class DisableUser(Command[None]):
    """Shut a user out at once, his open sessions included."""

    user_id: UUID

    needs = Operation.USER_DISABLE

    async def execute(self, work: Work) -> None:
        user = await work.get(User, self.user_id)
        user.disable(by=work.caller.id)
        await end_sessions(work, user.id, EndedBecause.USER_DISABLED)
        await keep_seats(work, user)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnableUser(Command[None]):
    """Let a disabled user sign in again, with the password and the shares he had."""

    user_id: UUID

    needs = Operation.USER_DISABLE

    async def execute(self, work: Work) -> None:
        user = await work.get(User, self.user_id)
        user.enable()
        await keep_seats(work, user)
