"""Accounts: privileged logins on resources, every password they have had, and the reset that is under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from domain import text
from domain.base import About, Aggregate, Author, Event, FirstEvent, Ocsf, Severity
from domain.errors import Conflict, Invalid, NotFound, ResetAlreadyOpen
from domain.secrets import SealedSecret

PASSWORD = "password"
"""The field that an account's passwords and candidates are sealed for."""
_WORKER = (Author.WORKER,)
BETWEEN_LOGINS = timedelta(seconds=60)
"""After a login that was refused, or may have been: resources count, and lock. It holds for the account, whichever
password the vault has by then: who may change that could else have one after the other tried."""


class Cause(StrEnum):
    """How a password came into the vault."""

    ADDED = "added"
    CHANGED = "changed"
    RESET = "reset"


class ResetState(StrEnum):
    NONE = "none"
    OPEN = "open"
    IN_DOUBT = "in_doubt"


@dataclass(frozen=True, slots=True)
class Password:
    """One of the passwords an account has had; the highest number is the present one."""

    number: int
    secret: SealedSecret
    cause: Cause


class Account(Aggregate):
    """One login. All its passwords are kept: a backup of the resource may still know an old one."""

    TOPIC = "account"

    def __init__(self, id: UUID, resource_id: UUID, username: str, description: str, password: SealedSecret) -> None:
        self.resource_id = resource_id
        self.username = username
        self.description = description
        self.passwords: tuple[Password, ...] = (Password(1, password, Cause.ADDED),)
        self.reset_id: UUID | None = None
        self.failed_reset_id: UUID | None = None
        self.in_doubt = False

    @classmethod
    def describe(cls, id: UUID, resource_id: UUID, username: str, description: str, password: SealedSecret) -> Account:
        """A new account, as far as its description is fit to be kept."""
        return cls(
            id=id,
            resource_id=resource_id,
            username=text.name_of(username, "username"),
            description=text.description_of(description),
            password=password,
        )

    @property
    def key_scope(self) -> UUID:
        return self.id

    @property
    def password(self) -> Password:
        """The one that is believed to work."""
        return self.passwords[-1]

    @property
    def reset_state(self) -> ResetState:
        if self.reset_id is None:
            return ResetState.NONE
        return ResetState.IN_DOUBT if self.in_doubt else ResetState.OPEN

    def numbered(self, number: int) -> Password:
        """The password with this number, or NotFound."""
        if not 1 <= number <= len(self.passwords):
            raise NotFound
        return self.passwords[number - 1]

    def edit(self, username: str, description: str) -> None:
        """Describe it anew. While a reset runs its login name stands still: the worker is using it."""
        name, words = text.name_of(username, "username"), text.description_of(description)
        if name != self.username:
            self._check_no_reset()
        if (name, words) != (self.username, self.description):
            self.trigger_event(self.Edited, username=name, description=words)

    def move(self, to_id: UUID) -> None:
        """Stand on another resource from now on, with all its past. While a reset runs it stays: a worker is there."""
        self._check_no_reset()
        if to_id == self.resource_id:
            raise Invalid("It is on this resource already.", "resource_id")
        self.trigger_event(self.Moved, from_id=self.resource_id, to_id=to_id)

    def change_password(self, password: SealedSecret) -> None:
        """Keep a new password that a person says is right, in the vault only."""
        self._check_no_reset()
        self.trigger_event(self.PasswordChanged, number=self.password.number + 1, password=password)

    def open_reset(self, reset_id: UUID) -> None:
        """From now on only this reset may replace the password."""
        self._check_no_reset()
        self.trigger_event(self.ResetOpened, reset_id=reset_id)

    def take_new(self, reset_id: UUID, candidate: SealedSecret) -> None:
        """The reset's candidate holds on the resource: it is the password now."""
        self._check_reset(reset_id)
        self.trigger_event(self.PasswordReset, reset_id=reset_id, number=self.password.number + 1, password=candidate)

    def keep_old(self, reset_id: UUID) -> None:
        """The reset is over, and the password holds as before."""
        self._check_reset(reset_id)
        self.trigger_event(self.ResetClosed, reset_id=reset_id)

    def doubt(self, reset_id: UUID) -> None:
        """The password or the reset's candidate holds: nobody knows which."""
        self._check_reset(reset_id)
        if not self.in_doubt:
            self.trigger_event(self.ResetInDoubt, reset_id=reset_id)

    def shred(self) -> None:
        """Its last event: whoever knows of it takes no part in anything any more."""
        self._check_no_reset()
        self.trigger_event(self.Shredded)

    def _check_no_reset(self) -> None:
        if self.in_doubt:
            raise ResetAlreadyOpen("A reset left it in doubt which password holds. It has to be settled first.")
        if self.reset_id is not None:
            raise ResetAlreadyOpen("A reset of this account is running. Wait until it has ended.")

    def _check_reset(self, reset_id: UUID) -> None:
        if reset_id != self.reset_id:
            raise Conflict("This is not the reset that is open on the account.")

    class Added(FirstEvent):
        """A login is known, with its first password."""

        TOPIC = "account.added"
        ABOUT = About("An account was added", Ocsf.ENTITY_MANAGEMENT)
        resource_id: UUID
        username: str
        description: str
        password: SealedSecret

    class Edited(Event):
        """All of its description, as it is from now on."""

        TOPIC = "account.edited"
        ABOUT = About("An account was edited", Ocsf.ENTITY_MANAGEMENT, Severity.LOW)
        username: str
        description: str

        def apply(self, aggregate: Account) -> None:
            aggregate.username = self.username
            aggregate.description = self.description

    class Moved(Event):
        """It is a login on another resource now; whoever saw it by a share of the old one sees it no more."""

        TOPIC = "account.moved"
        ABOUT = About("An account was moved to another resource", Ocsf.ENTITY_MANAGEMENT, Severity.MEDIUM)
        from_id: UUID
        to_id: UUID

        def apply(self, aggregate: Account) -> None:
            aggregate.resource_id = self.to_id

    class PasswordChanged(Event):
        """A person gave the vault another password; the resource was not asked."""

        TOPIC = "account.password-changed"
        ABOUT = About("An account's password was changed in the vault", Ocsf.ENTITY_MANAGEMENT, Severity.MEDIUM)
        number: int
        password: SealedSecret

        def apply(self, aggregate: Account) -> None:
            aggregate.passwords = (*aggregate.passwords, Password(self.number, self.password, Cause.CHANGED))

    class ResetOpened(Event):
        """A worker is to change the password on the resource."""

        TOPIC = "account.reset-opened"
        ABOUT = About("A reset of an account was opened", Ocsf.ENTITY_MANAGEMENT)
        reset_id: UUID

        def apply(self, aggregate: Account) -> None:
            aggregate.reset_id = self.reset_id
            aggregate.in_doubt = False

    class PasswordReset(Event):
        """The resource has let the new password in: it is the account's own now."""

        TOPIC = "account.password-reset"
        ABOUT = About("An account's password was reset", Ocsf.ENTITY_MANAGEMENT, Severity.MEDIUM, _WORKER)
        reset_id: UUID
        number: int
        password: SealedSecret

        def apply(self, aggregate: Account) -> None:
            aggregate.passwords = (*aggregate.passwords, Password(self.number, self.password, Cause.RESET))
            aggregate.reset_id = aggregate.failed_reset_id = None
            aggregate.in_doubt = False

    class ResetClosed(Event):
        """The reset ended, and the old password still holds."""

        TOPIC = "account.reset-closed"
        ABOUT = About("A reset ended without a change", Ocsf.ENTITY_MANAGEMENT, Severity.MEDIUM, _WORKER)
        reset_id: UUID

        def apply(self, aggregate: Account) -> None:
            aggregate.reset_id = None
            aggregate.failed_reset_id = self.reset_id
            aggregate.in_doubt = False

    class ResetInDoubt(Event):
        """Two passwords are kept, one of them holds."""

        TOPIC = "account.reset-in-doubt"
        ABOUT = About(
            "It is in doubt which password of an account holds", Ocsf.ENTITY_MANAGEMENT, Severity.HIGH, _WORKER
        )
        reset_id: UUID

        def apply(self, aggregate: Account) -> None:
            aggregate.in_doubt = True

    class Shredded(Event):
        """It is forgotten for good; this event itself can be read no longer than the others."""

        TOPIC = "account.shredded"
        ABOUT = About("An account was forgotten for good", Ocsf.ENTITY_MANAGEMENT, Severity.CRITICAL, (Author.SYSTEM,))

        def apply(self, aggregate: Account) -> None:
            aggregate.shredded = True
