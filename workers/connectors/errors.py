"""Why a resource could not be reached, did not let us in, or did not take a password."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class Phase(StrEnum):
    """What is known of the password on the resource when something failed."""

    BEFORE = "before"
    """It is the old one for certain: the new one was never handed over, or was turned down."""
    MAYBE = "maybe"
    """It may be either: only a login can tell."""
    AFTER = "after"
    """The resource said that it took the new one, and yet that is not proved."""


class TargetError(Exception):
    """A resource said no. The words are ours alone: a server's own could carry a secret into the log."""

    because: ClassVar[str]

    def __init__(self, detail: str = "", phase: Phase = Phase.BEFORE) -> None:
        super().__init__(f"{self.because}: {detail}." if detail else f"{self.because}.")
        self.detail = detail
        self.phase = phase

    def at(self, phase: Phase) -> TargetError:
        """The same failure, met at another phase."""
        return type(self)(self.detail, phase)


class Unreachable(TargetError):
    because = "The resource cannot be reached"


class HungUp(TargetError):
    because = "The resource ended the connection before any password was sent"


class NameUnknown(TargetError):
    because = "The resource's name does not lead to an address"


class NotSsh(TargetError):
    because = "What answers there does not speak SSH"


class UnsafeKey(TargetError):
    because = "The resource's host key is not of a kind that is still safe"


class HostKeyNotPinned(TargetError):
    because = "Nobody has pinned the host key of this resource yet"


class HostKeyRefused(TargetError):
    because = "The host key is not the pinned one, so no password was sent"


class NothingInCommon(TargetError):
    because = "The resource offers no cryptography that is still safe"


class LoginRefused(TargetError):
    """A wrong password and a locked account look the same from outside, on purpose."""

    because = "The login was refused: the password is wrong, or the account is locked"


class AccountClosed(TargetError):
    because = "The resource closed the connection as soon as it had the password: the account may have expired"


class NoTerminal(TargetError):
    because = "The resource gives this account no terminal to change its password on"


class NotUnderstood(TargetError):
    because = "The resource asked something unknown, and was not answered"


class CannotBeCarried(TargetError):
    because = "This cannot be carried to the resource unchanged"


class CurrentRefused(TargetError):
    because = "The resource let the account in but did not take its current password again"


class PasswordRefused(TargetError):
    because = "The resource's rules refused the new password"


class NotChanged(TargetError):
    because = "The resource did not change the password"


class TimedOut(TargetError):
    because = "The resource did not answer in time"


class CutOff(TargetError):
    because = "The connection broke"


class NotTaken(TargetError):
    because = "The resource said that it took the new password, but refuses a login with it"


class HelperRefused(TargetError):
    because = "The resource refused the password of an account that this works with, and no reset tries it again"


class HelperHeld(TargetError):
    because = "The resource refused the password of an account that this works with before, so it was not tried"


class NotElevated(TargetError):
    """Not a refused password: nothing was guessed."""

    because = "The account that this works with may not set the passwords of others"


class NotProved(TargetError):
    because = (
        "The resource took the new password, but lets the account in over SSH with none, and su could not be asked"
    )


class Unclear(TargetError):
    """Neither right nor wrong: SSH may refuse this account whatever its password is."""

    because = "Neither su nor a login could tell whether the password is right"


class HelperChanged(TargetError):
    because = "The password of an account that this works with was changed at the same moment"


class KeyRefused(TargetError):
    because = "The resource refused the SSH key of an account that this works with"


class WayBroken(TargetError):
    because = "The resource cannot be reached in the way that was set up"


class HopRefused(TargetError):
    because = "A host on the way to the resource does not let us on to it"
