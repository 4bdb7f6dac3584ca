"""The table: every row beside its goal, and what was measured for it; the same as JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from statistics import median

from bench.trial import Outcome, Row

NO_PEERS = "needs `make bench-peers`"


def verdict(outcome: Outcome, row: Row) -> str:
    """One word, or why there is none."""
    if outcome.trouble is not None:
        return f"no result: {outcome.trouble}"
    values = outcome.values(row)
    if not values:
        return NO_PEERS
    return "met" if row.goal.met_by(median(values)) else "NOT MET"


def line(outcome: Outcome, row: Row) -> str:
    """One row; the spread tells how quiet the machine was."""
    values = outcome.values(row) if outcome.trouble is None else []
    shown = f"{_short(median(values))} ({_short(min(values))}–{_short(max(values))})" if values else "–"
    return f"  {row.name:24} {row.what:80} {shown:>24}  {row.goal!s:>10}  {verdict(outcome, row)}"


def table(outcomes: Iterable[Outcome]) -> str:
    """All rows, and below each trial the medians of what it measured."""
    lines: list[str] = []
    for outcome in outcomes:
        lines.extend(line(outcome, row) for row in outcome.rows)
        if seen := outcome.figures():
            lines.append("      " + " · ".join(f"{name} {_short(value)}" for name, value in seen.items()))
    return "\n".join(lines)


def as_json(outcomes: Sequence[Outcome], machine: dict[str, object]) -> str:
    """For comparing runs; every round as it was."""
    return json.dumps({"machine": machine, "trials": [_trial(outcome) for outcome in outcomes]}, indent=1)


def machine() -> dict[str, object]:
    """What a number means depends on where it was measured, and beside what."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {"processors": os.cpu_count(), "memory_gib": round(memory, 1), "load_average": list(os.getloadavg())}


def _trial(outcome: Outcome) -> dict[str, object]:
    return {
        "name": outcome.trial.name,
        "trouble": outcome.trouble,
        "rounds": [dict(figures) for figures in outcome.rounds],
        "rows": [_row(outcome, row) for row in outcome.rows],
    }


def _row(outcome: Outcome, row: Row) -> dict[str, object]:
    values = outcome.values(row) if outcome.trouble is None else []
    return {
        "name": row.name,
        "what": row.what,
        "goal": str(row.goal),
        "values": values,
        "median": median(values) if values else None,
        "verdict": verdict(outcome, row),
    }


def _short(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 100 else f"{value:.3g}"
