"""Checks of our own processes: looked after, ready, keeping up, and without an alarm."""

from __future__ import annotations

import json
from collections.abc import Iterator

import psycopg

from ops import database
from ops.doctor.findings import Finding, look, stops, well
from ops.runtime import up
from ops.settings import Settings, SettingsError

BEHIND = 1000


def supervised(settings: Settings) -> Iterator[Finding]:
    if not up.is_running(settings):
        yield stops("supervisor", f"nobody runs over {settings.state}", "start `strongroom up`")
        return
    try:
        standing = json.loads(up.standing_file(settings).read_text())
    except (OSError, ValueError):
        yield look("supervisor", "still starting", "wait a few seconds, then ask again")
        return
    for child in standing:
        yield _judged(child["name"], child["ready"], child["falls"], settings)


def projections(settings: Settings) -> Iterator[Finding]:
    """How far behind the log the read models are; what is halted answers 503."""
    try:
        head = _head(settings)
        with database.connect_now(database.views_url(settings, "migrate")) as views:
            rows = views.execute(
                "select name, position, halted from views.projections where role = 'serving' order by 1"
            )
            for name, position, halted in rows.fetchall():
                yield _projected(name, head - position, halted)
            yield from _alarms(views)
    except (psycopg.Error, SettingsError):
        return  # said by the check of PostgreSQL already


def _judged(name: str, ready: bool, falls: int, settings: Settings) -> Finding:
    log = settings.state / "logs" / f"{name}.log"
    if not ready:
        return stops("processes", f"{name} is not ready, fell {falls} times", f"look into {log}; it is started again")
    if falls:
        return look("processes", f"{name} is ready, but fell {falls} times", f"look into {log}")
    return well("processes", f"{name} is ready")


def _head(settings: Settings) -> int:
    with database.connect_now(database.ledger_url(settings, "migrate")) as ledger:
        row = ledger.execute("select coalesce(max(position), 0) from ledger.events").fetchone()
        return int(row[0]) if row else 0


def _projected(name: str, behind: int, halted: str | None) -> Finding:
    if halted is not None:
        return stops("projections", f"{name} is halted: {halted}", "see the alarm below; then `projections rebuild`")
    if behind > BEHIND:
        return look("projections", f"{name} is {behind} events behind", "look into STATE/logs/projector.log")
    return well("projections", f"{name} is {max(behind, 0)} events behind")


def _alarms(views: psycopg.Connection[tuple[object, ...]]) -> Iterator[Finding]:
    rows = views.execute(
        "select kind, name, position, detail from views.alarms order by last_at desc limit 20"
    ).fetchall()
    for kind, name, position, detail in rows:
        says = f"{kind} of {name} at position {position}: {detail}"
        if kind == "forked":
            yield stops(
                "alarms", says, "the log went back in time: stop, and read `When the log forks` in operations.md"
            )
        else:
            yield look("alarms", says, "read `Alarms` in docs/operations.md")
    if not rows:
        yield well("alarms", "none")


CHECKS = (supervised, projections)
