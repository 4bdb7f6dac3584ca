"""Probes: a look at a resource that changes nothing there. Which host key it shows, or whether a password opens it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain import ids
from domain.accounts import BETWEEN_LOGINS
from domain.base import About, Aggregate, Author, Event, FirstEvent, Ocsf, Severity
from domain.errors import AttemptRunning, AttemptSuperseded, ProbedTooSoon, ProbeEnded, ProbeRunning

TRIES = 3
"""Leases that are given out before it is given up: each may have cost a login."""
BETWEEN_CALLS = timedelta(seconds=10)
"""After a look for a host key, wherever the resource is by then: a worker is no means of trying ports out."""
_WORKER = (Author.WORKER,)


class Kind(StrEnum):
    """What is looked at."""

    HOST_KEY = "host-key"
    """Which host key the resource shows; nobody signs in on it."""
    PASSWORD = "password"
    """Whether the vault's password opens the account, by one login."""


class Stage(StrEnum):
    """The stages of a look, in their order: each needs those before it."""

    WAY = "way"
    """Signing in on the hosts between; only for a look that nobody signs in for on the resource itself."""
    NAME = "name"
    CONNECTION = "connection"
    SSH = "ssh"
    HOST_KEY = "host-key"
    LOGIN = "login"


class Verdict(StrEnum):
    PASSED = "passed"
    FAILED = "failed"


class Outcome(StrEnum):
    """What a look has shown."""

    SHOWN = "shown"
    """The resource showed a host key."""
    OPENED = "opened"
    """The password opened the account."""
    REFUSED = "refused"
    """The resource was reached, and refused the password."""
    UNKNOWN = "unknown"
    """The look did not come far enough to tell."""


@dataclass(frozen=True, slots=True)
class Finding:
    """How one stage went, in a sentence that holds no secret; `error` is the kind of trouble, empty when it passed."""

    stage: Stage
    verdict: Verdict
    words: str
    error: str


class Probe(Aggregate):
    """All looks of one kind at one thing, one after the other: asked for by people, made by workers under a lease."""

    TOPIC = "probe"

    def __init__(self, kind: Kind, resource_id: UUID, account_id: UUID | None, requested_by: UUID) -> None:
        self.kind = kind
        self.account_id = account_id
        self.resource_id = resource_id
        self.open = True
        self.tries = 0
        self.tried = False
        self.until: datetime | None = None
        self.rests_until: datetime | None = None
        self.refused_at: datetime | None = None

    @staticmethod
    def create_id(kind: Kind, resource_id: UUID, account_id: UUID | None, requested_by: UUID | None = None) -> UUID:
        return ids.derived(f"probe/{kind.value}", account_id or resource_id)

    @property
    def key_scope(self) -> UUID:
        return self.account_id or self.resource_id

    def request(self, resource_id: UUID, requested_by: UUID, now: datetime) -> None:
        """Look again, after a rest."""
        if self.open:
            raise ProbeRunning
        if self.rests_until is not None and now < self.rests_until:
            raise ProbedTooSoon(f"{WHY_REST[self.kind]}: wait {_seconds(self.rests_until - now)} seconds.")
        self.trigger_event(self.RequestedAgain, resource_id=resource_id, requested_by=requested_by)

    def begin(self, worker_id: UUID, until: datetime, now: datetime, password_number: int) -> None:
        """Give `worker_id` the lease, unless somebody has it. The password with that number may be tried, 0: none."""
        self._check_open()
        if self.until is not None and now < self.until:
            raise AttemptRunning
        self.trigger_event(
            self.Begun, number=self.tries + 1, worker_id=worker_id, until=until, password_number=password_number
        )

    def end(
        self, number: int, outcome: Outcome, findings: tuple[Finding, ...], host_key: str | None, now: datetime
    ) -> None:
        """Say what was found, under the lease with that number."""
        self._check_open()
        if number != self.tries:
            raise AttemptSuperseded
        self.trigger_event(self.Ended, outcome=outcome, findings=findings, host_key=host_key, ended_at=now)

    def _check_open(self) -> None:
        if not self.open:
            raise ProbeEnded

    class Requested(FirstEvent):
        """A worker is to look, for the first time."""

        TOPIC = "probe.requested"
        ABOUT = About("A look at a resource was asked for", Ocsf.ENTITY_MANAGEMENT)
        kind: Kind
        resource_id: UUID
        account_id: UUID | None
        requested_by: UUID

        @property
        def thing_id(self) -> UUID:
            """The account, or the resource where nobody signs in."""
            return self.account_id or self.resource_id

    class RequestedAgain(Event):
        """A worker is to look anew; the account may stand on another resource by now."""

        TOPIC = "probe.requested-again"
        ABOUT = About("Another look at a resource was asked for", Ocsf.ENTITY_MANAGEMENT)
        resource_id: UUID
        requested_by: UUID

        def apply(self, aggregate: Probe) -> None:
            aggregate.resource_id = self.resource_id
            aggregate.open = True
            aggregate.tries = 0
            aggregate.tried = False
            aggregate.until = None

    class Begun(Event):
        """A worker looks; when there is an account, its password is used from now on."""

        TOPIC = "probe.begun"
        ABOUT = About("A worker began a look at a resource", Ocsf.ENTITY_MANAGEMENT, authors=_WORKER)
        number: int
        worker_id: UUID
        until: datetime
        password_number: int

        def apply(self, aggregate: Probe) -> None:
            aggregate.tries = self.number
            aggregate.tried = aggregate.tried or self.password_number > 0
            aggregate.until = self.until

    class Ended(Event):
        """What was found, stage by stage."""

        TOPIC = "probe.ended"
        ABOUT = About("A look at a resource ended", Ocsf.ENTITY_MANAGEMENT, Severity.LOW, _WORKER)
        outcome: Outcome
        findings: tuple[Finding, ...]
        host_key: str | None
        ended_at: datetime

        def apply(self, aggregate: Probe) -> None:
            aggregate.open = False
            aggregate.until = None
            if aggregate.kind is Kind.HOST_KEY:
                aggregate.rests_until = self.ended_at + BETWEEN_CALLS
            elif aggregate.tried and (aggregate.tries > 1 or self._signed_in):
                aggregate.rests_until = self.ended_at + BETWEEN_LOGINS
                aggregate.refused_at = None if self.outcome is Outcome.OPENED else self.ended_at

        @property
        def _signed_in(self) -> bool:
            """Or may have: what became of it last was met at the login."""
            known = self.outcome in (Outcome.OPENED, Outcome.REFUSED)
            return known or any(finding.stage is Stage.LOGIN for finding in self.findings)


WHY_REST = {
    Kind.PASSWORD: "The resource may lock an account that is tried too often",
    Kind.HOST_KEY: "The resource was looked at a moment ago",
}


def _seconds(rest: timedelta) -> int:
    """Rounded up."""
    return -(-rest // timedelta(seconds=1))
