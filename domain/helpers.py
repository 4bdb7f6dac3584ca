"""Helpers: accounts that sign in to have the passwords of others changed; what they may be tried with, and what not."""

from __future__ import annotations

from uuid import UUID

from domain import ids
from domain.base import About, Aggregate, Author, Event, FirstEvent, Ocsf, Severity
from domain.errors import Conflict
from domain.secrets import SealedSecret

KEY = "ssh-key"
"""The field that an account's private key is sealed for."""
_WORKER = (Author.WORKER,)


class Helper(Aggregate):
    """What is known of one account as a helper, in a stream of its own: its account's stands still."""

    TOPIC = "helper"

    def __init__(self, account_id: UUID) -> None:
        self.account_id = account_id
        self.refused: int | None = None
        self.key: SealedSecret | None = None
        self.public_key: str | None = None

    @staticmethod
    def create_id(account_id: UUID) -> UUID:
        return ids.derived("helper", account_id)

    @property
    def key_scope(self) -> UUID:
        return self.account_id

    def holds_back(self, number: int) -> bool:
        """Whether the password with this number was refused, and so is not to be tried any more."""
        return self.refused == number

    def note_refusal(self, number: int, work_id: UUID) -> None:
        """The resource refused it: whoever tried it again would only bring the account nearer to its lock."""
        if self.refused != number:
            self.trigger_event(self.PasswordRefused, number=number, work_id=work_id)

    def try_again(self) -> None:
        """A person says that it is right after all, or that the lock is gone."""
        if self.refused is None:
            raise Conflict("Its password has not been refused.")
        self.trigger_event(self.RefusalLifted, number=self.refused)

    def set_key(self, public_key: str, key: SealedSecret) -> None:
        """From now on it signs in for others with this key, and with its password no more."""
        self.trigger_event(self.KeySet, public_key=public_key, key=key)

    def remove_key(self) -> None:
        if self.key is None:
            raise Conflict("It has no key.")
        self.trigger_event(self.KeyRemoved)

    class Opened(FirstEvent):
        """From now on something is known of an account as a helper."""

        TOPIC = "helper.opened"
        ABOUT = About("An account became a helper", Ocsf.ENTITY_MANAGEMENT, authors=(Author.API, Author.WORKER))
        account_id: UUID

    class PasswordRefused(Event):
        """The resource refused the helper's password; nobody tries this one again until a person says so."""

        TOPIC = "helper.password-refused"
        ABOUT = About("A helper's password was refused", Ocsf.ENTITY_MANAGEMENT, Severity.HIGH, _WORKER)
        number: int
        work_id: UUID

        def apply(self, aggregate: Helper) -> None:
            aggregate.refused = self.number

    class RefusalLifted(Event):
        """A person had a refused password tried again."""

        TOPIC = "helper.refusal-lifted"
        ABOUT = About("A helper's password may be tried again", Ocsf.ENTITY_MANAGEMENT, Severity.MEDIUM)
        number: int

        def apply(self, aggregate: Helper) -> None:
            aggregate.refused = None

    class KeySet(Event):
        """A person gave the vault the private key with which this account signs in for others."""

        TOPIC = "helper.key-set"
        ABOUT = About("An account was given an SSH key", Ocsf.ENTITY_MANAGEMENT, Severity.MEDIUM)
        public_key: str
        key: SealedSecret

        def apply(self, aggregate: Helper) -> None:
            aggregate.public_key = self.public_key
            aggregate.key = self.key

    class KeyRemoved(Event):
        """It signs in with its password again."""

        TOPIC = "helper.key-removed"
        ABOUT = About("An account's SSH key was removed", Ocsf.ENTITY_MANAGEMENT, Severity.MEDIUM)

        def apply(self, aggregate: Helper) -> None:
            aggregate.public_key = None
            aggregate.key = None
