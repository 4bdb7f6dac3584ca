"""When Strongroom's processes started and stopped, and which release each was, as the audit trail has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from domain.access import Operation
from ops.database import Async
from projections.viewer import Viewer

RUNS: LiteralString = """
    select b.recorded_at, b.details::json ->> 'process', b.details::json ->> 'product_version',
      e.recorded_at, e.details::json ->> 'because'
    from entries b left join entries e on e.stream = b.stream and e.about = b.about and e.topic = 'system.stopped'
    where b.topic = 'system.started' order by b.position desc limit %s
"""


@dataclass(frozen=True, slots=True)
class RunRow:
    """One process from its start; without an end it runs, or was killed."""

    started_at: datetime
    process: str
    release: str
    stopped_at: datetime | None
    because: str | None


async def list_runs(db: Async, viewer: Viewer, limit: int = 10) -> Sequence[RunRow]:
    """The last ones, newest first. Reads the audit trail."""
    viewer.needs(Operation.SYSTEM_VIEW)
    return [RunRow(*row) for row in await (await db.execute(RUNS, (limit,), prepare=True)).fetchall()]
