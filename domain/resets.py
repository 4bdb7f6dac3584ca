"""Resets: changing a password on the resource, written down before anything is touched, so that no crash loses one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.base import About, Aggregate, Author, Event, FirstEvent, Ocsf, Severity
from domain.errors import AttemptRunning, AttemptSuperseded, ResetEnded, ResetNotInDoubt, ResetUncertain
from domain.secrets import SealedSecret

_WORKER = (Author.WORKER,)
LOGIN_REFUSED = "LoginRefused"
"""The trouble of a reset that ended because the resource refused the account's own password."""


class State(StrEnum):
    """How far a reset has come."""

    OPEN = "open"
    ATTEMPTING = "attempting"
    IN_DOUBT = "in_doubt"
    CONFIRMED = "confirmed"
    FAILED = "failed"


class Step(StrEnum):
    """What an attempt has done; people watch these."""

    CONNECTED = "connected"
    HOST_KEY_CHECKED = "host-key-checked"
    SIGNED_IN = "signed-in"
    HANDING_OVER = "handing-over"
    """Noted before the candidate is sent: without this note it is on no resource, and must not be tried there."""
    TAKEN = "taken"
    VERIFIED = "verified"
    OLD_HOLDS = "old-holds"
    NEW_HOLDS = "new-holds"
    NO_LOGIN = "no-login"
    """SSH lets this account in with no password at all; `su` took the new one."""


class Outcome(StrEnum):
    """Which password holds on the resource."""

    OLD = "old"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One worker's lease on the reset: nobody else works on it until then."""

    number: int
    worker_id: UUID
    until: datetime


class Reset(Aggregate):
    """One candidate for its whole life: tried again, never replaced, and kept for ever whatever happens."""

    TOPIC = "reset"

    def __init__(
        self, id: UUID, account_id: UUID, resource_id: UUID, requested_by: UUID, candidate: SealedSecret
    ) -> None:
        self.account_id = account_id
        self.resource_id = resource_id
        self.requested_by = requested_by
        self.candidate = candidate
        self.attempt: Attempt | None = None
        self.attempts = 0
        self.state = State.OPEN
        self.handed_over: int | None = None
        self.asked = False
        self.refused_at: datetime | None = None

    @property
    def over(self) -> bool:
        return self.state in (State.CONFIRMED, State.FAILED)

    @property
    def maybe_set(self) -> bool:
        """Whether the candidate may hold on the resource, so that trying it there is no guess."""
        return self.handed_over is not None

    def begin(self, worker_id: UUID, until: datetime, now: datetime) -> None:
        """Give `worker_id` the lease, unless somebody has it."""
        self._check_running()
        if self.attempt is not None and now < self.attempt.until:
            raise AttemptRunning
        self.trigger_event(self.AttemptBegun, number=self.attempts + 1, worker_id=worker_id, until=until)

    def note(self, attempt: int, step: Step, detail: str, now: datetime) -> None:
        """Say how far the attempt has come. Once the lease is over the candidate must not be sent any more."""
        current = self._check_current(attempt)
        if step is Step.HANDING_OVER and now >= current.until:
            raise AttemptSuperseded("The attempt's lease is over.")
        self.trigger_event(self.StepNoted, attempt=attempt, step=step, detail=detail)

    def put_off(self, attempt: int, because: str, error: str) -> None:
        """The attempt led to nothing; another may follow."""
        self._check_current(attempt)
        self.trigger_event(self.AttemptFailed, attempt=attempt, because=because, error=error)

    def confirm(self, attempt: int) -> None:
        """A fresh login with the candidate has succeeded."""
        self._check_current(attempt)
        if self.state is State.IN_DOUBT:
            self.trigger_event(self.Settled, attempt=attempt, outcome=Outcome.NEW)
        else:
            self.trigger_event(self.Confirmed, attempt=attempt)

    def fail(self, attempt: int, because: str, error: str, certain: bool) -> None:
        """Give up. Once the candidate was handed over it takes proof (`certain`) that the old password still holds."""
        self._check_current(attempt)
        if self.state is State.IN_DOUBT or (self.maybe_set and not certain):
            raise ResetUncertain
        self.trigger_event(self.Failed, attempt=attempt, because=because, error=error)

    def doubt(self, attempt: int, because: str, error: str) -> None:
        """Give up for now: either password may hold."""
        self._check_current(attempt)
        self.trigger_event(self.InDoubt, attempt=attempt, because=because, error=error)

    def settle(self, attempt: int, outcome: Outcome) -> None:
        """A login has told which password holds."""
        self._check_current(attempt)
        self._check_in_doubt()
        self.trigger_event(self.Settled, attempt=attempt, outcome=outcome)

    def ask_again(self) -> None:
        """A person wants the next attempt now, not when it would be due; one at a time, for each may cost a guess."""
        self._check_in_doubt()
        if self.attempt is not None or self.asked:
            raise AttemptRunning("Another attempt is running or was asked for already.")
        self.trigger_event(self.AskedAgain)

    def _check_in_doubt(self) -> None:
        if self.state is not State.IN_DOUBT:
            raise ResetNotInDoubt

    def _check_running(self) -> None:
        if self.over:
            raise ResetEnded

    def _check_current(self, attempt: int) -> Attempt:
        self._check_running()
        if self.attempt is None or self.attempt.number != attempt:
            raise AttemptSuperseded
        return self.attempt

    class Requested(FirstEvent):
        """The candidate is written down before anything is touched."""

        TOPIC = "reset.requested"
        ABOUT = About("A reset was requested", Ocsf.ENTITY_MANAGEMENT, Severity.LOW)
        account_id: UUID
        resource_id: UUID
        requested_by: UUID
        candidate: SealedSecret

    class AttemptBegun(Event):
        """A worker holds the lease until then."""

        TOPIC = "reset.attempt-begun"
        ABOUT = About("A worker began an attempt at a reset", Ocsf.ENTITY_MANAGEMENT, authors=_WORKER)
        number: int
        worker_id: UUID
        until: datetime

        def apply(self, aggregate: Reset) -> None:
            aggregate.attempt = Attempt(self.number, self.worker_id, self.until)
            aggregate.attempts = self.number
            aggregate.asked = False
            if aggregate.state is not State.IN_DOUBT:
                aggregate.state = State.ATTEMPTING

    class StepNoted(Event):
        """The attempt has come this far."""

        TOPIC = "reset.step-noted"
        ABOUT = About("A reset made a step", Ocsf.ENTITY_MANAGEMENT, authors=_WORKER)
        attempt: int
        step: Step
        detail: str

        def apply(self, aggregate: Reset) -> None:
            if self.step is Step.HANDING_OVER:
                aggregate.handed_over = self.attempt

    class AttemptFailed(Event):
        """This attempt led to nothing; the reset goes on."""

        TOPIC = "reset.attempt-failed"
        ABOUT = About("An attempt at a reset failed", Ocsf.ENTITY_MANAGEMENT, Severity.LOW, _WORKER)
        attempt: int
        because: str
        error: str

        def apply(self, aggregate: Reset) -> None:
            aggregate.attempt = None
            if aggregate.state is not State.IN_DOUBT:
                aggregate.state = State.OPEN

    class Confirmed(Event):
        """The new password was proved by a fresh login."""

        TOPIC = "reset.confirmed"
        ABOUT = About("A reset was confirmed", Ocsf.ENTITY_MANAGEMENT, authors=_WORKER)
        attempt: int

        def apply(self, aggregate: Reset) -> None:
            aggregate.attempt = None
            aggregate.state = State.CONFIRMED

    class Failed(Event):
        """The reset was given up; the old password holds."""

        TOPIC = "reset.failed"
        ABOUT = About("A reset failed", Ocsf.ENTITY_MANAGEMENT, Severity.MEDIUM, _WORKER)
        attempt: int
        because: str
        error: str

        def apply(self, aggregate: Reset) -> None:
            aggregate.attempt = None
            aggregate.state = State.FAILED
            if self.error == LOGIN_REFUSED:
                aggregate.refused_at = self.timestamp

    class InDoubt(Event):
        """Either password may hold until a login tells."""

        TOPIC = "reset.in-doubt"
        ABOUT = About("A reset is in doubt", Ocsf.ENTITY_MANAGEMENT, Severity.HIGH, _WORKER)
        attempt: int
        because: str
        error: str

        def apply(self, aggregate: Reset) -> None:
            aggregate.attempt = None
            aggregate.state = State.IN_DOUBT

    class AskedAgain(Event):
        """A person wants the next attempt at a reset in doubt now."""

        TOPIC = "reset.asked-again"
        ABOUT = About("Another attempt at a reset in doubt was asked for", Ocsf.ENTITY_MANAGEMENT, Severity.LOW)

        def apply(self, aggregate: Reset) -> None:
            aggregate.asked = True

    class Settled(Event):
        """A login told which password holds."""

        TOPIC = "reset.settled"
        ABOUT = About("A reset in doubt was settled", Ocsf.ENTITY_MANAGEMENT, Severity.MEDIUM, _WORKER)
        attempt: int
        outcome: Outcome

        def apply(self, aggregate: Reset) -> None:
            aggregate.attempt = None
            aggregate.state = State.CONFIRMED if self.outcome is Outcome.NEW else State.FAILED
