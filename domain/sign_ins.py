"""How a person proves who he is: his invitation, his own password, his failures, and what he has open."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain import ids, lockout
from domain.base import About, Aggregate, Author, Event, FirstEvent, Ocsf, Severity
from domain.errors import InvitationRefused
from domain.lockout import Failure
from domain.secrets import SealedSecret

_WRITERS = (Author.API, Author.SYSTEM)
FAMILIAR = 8
MOST_SESSIONS = 200


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time link: only the hash of its token is kept."""

    token_hash: bytes
    until: datetime


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that may still run; which of them do, they know themselves."""

    id: UUID
    ends_at: datetime


class SignIn(Aggregate):
    """Written at the door only, and guarded by nothing else: mistyping somebody's name must not stop his work."""

    TOPIC = "sign-in"

    def __init__(self, user_id: UUID, token_hash: bytes, until: datetime) -> None:
        self.user_id = user_id
        self.invitation: Invitation | None = Invitation(token_hash, until)
        self.verifier: SealedSecret | None = None
        self.failures: tuple[Failure, ...] = ()
        self.familiar: tuple[str, ...] = ()
        self.sessions: tuple[OpenSession, ...] = ()

    @staticmethod
    def create_id(user_id: UUID) -> UUID:
        return ids.derived("sign-in", user_id)

    @property
    def key_scope(self) -> UUID:
        return self.user_id

    def wait(self, network: str, now: datetime) -> timedelta:
        """How long `network` has to wait before this person may be tried again."""
        return lockout.wait(self.failures, network, network in self.familiar, now)

    def invite_again(self, token_hash: bytes, until: datetime) -> None:
        """A new link; the old one and the password are void."""
        self.trigger_event(self.InvitedAgain, token_hash=token_hash, until=until)

    def check_invitation(self, token_hash: bytes, now: datetime) -> Invitation:
        """The invitation that this token belongs to, or refuse."""
        if self.invitation is None or now >= self.invitation.until:
            raise InvitationRefused
        if not hmac.compare_digest(token_hash, self.invitation.token_hash):
            raise InvitationRefused
        return self.invitation

    def accept(self, token_hash: bytes, now: datetime, verifier: SealedSecret) -> None:
        """Use the invitation up: from now on the password behind `verifier` lets him in."""
        self.check_invitation(token_hash, now)
        self.trigger_event(self.InvitationAccepted, verifier=verifier)

    @property
    def surplus(self) -> tuple[OpenSession, ...]:
        """The sessions that have to end before one more begins, so that all of them can always be ended at once."""
        return self.sessions[: max(0, len(self.sessions) + 1 - MOST_SESSIONS)]

    def change_password(self, verifier: SealedSecret) -> None:
        self.trigger_event(self.PasswordChanged, verifier=verifier)

    def fail(self, network: str, now: datetime) -> None:
        """Somebody gave a wrong password for him; the fifth in a row from one network locks that network out."""
        own = [each for each in self.failures if each.network == network and now - each.at < lockout.WINDOW]
        self.trigger_event(self.Failed, network=network)
        if len(own) + 1 == lockout.LIMIT:
            self.trigger_event(self.Locked, network=network)

    def succeed(self, network: str, session_id: UUID, ends_at: datetime) -> None:
        self.trigger_event(self.Succeeded, network=network, session_id=session_id, ends_at=ends_at)

    class Invited(FirstEvent):
        """He may set a password with the token, once, until then."""

        TOPIC = "sign-in.invited"
        ABOUT = About("A user was sent an invitation", Ocsf.ACCOUNT_CHANGE, authors=_WRITERS)
        user_id: UUID
        token_hash: bytes
        until: datetime

    class InvitedAgain(Event):
        """A new token; what let him in before does so no longer."""

        TOPIC = "sign-in.invited-again"
        ABOUT = About("A user was sent a new invitation", Ocsf.ACCOUNT_CHANGE, Severity.MEDIUM, _WRITERS)
        token_hash: bytes
        until: datetime

        def apply(self, aggregate: SignIn) -> None:
            aggregate.invitation = Invitation(self.token_hash, self.until)
            aggregate.verifier = None

    class InvitationAccepted(Event):
        """He has set his password."""

        TOPIC = "sign-in.invitation-accepted"
        ABOUT = About("An invitation was accepted", Ocsf.ACCOUNT_CHANGE, authors=_WRITERS)
        verifier: SealedSecret

        def apply(self, aggregate: SignIn) -> None:
            aggregate.invitation = None
            aggregate.verifier = self.verifier
            aggregate.failures = ()

    class PasswordChanged(Event):
        """He has changed his own password."""

        TOPIC = "sign-in.password-changed"
        ABOUT = About("A user changed his own password", Ocsf.ACCOUNT_CHANGE, Severity.LOW)
        verifier: SealedSecret

        def apply(self, aggregate: SignIn) -> None:
            aggregate.verifier = self.verifier

    class Failed(Event):
        """A wrong password was given for him, from a network and not from an address."""

        TOPIC = "sign-in.failed"
        ABOUT = About("A sign-in failed", Ocsf.AUTHENTICATION, Severity.LOW, personal=("network",))
        network: str

        def apply(self, aggregate: SignIn) -> None:
            aggregate.failures = lockout.noted(aggregate.failures, Failure(self.network, self.timestamp))

    class Locked(Event):
        """That network is locked out of his name for a while; it ends by itself."""

        TOPIC = "sign-in.locked"
        ABOUT = About("A network was locked out of a name", Ocsf.AUTHENTICATION, Severity.HIGH, personal=("network",))
        network: str

    class Succeeded(Event):
        """He has signed in. What had failed from his network is forgiven."""

        TOPIC = "sign-in.succeeded"
        ABOUT = About("A user signed in", Ocsf.AUTHENTICATION, personal=("network",))
        network: str
        session_id: UUID
        ends_at: datetime

        def apply(self, aggregate: SignIn) -> None:
            aggregate.failures = tuple(each for each in aggregate.failures if each.network != self.network)
            others = [network for network in aggregate.familiar if network != self.network]
            aggregate.familiar = (*others, self.network)[-FAMILIAR:]
            running = [each for each in aggregate.sessions if each.ends_at > self.timestamp]
            aggregate.sessions = (*running, OpenSession(self.session_id, self.ends_at))[-MOST_SESSIONS:]
