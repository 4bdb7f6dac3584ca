"""The Vault: the one door to the write side. It authorises, decides, records, and only then reveals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar, cast
from uuid import UUID

from opentelemetry import trace
from opentelemetry.trace import INVALID_SPAN, Span

from commands.authorisation import authorise
from commands.base import Caller, Closed, Command, Done
from commands.proof import NoProof, Proof
from commands.refusals import RefusalDesk, refusal_of
from commands.repository import Opener, Repository
from commands.troubles import translated
from commands.work import Tools, Work
from domain import errors
from domain.base import Aggregate, Event
from domain.errors import StrongroomError
from domain.provenance import SYSTEM_ID, ActorKind, Channel, Provenance
from domain.refusals import Refusal
from domain.secrets import Secret
from ops.ledger import errors as ledger
from ops.ledger.log import EventLog, Lane, Record, Row, Submission

T = TypeVar("T")
ATTEMPTS = 3
TRACER = trace.get_tracer("strongroom.commands")
UNTRACED = nullcontext(INVALID_SPAN)


class Mapper(Opener, Protocol):
    """Seals events for the log and opens them again."""

    async def seal(self, event: Event, scope: UUID | None, today: date) -> Row:
        """`event` as a row, under the data key of `scope`, or of the day."""

    async def open_each(self, records: Sequence[Record]) -> Sequence[Event | ledger.LedgerError]:
        """Every record's event, or why it cannot be had."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A disclosed secret; `number` says which of the account's passwords it is."""

    secret: Secret
    number: int


class Vault:
    """Nothing changes but through `execute`; nothing is shown but through `disclose`."""

    def __init__(
        self, log: EventLog, mapper: Mapper, tools: Tools, desk: RefusalDesk, proof: Proof | None = None
    ) -> None:
        self._proof = proof or NoProof()
        self._log = log
        self._mapper = mapper
        self._tools = tools
        self._desk = desk
        self._repository = Repository(log, mapper)
        self._shut: errors.ReadOnly | None = None

    def shut(self, why: errors.ReadOnly) -> None:
        """Record nothing more in this process, so that nothing is revealed: everybody is told why."""
        self._shut = why

    async def execute(self, command: Command[T], caller: Caller) -> Done[T]:
        """Decide and record; decided again when what the decision rests on moved, three times at most."""
        with _span(type(command).__name__) as span:
            for attempt in range(ATTEMPTS):
                done = await self._decide(command, caller)
                if done is not None:
                    span.set_attribute("strongroom.position", done.position)
                    span.set_attribute("strongroom.attempts", attempt + 1)
                    return done
        raise errors.Contended

    async def disclose(self, command: Command[Closed], caller: Caller) -> Done[Opened]:
        """Record before reveal: the secret is opened only once the event that says so is durable (D7)."""
        done = await self.execute(command, caller)
        closed = done.value
        try:
            secret = await self._tools.sealer.open(closed.secret, closed.owner, closed.field)
        except ledger.LedgerError as trouble:
            raise translated(trouble) from trouble
        return Done(Opened(secret, closed.number), done.position)

    def look(self, caller: Caller) -> Work:
        """A decision that changes nothing: for queries that must know what their viewer may do now."""
        return Work(caller, self._log.now(), self._log.head, self._repository, self._tools)

    async def rely(self, work: Work) -> None:
        """What was looked at is acted upon where nothing is recorded: AwaitingProof while that is not proved."""
        await self._proved(work.rests_on)

    async def opened(self, records: Sequence[Record]) -> list[Event]:
        """What these records say, for whoever follows the log in this process; one that cannot be read says nothing."""
        return [event for event in await self._mapper.open_each(records) if isinstance(event, Event)] if records else []

    def forget(self, streams: Collection[UUID]) -> None:
        """Others have written these: read them again when they are next asked for."""
        self._repository.forget(streams)

    async def _decide(self, command: Command[T], caller: Caller) -> Done[T] | None:
        """One attempt; None when something that it read has moved since."""
        if self._shut is not None:
            raise errors.ReadOnly(self._shut.detail)
        work = self.look(caller)
        try:
            await authorise(work, command)
            value = await command.execute(work)
        except (errors.Conflict, errors.Invalid) as refusal:
            before: Done[T] | None = await self.done_before(caller)
            if before is None:
                await self._refuse(work, command, refusal)
            return before
        except StrongroomError as refusal:
            await self._refuse(work, command, refusal)
            return None
        except ledger.LedgerError as trouble:
            raise translated(trouble) from trouble
        decided = list(work.decided())
        critical = any(event.ABOUT.critical for _, event in decided)
        await self._proved(work.rests_on)
        if critical and not await self._proof.keeps_up():
            raise errors.AwaitingProof("Too few witnesses answer: nothing that needs them is recorded meanwhile.")
        position = await self._record(work, decided)
        if position is None:
            return None
        if work.verdict is not None:
            raise work.verdict
        if critical:
            await self._proved(
                position.position if isinstance(position, ledger.Repeated) else position + len(decided) - 1
            )
        return self._done(value, position)

    async def _proved(self, position: int) -> None:
        """What is critical takes effect once witnesses have seen it, and nothing rests on it before."""
        if not await self._proof.covers(position):
            raise errors.AwaitingProof(
                f"Position {position} has to be signed and witnessed first; try again in a moment."
            )

    @staticmethod
    def _done(value: T, position: int | ledger.Repeated) -> Done[T]:
        if isinstance(position, ledger.Repeated):  # a creating command answers with what it created
            return Done(cast("T", position.stream), position.position)
        return Done(value, position)

    async def done_before(self, caller: Caller) -> Done[T] | None:
        """What a repeated request led to the first time: by now it may be that very thing which stands in its way."""
        if caller.idempotency is None:
            return None
        try:
            await self._log.settle(caller.idempotency)
        except ledger.Repeated as repeated:
            return Done(cast("T", repeated.stream), repeated.position)
        except ledger.LedgerError as trouble:
            raise translated(trouble) from trouble
        return None

    async def _refuse(self, work: Work, command: Command[T], refusal: StrongroomError) -> None:
        """Record the refusal, guarded like any decision, and raise it; return to decide again if something moved."""
        if not self._desk.admit(work.caller, refusal):
            if await self._current(work):
                raise refusal
            return
        noted = refusal_of(command, refusal)
        work.add(noted)
        recorded = await self._record(work, [(noted, cast("Event", noted.pending_events[0]))], Lane.REFUSAL)
        if recorded is not None:
            raise refusal

    async def _record(
        self, work: Work, decided: list[tuple[Aggregate, Event]], lane: Lane = Lane.COMMAND
    ) -> int | ledger.Repeated | None:
        """The position of the first event; None when the decision has to be made again."""
        if not decided:
            return self._log.head if await self._current(work) else None
        rows = await self._seal(work, decided)
        idempotency = work.caller.idempotency if lane is Lane.COMMAND and work.verdict is None else None
        submission = Submission(rows, work.reads, work.since, work.good_until, idempotency, lane)
        try:
            return (await self._log.append(submission)).position
        except ledger.Moved as moved:
            self._repository.forget(moved.streams)
        except ledger.Expired:
            pass
        except ledger.Repeated as repeated:
            return repeated
        except ledger.LedgerError as trouble:
            raise translated(trouble) from trouble
        return None

    async def _current(self, work: Work) -> bool:
        """Whether everything that the decision read still stands as read, asked of the log itself."""
        try:
            heads = await self._log.heads(work.reads)
        except ledger.LedgerError as trouble:
            raise translated(trouble) from trouble
        moved = [stream for stream, version in work.reads.items() if heads.get(stream, 0) != version]
        self._repository.forget(moved)
        return not moved

    async def _seal(self, work: Work, decided: Iterable[tuple[Aggregate, Event]]) -> list[Row]:
        provenance = provenance_of(work.caller)
        today = work.now.date()
        stamped = [(event.stamped(provenance), aggregate.key_scope) for aggregate, event in decided]
        return [await self._mapper.seal(event, scope, today) for event, scope in stamped]

    async def count_refusals(self) -> None:
        """Once a minute, record how many refusals went without an event of their own. Runs until cancelled."""
        caller = Caller(kind=ActorKind.NOBODY, id=SYSTEM_ID, channel=Channel.API)
        await self._desk.run(lambda count: self._count(count, caller))

    async def _count(self, count: int, caller: Caller) -> None:
        work = self.look(caller)
        counted = Refusal.counted(count)
        work.add(counted)
        await self._record(work, list(work.decided()), Lane.REFUSAL)


def _span(name: str) -> AbstractContextManager[Span]:
    """Within the request's, when that is traced; to ask first costs a tenth of a span that records nothing."""
    return TRACER.start_as_current_span(name) if trace.get_current_span().is_recording() else UNTRACED


def provenance_of(caller: Caller) -> Provenance:
    return Provenance(
        actor_kind=caller.kind,
        actor_id=caller.id,
        request_id=caller.request_id,
        channel=caller.channel,
        session_id=caller.session,
        causation=caller.causation,
        reason=caller.reason,
        ticket=caller.ticket,
    )
