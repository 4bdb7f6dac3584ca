"""Which alarms are open: those beside the read models that nobody has settled since they were last raised."""

from __future__ import annotations

from psycopg import sql

GENERATION = "select generation from views.projections where name = 'alarms' and role = 'serving'"
"""Which generation of the read model says up to when each alarm was settled."""
_OPEN = sql.SQL(
    "select kind, name, position, detail, times, first_at, last_at from views.alarms a where {} order by last_at desc"
)
_UNSETTLED = sql.SQL(
    "not exists (select from {}.closings c where (c.kind, c.name, c.position) = (a.kind, a.name, a.position)"
    " and c.seen_at >= a.last_at)"
)


def open_alarms(generation: int | None) -> sql.Composed:
    """The question, the latest first; all there are, while it cannot be told what somebody has settled."""
    if generation is None:
        return _OPEN.format(sql.SQL("true"))
    return _OPEN.format(_UNSETTLED.format(sql.Identifier(f"alarms_g{generation}")))
