"""The first minutes of a vault: its genesis, the roles that are built in, the first administrator."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from commands import naming
from commands.base import Command
from commands.invitations import NewInvitation, draft, read_token, verifier_of
from commands.seats import keep_seats
from commands.users import invite
from commands.work import Work
from domain import ids
from domain.access import ADMINISTRATOR, BUILT_IN_ROLES, Operation
from domain.administrators import Administrators
from domain.logs import FORMAT, Log
from domain.names import NameKind
from domain.passwords import check_own_password
from domain.roles import Role
from domain.secrets import Secret
from domain.sign_ins import SignIn
from domain.users import User


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp(Command[NewInvitation | None]):
    """Make a log a vault; on one that is, only see that its roots and roles are ours.

    As long as no administrator can sign in it answers with a new link for the first one, unless his password is given.
    """

    log_id: UUID
    product_version: str
    event_root: bytes
    secret_root: bytes
    username: str = "admin"
    display_name: str = "Administrator"
    password: Secret | None = None

    needs = Operation.SYSTEM_SET_UP

    async def execute(self, work: Work) -> NewInvitation | None:
        await self._open_log(work)
        await _define_roles(work)
        if await work.find(Administrators, Administrators.create_id()) is not None:
            return None
        invitation = await self._invite_first(work)
        if self.password is None:
            return invitation
        await self._accept(work, invitation, self.password)
        return None

    async def _open_log(self, work: Work) -> None:
        log = await work.find(Log, Log.create_id(self.log_id))
        if log is not None:
            log.check_roots(self.event_root, self.secret_root)
        else:
            work.add(Log(self.log_id, FORMAT, self.product_version, self.event_root, self.secret_root))

    async def _invite_first(self, work: Work) -> NewInvitation:
        """A link for the first administrator; an earlier one that nobody used is void."""
        known = await naming.holder_of(work, NameKind.USERNAME, self.username)
        if known is None:
            roles = frozenset({ADMINISTRATOR})
            return await invite(work, User.invite(ids.new(), self.username, self.display_name, None, roles))
        invitation = await draft(work, known)
        sign_in = await work.get(SignIn, SignIn.create_id(known))
        sign_in.invite_again(invitation.token_hash, invitation.shown.until)
        return invitation.shown

    async def _accept(self, work: Work, invitation: NewInvitation, password: Secret) -> None:
        check_own_password(password, self.username)
        user = await work.get(User, invitation.user_id)
        sign_in = await work.get(SignIn, SignIn.create_id(user.id))
        _, token_hash = read_token(Secret(invitation.token))
        sign_in.accept(token_hash, work.now, await verifier_of(work, password, sign_in.id, user.id))
        user.activate()
        await keep_seats(work, user)


async def _define_roles(work: Work) -> None:
    """Have the built-in roles mean what this release says."""
    for name, operations in BUILT_IN_ROLES.items():
        role = await work.find(Role, Role.create_id(name))
        if role is None:
            work.add(Role(name, operations))
        else:
            role.redefine(operations)
