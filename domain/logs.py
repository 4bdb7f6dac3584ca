"""The log itself: what it was opened with, and which readers it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain import ids
from domain.base import About, Aggregate, Author, Event, FirstEvent, Ocsf, Severity
from domain.errors import Invalid, ReadOnly, WrongRoots

FORMAT = 1
LONGEST_POLICY = 16 * 1024
_SYSTEM = (Author.SYSTEM,)


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was lost of a log, and who said that it goes on without. Positions up to `kept` are still what was signed;
    `lost` says how many behind it were signed and are no more, or are others now. `admitted`: records that no author
    signed, taken into the tree so that it can go on."""

    old_name: str
    old_size: int
    old_root: bytes
    kept: int
    lost: int
    new_name: str
    approved_by: tuple[UUID, ...]
    admitted: tuple[int, ...] = ()


class Log(Aggregate):
    """The stream that the log begins with, at position 1."""

    TOPIC = "log"

    def __init__(
        self, log_id: UUID, log_format: int, product_version: str, event_root: bytes, secret_root: bytes
    ) -> None:
        self.log_id = log_id
        self.log_format = log_format
        self.event_root = event_root
        self.secret_root = secret_root
        self.policy: str | None = None
        """Who has to witness the log, as two administrators agreed; None while nobody did."""

    @staticmethod
    def create_id(log_id: UUID) -> UUID:
        return ids.derived("log", log_id)

    def check_roots(self, event_root: bytes, secret_root: bytes) -> None:
        """Refuse to go on under other roots: what they seal could not be opened with these files again."""
        if (event_root, secret_root) != (self.event_root, self.secret_root):
            raise WrongRoots

    def raise_format(self, minimum_reader: int) -> None:
        """Ask for readers of `minimum_reader` from here on: older ones stop instead of misreading."""
        if minimum_reader > self.log_format:
            self.trigger_event(self.FormatRaised, minimum_reader=minimum_reader)

    def recover(self, recovery: Recovery) -> None:
        """Go on under a new name, from a log that is not what was signed under the old one."""
        self.trigger_event(
            self.Recovered,
            old_name=recovery.old_name, old_size=recovery.old_size, old_root=recovery.old_root,
            kept=recovery.kept, lost=recovery.lost, new_name=recovery.new_name,
            approved_by=recovery.approved_by, admitted=recovery.admitted,
        )  # fmt: skip

    def agree(self, policy: str, approved_by: tuple[UUID, ...]) -> None:
        """Who has to witness the log from here on. Repeated, it says once more what is agreed."""
        if len(policy) > LONGEST_POLICY:
            raise Invalid(f"A policy has at most {LONGEST_POLICY} characters.")
        self.trigger_event(self.PolicyAgreed, policy=policy, approved_by=approved_by)

    def check_policy(self, policy: str) -> None:
        """Refuse to go by another policy than the one that was agreed on: a file is changed by one, and by anybody."""
        if self.policy is not None and policy != self.policy:
            raise ReadOnly(
                "witnesses.policy is not what two administrators agreed to: put it back, or agree to this one by "
                "`strongroom ledger policy`."
            )

    class Opened(FirstEvent):
        """Names the log and the fingerprints of its roots."""

        TOPIC = "log.opened"
        ABOUT = About("The event log was opened", Ocsf.APPLICATION_LIFECYCLE, Severity.MEDIUM, (Author.SYSTEM,))
        log_id: UUID
        log_format: int
        product_version: str
        event_root: bytes
        secret_root: bytes

    class FormatRaised(Event):
        """Precedes the first event that older code cannot read."""

        TOPIC = "log.format-raised"
        ABOUT = About("The log's format was raised", Ocsf.APPLICATION_LIFECYCLE, Severity.MEDIUM, (Author.SYSTEM,))
        minimum_reader: int

        def apply(self, aggregate: Log) -> None:
            aggregate.log_format = self.minimum_reader

    class PolicyAgreed(Event):
        """Two administrators agreed who has to witness the log: no other policy is gone by from here on."""

        TOPIC = "log.policy-agreed"
        ABOUT = About("Who witnesses the log was agreed", Ocsf.API_ACTIVITY, Severity.HIGH, _SYSTEM, critical=True)
        policy: str
        approved_by: tuple[UUID, ...]

        def apply(self, aggregate: Log) -> None:
            aggregate.policy = self.policy

    class Recovered(Event):
        """The log goes on under a new name: what is signed under the old one is true of what was kept alone."""

        TOPIC = "log.recovered"
        ABOUT = About("The log was recovered", Ocsf.APPLICATION_LIFECYCLE, Severity.CRITICAL, _SYSTEM, critical=True)
        old_name: str
        old_size: int
        old_root: bytes
        kept: int
        lost: int
        new_name: str
        approved_by: tuple[UUID, ...]
        admitted: tuple[int, ...]

        def apply(self, aggregate: Log) -> None:
            pass
