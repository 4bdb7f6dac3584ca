"""Checks of our own processes: looked after, ready, keeping up, and without an alarm."""

from __future__ import annotations

import json
from collections.abc import Iterator

import psycopg

from domain.alarms import AlarmKind
from ops import alarms, database
from ops.doctor.findings import Finding, look, stops, well
from ops.doctor.remedies import remedy
from ops.runtime import up
from ops.runtime.sealing import DOOR
from ops.runtime.standing import standing_file
from ops.settings import Settings, SettingsError

BEHIND = 1000
MOST = 20
LATE = 10.0
"""Seconds that an event may wait to be shown."""
WAITING = (
    "select count(*), extract(epoch from clock_timestamp() - min(recorded_at))::float8 from ledger.events"
    " where position > %s"
)


def supervised(settings: Settings) -> Iterator[Finding]:
    """Where parts run apart nobody ever held the lock: whoever starts them knows whether they run."""
    if settings.database_url is not None and not (settings.state / "lock").exists():
        yield look(
            "supervisor", "none here: parts run apart, or not at all", "ask whoever starts them: systemd, Docker"
        )
        return
    if not up.is_running(settings):
        yield stops("supervisor", f"nobody runs over {settings.state}", "start `strongroom up`")
        return
    try:
        standing = json.loads(standing_file(settings).read_text())
    except (OSError, ValueError):
        yield look("supervisor", "still starting", "wait a few seconds, then ask again")
        return
    if any(child["name"] == DOOR for child in standing):
        yield stops(
            "supervisor", "the vault is sealed: nothing runs but its door",
            "bring what opens the roots: `strongroom keys unseal`, or /unseal in a browser",
        )  # fmt: skip
        return
    for child in standing:
        yield _judged(child["name"], child["ready"], child["falls"], settings)


def projections(settings: Settings) -> Iterator[Finding]:
    """How far behind the log the read models are; what is halted answers 503."""
    try:
        with (
            database.connect_now(database.ledger_url(settings, "migrate")) as ledger,
            database.connect_now(database.views_url(settings, "migrate")) as views,
        ):
            rows = views.execute(
                "select name, position, halted from views.projections where role = 'serving' order by 1"
            )
            for name, position, halted in rows.fetchall():
                behind, waits = ledger.execute(WAITING.encode(), (position,)).fetchone() or (0, None)
                yield _projected(settings, name, behind, waits or 0.0, halted)
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


def _projected(settings: Settings, name: str, behind: int, waits: float, halted: str | None) -> Finding:
    if halted is not None:
        return stops("projections", f"{name} is halted: {halted}", "do what the alarm below says")
    if behind > BEHIND or waits > LATE:
        remedy = f"wait if that number falls; if not, read {settings.state / 'logs' / 'projector.log'}"
        return look("projections", f"{name} is {behind} events behind, the oldest for {waits:.0f} s", remedy)
    return well("projections", f"{name} is {behind} events behind")


def _alarms(views: psycopg.Connection[tuple[object, ...]]) -> Iterator[Finding]:
    row = views.execute(alarms.GENERATION).fetchone()
    rows = views.execute(alarms.open_alarms(None if row is None else int(str(row[0])))).fetchmany(MOST)
    for kind, name, position, detail, *_ in rows:
        says = f"{kind} of {name} at position {position}: {detail}"
        yield (stops if kind == AlarmKind.FORKED else look)("alarms", says, remedy(str(kind), str(name)))
    if not rows:
        yield well("alarms", "none is open")


CHECKS = (supervised, projections)
