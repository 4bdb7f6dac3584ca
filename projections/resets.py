"""Resets as people follow them, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from domain.access import Operation
from domain.resets import Outcome, Reset, State
from domain.troubles import next_step
from ops.database import Async
from ops.ledger.log import Record
from projections.access import VISIBLE_ACCOUNTS, parameters
from projections.actors import ActorName, actor_name
from projections.base import Poison, Projection, Rows
from projections.viewer import Viewer

TRIED: LiteralString = (
    "update resets set attempts = %s, state = case when state = 'in_doubt' then state else %s end where id = %s"
)
GAVE_UP: LiteralString = (
    "update resets set because = %s, error = %s, state = case when state = 'in_doubt' then state else %s end"
    " where id = %s"
)
DOUBTED: LiteralString = "update resets set state = %s, because = %s, error = %s where id = %s"
ENDED: LiteralString = "update resets set state = %s, because = %s, error = %s, ended_at = %s where id = %s"


class ResetsProjection(Projection):
    """Every reset that was asked for, and what the worker did about it."""

    name = "resets"
    version = 2
    follows = (Reset,)
    on_poison = Poison.PARK
    schema = """
        create table resets (
          id uuid primary key, account_id uuid not null, state text not null, actor_kind text not null,
          requested_by uuid not null, reason text, opened_at timestamptz not null, attempts integer not null,
          ended_at timestamptz, because text, error text
        ) with (fillfactor = 80);
        create table steps (
          reset uuid not null, position bigint not null, at timestamptz not null, what text not null,
          detail text not null, primary key (reset, position)
        );
        create index on resets (account_id, opened_at desc);
    """
    copied = {  # noqa: RUF012
        "resets": (
            "uuid",
            "uuid",
            "text",
            "text",
            "uuid",
            "text",
            "timestamptz",
            "int4",
            "timestamptz",
            "text",
            "text",
        ),
        "steps": ("uuid", "int8", "timestamptz", "text", "text"),
    }

    def apply(self, event: Any, record: Record, rows: Rows) -> None:
        reset, at = record.stream, record.recorded_at
        what, detail = _step(event)
        rows.add("steps", reset, record.position, at, what, detail)
        match event:
            case Reset.Requested():
                who = event.provenance.actor_kind.value, event.requested_by, event.provenance.reason
                rows.add("resets", reset, event.account_id, State.OPEN.value, *who, at, 0, None, None, None)
            case Reset.AttemptBegun():
                rows.execute(TRIED, event.number, State.ATTEMPTING.value, reset)
            case Reset.AttemptFailed():
                rows.execute(GAVE_UP, event.because, event.error, State.OPEN.value, reset)
            case Reset.InDoubt():
                rows.execute(DOUBTED, State.IN_DOUBT.value, event.because, event.error, reset)
            case Reset.Confirmed():
                rows.execute(ENDED, State.CONFIRMED.value, None, None, at, reset)
            case Reset.Failed():
                rows.execute(ENDED, State.FAILED.value, event.because, event.error, at, reset)
            case Reset.Settled():
                state = State.CONFIRMED if event.outcome is Outcome.NEW else State.FAILED
                rows.execute(ENDED, state.value, f"{event.outcome.value} password holds", None, at, reset)


def _step(event: Any) -> tuple[str, str]:
    """What happened, in a word, and what there is to say about it."""
    match event:
        case Reset.StepNoted():
            return event.step.value, event.detail
        case Reset.AttemptBegun():
            return "attempt-begun", f"attempt {event.number}"
        case Reset.AttemptFailed() | Reset.Failed() | Reset.InDoubt():
            return event.TOPIC.partition(".")[2], event.because
        case Reset.Settled():
            return "settled", f"the {event.outcome.value} password holds"
        case _:
            return str(event.TOPIC).partition(".")[2], ""


@dataclass(frozen=True, slots=True)
class StepRow:
    at: datetime
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class ResetRow:
    """One reset, with all its steps in order."""

    id: UUID
    account_id: UUID
    state: str
    requested_by: ActorName
    reason: str | None
    opened_at: datetime
    attempts: int
    steps: Sequence[StepRow]
    ended_at: datetime | None
    because: str | None
    next_step: str | None


SELECT: LiteralString = (
    f"with {VISIBLE_ACCOUNTS} select t.id, t.account_id, t.state, t.actor_kind, t.requested_by, u.username, t.reason,"
    " t.opened_at, t.attempts, t.ended_at, t.because, t.error from resets t"
    " join visible_accounts v on v.account = t.account_id left join users u on u.id = t.requested_by"
)
STEPS: LiteralString = "select reset, at, what, detail from steps where reset = any(%s) order by position"


async def list_resets(db: Async, viewer: Viewer, account: UUID, limit: int = 50) -> list[ResetRow]:
    """The resets of an account that `viewer` sees, newest first. Reads resets, access and users."""
    viewer.needs(Operation.ACCOUNT_VIEW)
    statement: LiteralString = SELECT + " where t.account_id = %s order by t.opened_at desc, t.id desc limit %s"
    found = await db.execute(statement, (*parameters(viewer), account, limit), prepare=True)
    return await _with_steps(db, await found.fetchall())


async def get_reset(db: Async, viewer: Viewer, reset: UUID) -> ResetRow | None:
    """One reset; None whether it is not there or of an account that the viewer does not see."""
    viewer.needs(Operation.ACCOUNT_VIEW)
    statement: LiteralString = SELECT + " where t.id = %s"
    found = await db.execute(statement, (*parameters(viewer), reset), prepare=True)
    return next(iter(await _with_steps(db, await found.fetchall())), None)


async def count_resets(db: Async) -> dict[str, int]:
    """How many resets stand in each state; numbers alone, for whoever watches the installation."""
    found = await db.execute("select state, count(*) from resets group by state", prepare=True)
    return dict(await found.fetchall())


async def _with_steps(db: Async, found: list[tuple[Any, ...]]) -> list[ResetRow]:
    steps: dict[UUID, list[StepRow]] = {row[0]: [] for row in found}
    for reset, *step in await (await db.execute(STEPS, (list(steps),), prepare=True)).fetchall():
        steps[reset].append(StepRow(*step))
    return [
        ResetRow(
            id,
            account,
            state,
            actor_name(kind, who, username),
            reason,
            opened_at,
            attempts,
            steps[id],
            ended,
            because,
            next_step(error),
        )
        for id, account, state, kind, who, username, reason, opened_at, attempts, ended, because, error in found
    ]
