"""Invitations: how a person comes to a password that nobody else ever knew."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from commands.base import Command
from commands.seats import keep_seats
from commands.sessions import end_sessions
from commands.work import Work
from domain.access import Operation
from domain.errors import InvitationRefused
from domain.ids import folded
from domain.notices import Notice, NoticeKind
from domain.passwords import check_own_password
from domain.secrets import SealedSecret, Secret
from domain.sessions import EndedBecause
from domain.sign_ins import SignIn
from domain.users import User

VALID = timedelta(hours=72)
SIZE = 32
VERIFIER = "verifier"
"""The field that verifiers are sealed for."""


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """A one-time link's token: shown once, kept nowhere."""

    user_id: UUID
    token: str = field(repr=False)
    until: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """An invitation about to be recorded: of its token only the hash."""

    shown: NewInvitation
    token_hash: bytes


async def draft(work: Work, user_id: UUID) -> Draft:
    """A fresh token for `user_id`."""
    raw = await work.random.bytes(SIZE)
    token = f"{user_id}.{urlsafe_b64encode(raw).rstrip(b'=').decode()}"
    return Draft(NewInvitation(user_id, token, work.now + VALID), sha256(raw).digest())


async def verifier_of(work: Work, password: Secret, sign_in_id: UUID, user_id: UUID) -> SealedSecret:
    """A person's password as the log keeps it: hashed slowly, and the hash under seal."""
    hashed = await work.logins.hash(password)
    return await work.sealer.seal(Secret(hashed), sign_in_id, VERIFIER, user_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptInvitation(Command[str]):
    """Set the first password with a one-time token; answers with the username to sign in with."""

    token: Secret
    password: Secret
    username: str | None = None

    needs = None

    async def execute(self, work: Work) -> str:
        user_id, token_hash = read_token(self.token)
        user, sign_in = await self._invited(work, user_id, token_hash)
        check_own_password(self.password, user.username)
        sign_in.accept(token_hash, work.now, await verifier_of(work, self.password, sign_in.id, user.id))
        user.activate()
        await keep_seats(work, user)
        return user.username

    async def _invited(self, work: Work, user_id: UUID, token_hash: bytes) -> tuple[User, SignIn]:
        user = await work.find(User, user_id)
        sign_in = await work.find(SignIn, SignIn.create_id(user_id))
        if user is None or sign_in is None or user.disabled:
            raise InvitationRefused
        work.until(sign_in.check_invitation(token_hash, work.now).until)
        if self.username is not None and folded(self.username.strip()) != folded(user.username):
            raise InvitationRefused
        return user, sign_in


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteAgain(Command[NewInvitation]):
    """Let a user set a new password: whatever let him in before is void, his sessions included."""

    user_id: UUID

    needs = Operation.USER_INVITE

    async def execute(self, work: Work) -> NewInvitation:
        user = await work.get(User, self.user_id)
        user.invite_again(by=work.caller.id)
        await end_sessions(work, user.id, EndedBecause.USER_INVITED_AGAIN)
        invitation = await draft(work, user.id)
        sign_in = await work.get(SignIn, SignIn.create_id(user.id))
        sign_in.invite_again(invitation.token_hash, invitation.shown.until)
        await keep_seats(work, user)
        work.add(Notice(NoticeKind.USER_INVITED, user.id, user.id))
        return invitation.shown


def read_token(token: Secret) -> tuple[UUID, bytes]:
    """The user and the hash of his token, or refuse: one spelling only."""
    user, _, encoded = token.reveal().partition(".")
    try:
        raw = urlsafe_b64decode(f"{encoded}=")
        user_id = UUID(user)
    except (binascii.Error, ValueError):
        raise InvitationRefused from None
    if len(raw) != SIZE or str(user_id) != user:
        raise InvitationRefused
    return user_id, sha256(raw).digest()
