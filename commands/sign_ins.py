"""Signing in, and proving again who one is. Whatever goes wrong at the door looks the same from outside."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from commands import naming
from commands.base import Caller, Command, Done
from commands.invitations import VERIFIER, verifier_of
from commands.queries import TurnAway
from commands.sessions import end_sessions
from commands.vault import Vault
from commands.work import Work
from domain import ids, lockout
from domain.access import Operation
from domain.errors import Invalid, SignInRefused, TooManyAttempts
from domain.lockout import Failure
from domain.names import NameKind
from domain.passwords import check_own_password
from domain.secrets import Secret
from domain.sessions import EndedBecause, Session
from domain.settings import Settings, rules_of
from domain.sign_ins import SignIn
from domain.users import User

SIZE = 32


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has just begun. `token` is shown once: 16 bytes of the session's id and 32 of chance."""

    session_id: UUID
    user_id: UUID
    token: bytes = field(repr=False)
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInWithPassword(Command[SignedIn]):
    """Begin a session. A name that nobody has costs the same readings and the same slow hash as one that is known.

    Failures are recorded in the person's SignIn, for the caller's network; `loopback` says that he sits at the machine.
    """

    username: str
    password: Secret
    address: str
    agent: str | None = None
    loopback: bool = False

    needs = None

    async def execute(self, work: Work) -> SignedIn:
        user_id = await self._user_id(work)
        user = await work.find(User, user_id)
        sign_in = await work.find(SignIn, SignIn.create_id(user_id))
        right = await matches(work, sign_in, self.password)
        if user is None or sign_in is None or self._locked(work, user, sign_in):
            raise SignInRefused
        session = await self._prepare(work, user)
        if right and user.active:
            await self._begin(work, sign_in, session)
        else:
            sign_in.fail(work.caller.source, work.now)
            work.refuse(SignInRefused())
        return session

    async def _user_id(self, work: Work) -> UUID:
        """Whose name it is; for nobody's, an id under which there is nothing."""
        name = _encodable(self.username).strip()
        return await naming.holder_of(work, NameKind.USERNAME, name) or work.reserved("nobody", name)

    def _locked(self, work: Work, user: User, sign_in: SignIn) -> bool:
        """Whether this network has to wait; an administrator at the machine itself never has to."""
        if self.loopback and user.administers:
            return False
        wait = sign_in.wait(work.caller.source, work.now)
        return wait > timedelta(0)

    async def _prepare(self, work: Work, user: User) -> SignedIn:
        """What the session would be; it begins only if all is right."""
        session_id = ids.new()
        token = session_id.bytes + await work.random.bytes(SIZE)
        rules = rules_of(await work.find(Settings, Settings.create_id()))
        return SignedIn(session_id, user.id, token, work.now + timedelta(hours=rules.session_hours))

    async def _begin(self, work: Work, sign_in: SignIn, begun: SignedIn) -> None:
        for surplus in sign_in.surplus:
            (await work.get(Session, surplus.id)).end(EndedBecause.DISPLACED)
        work.add(
            Session(
                id=begun.session_id,
                user_id=begun.user_id,
                token_hash=sha256(begun.token).digest(),
                address=self.address,
                agent=self.agent,
                ends_at=begun.ends_at,
            )
        )
        sign_in.succeed(work.caller.source, begun.session_id, begun.ends_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmSession(Command[None]):
    """Prove again, within a session, who one is."""

    password: Secret

    needs = Operation.OWN_SESSIONS

    async def execute(self, work: Work) -> None:
        sign_in = await work.get(SignIn, SignIn.create_id(work.caller.id))
        if await proved(work, sign_in, self.password, "password") and work.caller.session is not None:
            (await work.get(Session, work.caller.session)).confirm()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOwnPassword(Command[None]):
    """Change one's own password; all other sessions end, for one of them may be the reason."""

    current: Secret
    new: Secret

    needs = Operation.OWN_PASSWORD

    async def execute(self, work: Work) -> None:
        user = await work.get(User, work.caller.id)
        check_own_password(self.new, user.username, "new_password")
        if self.new == self.current:
            raise Invalid("The new password is the old one.", "new_password")
        sign_in = await work.get(SignIn, SignIn.create_id(user.id))
        if await proved(work, sign_in, self.current, "current_password"):
            sign_in.change_password(await verifier_of(work, self.new, sign_in.id, user.id))
            await end_sessions(work, user.id, EndedBecause.PASSWORD_CHANGED, but=work.caller.session)


async def matches(work: Work, sign_in: SignIn | None, password: Secret) -> bool:
    """Whether it is his password; nobody's costs the same and is never right."""
    verifier = None
    if sign_in is not None and sign_in.verifier is not None:
        verifier = (await work.sealer.open(sign_in.verifier, sign_in.id, VERIFIER)).reveal()
    return await work.logins.verify(verifier, Secret(_encodable(password.reveal())))


async def proved(work: Work, sign_in: SignIn, password: Secret, said_in: str) -> bool:
    """Whether somebody signed in knows his password; failures count as they do at the door, and are recorded."""
    network = work.caller.source
    if (wait := sign_in.wait(network, work.now)) > timedelta(0):
        raise TooManyAttempts(wait.total_seconds())
    if await matches(work, sign_in, password):
        return True
    sign_in.fail(network, work.now)
    work.refuse(Invalid("This is not your password.", said_in))
    return False


class Door:
    """Where people come in. It slows a network down for a name whether or not somebody has that name.

    What the log knows of failures holds everywhere, but only of people who exist; so its answer is the same as to a
    wrong password. This process's memory covers every name, and may therefore say how long to wait.
    """

    def __init__(self, vault: Vault, limit: int = 10_000) -> None:
        self._vault = vault
        self._limit = limit
        self._failures: OrderedDict[tuple[bytes, str], tuple[Failure, ...]] = OrderedDict()

    async def sign_in(self, command: SignInWithPassword, caller: Caller) -> Done[SignedIn]:
        """Carry `command` out, unless its network has to wait."""
        key = (sha256(ids.folded(_encodable(command.username).strip()).encode()).digest(), caller.source)
        if not command.loopback:
            await self._check(key, caller)
        try:
            done = await self._vault.execute(command, caller)
        except SignInRefused:
            self._note(key, caller)
            raise
        self._failures.pop(key, None)
        return done

    async def _check(self, key: tuple[bytes, str], caller: Caller) -> None:
        now = self._vault.look(caller).now
        wait = lockout.wait(self._failures.get(key, ()), caller.source, False, now)
        if wait > timedelta(0):
            await self._vault.execute(TurnAway(TooManyAttempts(wait.total_seconds())), caller)

    def _note(self, key: tuple[bytes, str], caller: Caller) -> None:
        failure = Failure(caller.source, self._vault.look(caller).now)
        self._failures[key] = lockout.noted(self._failures.get(key, ()), failure)
        self._failures.move_to_end(key)
        if len(self._failures) > self._limit:
            self._failures.popitem(last=False)


def _encodable(text: str) -> str:
    """Broken surrogates can be nobody's name or password, but must not break anything either."""
    return text.encode("utf-8", "replace").decode()
