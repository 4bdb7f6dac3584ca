"""Resets: a person asks for one, a worker carries it out; every step is recorded before the next is taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from commands.accounts import sealed_password
from commands.base import Closed, Command, OnAccount, Thing
from commands.batches import own_batch
from commands.checks import reasoned
from commands.means import Means, means_of, note_uses
from commands.work import Work
from domain import ids
from domain.access import Operation
from domain.accounts import PASSWORD, Account
from domain.errors import Invalid, ResetAlreadyOpen
from domain.notices import Notice, NoticeKind
from domain.resets import Outcome, Reset, Step
from domain.resources import Resource

LONGEST_LEASE = timedelta(minutes=10)
WORDS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReset(Command[UUID]):
    """Have an account's password changed on its resource. The new one is written down before anything is touched."""

    account_id: UUID
    batch_id: UUID | None = None
    """A batch of one's own that names the account: then it is opened once, however often it is asked for."""

    needs = Operation.ACCOUNT_RESET

    def object(self) -> Thing:
        return OnAccount(self.account_id)

    async def execute(self, work: Work) -> UUID:
        await reasoned(work)
        account = await work.get(Account, self.account_id)
        (await work.get(Resource, account.resource_id)).check_resettable()
        reset_id = await self._reset_id(work)
        account.open_reset(reset_id)
        candidate = await sealed_password(work, account.id, None)
        work.add(
            Reset(
                id=reset_id,
                account_id=account.id,
                resource_id=account.resource_id,
                requested_by=work.caller.id,
                candidate=candidate,
            )
        )
        return reset_id

    async def _reset_id(self, work: Work) -> UUID:
        if self.batch_id is None:
            return ids.new()
        batch = await own_batch(work, self.batch_id)
        if self.account_id not in batch.account_ids:
            raise Invalid("The batch does not name this account.", "batch_id")
        reset_id = batch.reset_of(self.account_id)
        if await work.find(Reset, reset_id) is not None:
            raise ResetAlreadyOpen("The batch has opened its reset of this account before.")
        return reset_id


@dataclass(frozen=True, slots=True)
class Orders:
    """All that a worker needs for one attempt; both passwords are still sealed."""

    reset_id: UUID
    attempt: int
    until: datetime
    account_id: UUID
    resource_id: UUID
    username: str
    address: str
    port: int
    host_key: str | None
    current: Closed
    candidate: Closed
    maybe_set: bool
    """Whether the candidate may already hold on the resource: only then may it be tried there."""
    in_doubt: bool
    means: Means


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginAttempt(Command[Orders]):
    """Take the lease on a reset: nobody else works on it until `lease` is over."""

    reset_id: UUID
    lease: timedelta

    needs = Operation.RESET_PERFORM

    async def execute(self, work: Work) -> Orders:
        if not timedelta(0) < self.lease <= LONGEST_LEASE:
            raise Invalid(f"A lease is at most {LONGEST_LEASE}.", "lease")
        reset = await work.get(Reset, self.reset_id)
        account = await work.get(Account, reset.account_id)
        resource = await work.get(Resource, account.resource_id)
        in_doubt = account.in_doubt
        means = await means_of(work, resource, account)
        until = work.now + self.lease
        reset.begin(work.caller.id, until, work.now)
        note_uses(work, means, reset.id, reset.attempts)
        return Orders(
            reset_id=reset.id,
            attempt=reset.attempts,
            until=until,
            account_id=account.id,
            resource_id=resource.id,
            username=account.username,
            address=resource.address,
            port=resource.ssh_port,
            host_key=resource.host_key,
            current=Closed(account.password.secret, account.id, PASSWORD, account.password.number),
            candidate=Closed(reset.candidate, account.id, PASSWORD, account.password.number + 1),
            maybe_set=reset.maybe_set,
            in_doubt=in_doubt,
            means=means,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteStep(Command[None]):
    """Say how far an attempt has come. `HANDING_OVER` is refused once the lease is over, however late it arrives."""

    reset_id: UUID
    attempt: int
    step: Step
    detail: str = ""

    needs = Operation.RESET_PERFORM

    async def execute(self, work: Work) -> None:
        reset = await work.get(Reset, self.reset_id)
        reset.note(self.attempt, Step(self.step), self.detail[:WORDS], work.now)
        if self.step is Step.HANDING_OVER and reset.attempt is not None:
            work.until(reset.attempt.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOffReset(Command[None]):
    """The attempt led to nothing, for now: the lease is free, the reset stays open."""

    reset_id: UUID
    attempt: int
    because: str
    error: str

    needs = Operation.RESET_PERFORM

    async def execute(self, work: Work) -> None:
        reset = await work.get(Reset, self.reset_id)
        reset.put_off(self.attempt, self.because[:WORDS], self.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmReset(Command[None]):
    """A fresh login with the candidate has succeeded: it is the account's password now."""

    reset_id: UUID
    attempt: int

    needs = Operation.RESET_PERFORM

    async def execute(self, work: Work) -> None:
        reset = await work.get(Reset, self.reset_id)
        account = await work.get(Account, reset.account_id)
        reset.confirm(self.attempt)
        account.take_new(reset.id, reset.candidate)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailReset(Command[None]):
    """Give up; the old password holds. Once the candidate was handed over this takes proof: `certain`."""

    reset_id: UUID
    attempt: int
    because: str
    error: str
    certain: bool = False

    needs = Operation.RESET_PERFORM

    async def execute(self, work: Work) -> None:
        reset = await work.get(Reset, self.reset_id)
        account = await work.get(Account, reset.account_id)
        reset.fail(self.attempt, self.because[:WORDS], self.error, self.certain)
        account.keep_old(reset.id)
        work.add(Notice(NoticeKind.RESET_FAILED, reset.requested_by, account.id))


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtReset(Command[None]):
    """Give up for now without knowing which password holds: both stay at hand."""

    reset_id: UUID
    attempt: int
    because: str
    error: str

    needs = Operation.RESET_PERFORM

    async def execute(self, work: Work) -> None:
        reset = await work.get(Reset, self.reset_id)
        account = await work.get(Account, reset.account_id)
        known = account.in_doubt
        reset.doubt(self.attempt, self.because[:WORDS], self.error)
        account.doubt(reset.id)
        if not known:
            work.add(Notice(NoticeKind.RESET_IN_DOUBT, reset.requested_by, account.id))


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleReset(Command[None]):
    """A login has told which password holds after all."""

    reset_id: UUID
    attempt: int
    outcome: Outcome

    needs = Operation.RESET_PERFORM

    async def execute(self, work: Work) -> None:
        reset = await work.get(Reset, self.reset_id)
        account = await work.get(Account, reset.account_id)
        reset.settle(self.attempt, Outcome(self.outcome))
        if self.outcome is Outcome.NEW:
            account.take_new(reset.id, reset.candidate)
        else:
            account.keep_old(reset.id)
