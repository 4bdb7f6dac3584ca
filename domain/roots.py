"""How the roots of the log are kept, and how they were opened: ceremonies of people, and each of them on the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.base import About, Aggregate, Author, Event, FirstEvent, Ocsf, Severity
from domain.errors import Conflict

_SYSTEM = (Author.SYSTEM,)


class CeremonyEnded(Conflict):
    title = "This ceremony has ended already"


class RootProtection(Aggregate):
    """A ceremony that changes how the roots are kept: by plain files, a passphrase, shares or a token."""

    TOPIC = "root-protection"

    def __init__(
        self, before: str, provider: str, threshold: int, shares: int, approved_by: tuple[UUID, ...]
    ) -> None:  # fmt: skip
        self.provider = provider
        self.ended = False

    def end(self) -> None:
        """The roots are kept the new way, and no other."""
        self._refuse_ended()
        self.trigger_event(self.Ended)

    def give_up(self) -> None:
        """They are kept as they were."""
        self._refuse_ended()
        self.trigger_event(self.GivenUp)

    def _refuse_ended(self) -> None:
        if self.ended:
            raise CeremonyEnded

    class Begun(FirstEvent):
        """Two administrators want the roots to be kept another way. `threshold` of `shares` are to open them; 0 of 0
        where there are none."""

        TOPIC = "root-protection.begun"
        ABOUT = About(
            "Roots of keys are to be kept another way", Ocsf.API_ACTIVITY, Severity.HIGH, _SYSTEM, critical=True
        )
        before: str
        provider: str
        threshold: int
        shares: int
        approved_by: tuple[UUID, ...]

    class Ended(Event):
        """They are: what opened them before does not any more."""

        TOPIC = "root-protection.ended"
        ABOUT = About("Roots of keys are kept another way", Ocsf.API_ACTIVITY, Severity.HIGH, _SYSTEM, critical=True)

        def apply(self, aggregate: RootProtection) -> None:
            aggregate.ended = True

    class GivenUp(Event):
        """It was begun, and not done: they are kept as they were. Shares that were shown open nothing."""

        TOPIC = "root-protection.given-up"
        ABOUT = About("Roots of keys are kept as they were", Ocsf.API_ACTIVITY, Severity.MEDIUM, _SYSTEM)

        def apply(self, aggregate: RootProtection) -> None:
            aggregate.ended = True


@dataclass(frozen=True, slots=True)
class Attempt:
    """Something was brought to a sealed vault: when, from which address, and why it was refused; "" when it was not."""

    at: datetime
    peer: str
    refused: str


class Unsealing(Aggregate):
    """The roots were opened at a start."""

    TOPIC = "unsealing"

    def __init__(self, provider: str, shares: tuple[int, ...], refused: int, attempts: tuple[Attempt, ...]) -> None:
        self.provider = provider

    class Done(FirstEvent):
        """Somebody brought what opens them. `shares`: which, by number; `refused`: how many attempts did not help;
        `attempts`: the first hundred of all. While the vault is sealed nothing can be recorded, so it is recorded
        here."""

        TOPIC = "unsealing.done"
        ABOUT = About("A sealed vault was opened", Ocsf.APPLICATION_LIFECYCLE, Severity.HIGH, _SYSTEM)
        provider: str
        shares: tuple[int, ...]
        refused: int
        attempts: tuple[Attempt, ...]
