"""Helpers: accounts that sign in to have the passwords of others changed; what they may be tried with, and what not."""

from __future__ import annotations

from uuid import UUID

from domain import ids
from domain.base import About, Aggregate, Author, Event, FirstEvent, Ocsf, Severity
from domain.errors import Conflict

_WORKER = (Author.WORKER,)


class Helper(Aggregate):
    """What is known of one account as a helper, in a stream of its own: its account's stands still."""

    TOPIC = "helper"

    def __init__(self, account_id: UUID) -> None:
        self.account_id = account_id
        self.refused: int | None = None

    @staticmethod
    def create_id(account_id: UUID) -> UUID:
        return ids.derived("helper", account_id)

    @property
    def key_scope(self) -> UUID:
        return self.account_id

    def holds_back(self, number: int) -> bool:
        """Whether the password with this number was refused, and so is not to be tried any more."""
        return self.refused == number

    def note_refusal(self, number: int, reset_id: UUID) -> None:
        """The resource refused it: whoever tried it again would only bring the account nearer to its lock."""
        if self.refused != number:
            self.trigger_event(self.PasswordRefused, number=number, reset_id=reset_id)

    def try_again(self) -> None:
        """A person says that it is right after all, or that the lock is gone."""
        if self.refused is None:
            raise Conflict("Its password has not been refused.")
        self.trigger_event(self.RefusalLifted, number=self.refused)

    class Opened(FirstEvent):
        """From now on something is known of an account as a helper."""

        TOPIC = "helper.opened"
        ABOUT = About("An account became a helper", Ocsf.ENTITY_MANAGEMENT, authors=(Author.API, Author.WORKER))
        account_id: UUID

    class PasswordRefused(Event):
        """The resource refused the helper's password; no reset tries this one again until a person says so."""

        TOPIC = "helper.password-refused"
        ABOUT = About("A helper's password was refused", Ocsf.ENTITY_MANAGEMENT, Severity.HIGH, _WORKER)
        number: int
        reset_id: UUID

        def apply(self, aggregate: Helper) -> None:
            aggregate.refused = self.number

    class RefusalLifted(Event):
        """A person had a refused password tried again."""

        TOPIC = "helper.refusal-lifted"
        ABOUT = About("A helper's password may be tried again", Ocsf.ENTITY_MANAGEMENT, Severity.MEDIUM)
        number: int

        def apply(self, aggregate: Helper) -> None:
            aggregate.refused = None
