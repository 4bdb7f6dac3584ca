"""Looks at a resource that change nothing there: a person asks for one, a worker makes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from commands.base import Closed, Command, OnAccount, OnResource, Thing
from commands.checks import refused_at
from commands.means import Means, means_of, note_uses, waits_for_helper
from commands.ways import authorise_way
from commands.work import Work
from domain.access import Operation
from domain.accounts import BETWEEN_LOGINS, PASSWORD, Account
from domain.errors import Invalid, ProbedTooSoon, ResetAlreadyOpen
from domain.probes import TRIES, Finding, Kind, Outcome, Probe
from domain.resources import Resource
from domain.ways import Elevation

DIRECTLY = Means(Elevation.NONE, None, None)
LONGEST_LEASE = timedelta(minutes=10)
WORDS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class LookForHostKey(Command[UUID]):
    """Have a worker see which host key a resource shows, for a person to compare. None is trusted by that. Whoever has
    it go over other hosts has it sign in there, as he who says over which: he must have a right to those accounts."""

    resource_id: UUID

    needs = Operation.RESOURCE_CHANGE

    def object(self) -> Thing:
        return OnResource(self.resource_id)

    async def execute(self, work: Work) -> UUID:
        resource = await work.get(Resource, self.resource_id)
        if resource.jump_id is not None:
            await authorise_way(work, await work.get(Resource, resource.jump_id))
        return await _requested(work, Kind.HOST_KEY, self.resource_id, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyPassword(Command[UUID]):
    """Have a worker find out, by one login, whether the vault's password opens the account."""

    account_id: UUID

    needs = Operation.ACCOUNT_RESET

    def object(self) -> Thing:
        return OnAccount(self.account_id)

    async def execute(self, work: Work) -> UUID:
        account = await work.get(Account, self.account_id)
        (await work.get(Resource, account.resource_id)).check_resettable()
        if account.reset_id is not None:
            raise ResetAlreadyOpen("A reset of this account has not ended: it tells by itself which password holds.")
        probe_id = await _requested(work, Kind.PASSWORD, account.resource_id, account.id)
        refused = await refused_at(work, account)
        if refused is not None and work.now < refused + BETWEEN_LOGINS:
            raise ProbedTooSoon("A reset was refused a moment ago, and the resource may count: wait a minute.")
        return probe_id


async def _requested(work: Work, kind: Kind, resource_id: UUID, account_id: UUID | None) -> UUID:
    probe_id = Probe.create_id(kind, resource_id, account_id)
    probe = await work.find(Probe, probe_id)
    if probe is None:
        work.add(Probe(kind=kind, resource_id=resource_id, account_id=account_id, requested_by=work.caller.id))
    else:
        probe.request(resource_id, work.caller.id, work.now)
    return probe_id


@dataclass(frozen=True, slots=True)
class Errand:
    """All that a worker needs for one look; the password is still sealed. None: it must not be tried now."""

    probe_id: UUID
    number: int
    until: datetime
    kind: Kind
    address: str
    port: int
    host_key: str | None
    username: str
    password: Closed | None
    means: Means
    last: bool
    """Whether it was begun so often already that it must be given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginProbe(Command[Errand]):
    """Take the lease on a look: nobody else makes it until `lease` is over."""

    probe_id: UUID
    lease: timedelta

    needs = Operation.PROBE_PERFORM

    async def execute(self, work: Work) -> Errand:
        if not timedelta(0) < self.lease <= LONGEST_LEASE:
            raise Invalid(f"A lease is at most {LONGEST_LEASE}.", "lease")
        probe = await work.get(Probe, self.probe_id)
        account = None if probe.account_id is None else await work.get(Account, probe.account_id)
        resource = await work.get(Resource, probe.resource_id if account is None else account.resource_id)
        last, may_try = _is_last(probe), _may_try(probe, account)
        tried = None if account is None or not may_try else _current(account)
        until = work.now + self.lease
        means = await means_of(work, resource, account) if may_try else DIRECTLY
        probe.begin(work.caller.id, until, work.now, 0 if tried is None else tried.number)
        note_uses(work, means, probe.id, probe.tries)
        return Errand(
            probe_id=probe.id,
            number=probe.tries,
            until=until,
            kind=probe.kind,
            address=resource.address,
            port=resource.ssh_port,
            host_key=resource.host_key,
            username="" if account is None else account.username,
            password=tried,
            means=means,
            last=last,
        )


async def is_put_off(work: Work, probe: Probe) -> bool:
    """Whether it would only be turned away now: an account that it needs is being reset. If its own is, it ends."""
    account = None if probe.account_id is None else await work.get(Account, probe.account_id)
    where = probe.resource_id if account is None else account.resource_id
    return _may_try(probe, account) and await waits_for_helper(work, where, account)


def _may_try(probe: Probe, account: Account | None) -> bool:
    """What a reset may be changing is not tried beside it."""
    return not _is_last(probe) and (account is None or account.reset_id is None)


def _is_last(probe: Probe) -> bool:
    """Whether it was left behind so often that it is given up now: each may have cost a login."""
    return probe.tries >= TRIES


def _current(account: Account) -> Closed:
    return Closed(account.password.secret, account.id, PASSWORD, account.password.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndProbe(Command[None]):
    """Say what was found."""

    probe_id: UUID
    number: int
    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    host_key: str | None = None

    needs = Operation.PROBE_PERFORM

    async def execute(self, work: Work) -> None:
        probe = await work.get(Probe, self.probe_id)
        probe.end(self.number, Outcome(self.outcome), self.findings, self.host_key, work.now)
