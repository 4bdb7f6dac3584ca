"""Every refusal of the domain and its commands: named as a sentence, saying nothing of HTTP."""

from __future__ import annotations

from typing import ClassVar


class StrongroomError(Exception):
    """What Strongroom would not or could not do; `title` is constant, the message is about this case."""

    title: ClassVar[str] = "Refused"

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail or self.title)

    @property
    def detail(self) -> str:
        return str(self.args[0])


class Unauthenticated(StrongroomError):
    """Nobody proved who he is."""

    title = "Sign in first"


class SignInRefused(Unauthenticated):
    """One answer for a wrong name, a wrong password and a disabled user."""

    title = "The name or the password is wrong"


class SessionEnded(Unauthenticated):
    title = "Your session has ended"


class InvitationRefused(Unauthenticated):
    """One answer for an invitation that is unknown, used, replaced or too old."""

    title = "This invitation is not valid any more"


class Refused(StrongroomError):
    """A known actor asked for what he may not do."""

    title = "You may not do that"


class ReasonRequired(Refused):
    title = "A reason is required"


class NotOnYourself(Refused):
    title = "You cannot do this to yourself"


class TooManyAttempts(StrongroomError):
    """Slowed down: `retry_after` is in seconds."""

    title = "Too many attempts"

    def __init__(self, retry_after: float, detail: str | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class NotFound(StrongroomError):
    """Absent, or not yours to know of: the two are one."""

    title = "There is no such thing"


class Shredded(NotFound):
    """It was forgotten for good: its data keys are deleted, and nobody can bring it back."""

    title = "This was forgotten for good"


class Conflict(StrongroomError):
    """It does not fit the present state."""

    title = "This does not fit the present state"


class NotProvedYet(Conflict):
    """It is recorded, and no checkpoint covers it: the signer is a second behind, or nobody signs this log."""

    title = "This event is not signed yet"


class NameTaken(Conflict):
    title = "This name is taken"


class LastAdministrator(Conflict):
    """Without him nobody could administer the vault."""

    title = "This is the last administrator who can sign in"


class ResetAlreadyOpen(Conflict):
    title = "A reset of this account is already open"


class ResetEnded(Conflict):
    title = "This reset has ended"


class ProbeEnded(Conflict):
    title = "This look has ended"


class ProbeRunning(Conflict):
    title = "A worker is looking at this already"


class ProbedTooSoon(Conflict):
    """Resources count logins, and lock accounts by them."""

    title = "It was tried a moment ago"


class ResetNotInDoubt(Conflict):
    title = "This reset is not in doubt"


class ResetUncertain(Conflict):
    """The new password may already hold on the resource: only a login can tell."""

    title = "This reset cannot be said to have failed"


class AttemptRunning(Conflict):
    title = "Another attempt is still running"


class AttemptSuperseded(Conflict):
    title = "Another attempt has taken over"


class HelperBusy(Conflict):
    """The account that this works with has a password in motion itself."""

    title = "An account that this needs is being reset itself"


class Stale(StrongroomError):
    """`If-Match` names an older version."""

    title = "It has changed since you read it"


class Invalid(StrongroomError):
    """Well formed, but it breaks a rule; `field` is where."""

    title = "This breaks a rule"

    def __init__(self, detail: str, field: str | None = None) -> None:
        super().__init__(detail)
        self.field = field


class Unavailable(StrongroomError):
    """A key or a server is missing."""

    title = "Strongroom cannot do this just now"


class Contended(Unavailable):
    """What the decision rests on moved three times meanwhile; not a refusal."""

    title = "Too many changes at once"


class OutcomeUnknown(Unavailable):
    """The log's server went away in the middle of the append; the Idempotency-Key settles it later."""

    title = "It is not known whether this was done"


class Busy(Unavailable):
    """The queue for appends is full; `Retry-After` is one second."""

    title = "Too much at once"


class ReadOnly(Unavailable):
    """The log is not what its signer signed: nothing is recorded, and so nothing is shown, until it was recovered."""

    title = "The vault is read-only"


class AwaitingProof(Unavailable):
    """It takes effect only once a checkpoint covers it on which the witnesses agreed, and there is none yet."""

    title = "This waits for its witnesses"


class WrongRoots(Unavailable):
    """The key files are not those that this log was opened with."""

    title = "These are not the roots of this log"


class LogForked(Unavailable):
    """The log is not the one that this process knew: it serves nothing any more."""

    title = "The event log has been set back"


class Unreadable(Unavailable):
    """An event could not be opened: its key was shredded, or somebody has tampered."""

    title = "A record cannot be read"
