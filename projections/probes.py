"""Looks at resources, the latest of each kind at each thing: what is asked, what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

import msgspec

from domain import host_keys
from domain.access import Operation
from domain.probes import Finding, Kind, Probe
from domain.troubles import next_step
from ops.database import Async
from ops.ledger.log import Record
from projections.actors import ActorName, actor_name
from projections.base import Poison, Projection, Rows
from projections.viewer import Viewer

ASKED: LiteralString = (
    "update probes set resource_id = %s, actor_kind = %s, requested_by = %s, requested_at = %s, begun_at = null,"
    " ended_at = null, outcome = null, findings = '[]', host_key = null, password_number = 0 where id = %s"
)
BEGUN: LiteralString = "update probes set begun_at = %s, password_number = %s where id = %s"
ENDED: LiteralString = "update probes set ended_at = %s, outcome = %s, findings = %s, host_key = %s where id = %s"


class ProbesProjection(Projection):
    """One row for each thing and kind of look."""

    name = "probes"
    version = 1
    follows = (Probe,)
    on_poison = Poison.PARK
    schema = """
        create table probes (
          id uuid primary key, kind text not null, resource_id uuid not null, account_id uuid,
          actor_kind text not null, requested_by uuid not null, requested_at timestamptz not null,
          begun_at timestamptz, ended_at timestamptz, outcome text, findings text not null, host_key text,
          password_number bigint not null
        ) with (fillfactor = 80);
        create index on probes (account_id);
    """
    copied = {  # noqa: RUF012
        "probes": (
            "uuid", "text", "uuid", "uuid", "text", "uuid", "timestamptz", "timestamptz", "timestamptz", "text",
            "text", "text", "int8",
        ),
    }  # fmt: skip

    def apply(self, event: Any, record: Record, rows: Rows) -> None:
        probe, at = record.stream, record.recorded_at
        match event:
            case Probe.Requested():
                who = event.provenance.actor_kind.value, event.requested_by
                what = event.kind.value, event.resource_id, event.account_id
                rows.add("probes", probe, *what, *who, at, None, None, None, "[]", None, 0)
            case Probe.RequestedAgain():
                who = event.provenance.actor_kind.value, event.requested_by
                rows.execute(ASKED, event.resource_id, *who, at, probe)
            case Probe.Begun():
                rows.execute(BEGUN, at, event.password_number, probe)
            case Probe.Ended():
                findings = msgspec.json.encode(event.findings).decode()
                rows.execute(ENDED, at, event.outcome.value, findings, event.host_key, probe)


@dataclass(frozen=True, slots=True)
class FindingRow:
    """How one stage went; `next_step` says what to do about it."""

    stage: str
    verdict: str
    words: str
    next_step: str | None


@dataclass(frozen=True, slots=True)
class ProbeRow:
    """The latest look; what was found is empty until it has ended."""

    state: str
    outcome: str | None
    requested_by: ActorName | None
    requested_at: datetime | None
    ended_at: datetime | None
    findings: Sequence[FindingRow]
    host_key: str | None
    fingerprint: str | None
    password_number: int


NONE = ProbeRow("none", None, None, None, None, (), None, None, 0)


SELECT: LiteralString = (
    "select p.actor_kind, p.requested_by, u.username, p.requested_at, p.begun_at, p.ended_at, p.outcome, p.findings,"
    " p.host_key, p.password_number from probes p left join users u on u.id = p.requested_by where p.id = %s"
)


async def latest(db: Async, viewer: Viewer, kind: Kind, thing: UUID) -> ProbeRow:
    """The latest look of that kind at a resource or account, which the caller was allowed to see by the log already.
    Reads probes and users."""
    viewer.needs(Operation.RESOURCE_CHANGE if kind is Kind.HOST_KEY else Operation.ACCOUNT_VIEW)
    row = await (await db.execute(SELECT, (Probe.create_id(kind, thing, None),), prepare=True)).fetchone()
    return NONE if row is None else _shown(*row)


def _shown(
    actor_kind: str, who: UUID, username: str | None, requested_at: datetime, begun_at: datetime | None,
    ended_at: datetime | None, outcome: str | None, findings: str, host_key: str | None, password_number: int,
) -> ProbeRow:  # fmt: skip
    return ProbeRow(
        state="ended" if ended_at else "running" if begun_at else "waiting",
        outcome=outcome,
        requested_by=actor_name(actor_kind, who, username),
        requested_at=requested_at,
        ended_at=ended_at,
        findings=[_finding(each) for each in msgspec.json.decode(findings, type=list[Finding])],
        host_key=host_key,
        fingerprint=None if host_key is None else host_keys.fingerprint(host_key),
        password_number=password_number,
    )


def _finding(finding: Finding) -> FindingRow:
    return FindingRow(finding.stage.value, finding.verdict.value, finding.words, next_step(finding.error))
