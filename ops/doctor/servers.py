"""Checks of PostgreSQL: there, with all its roles, keeping what it promises, up to date, and right about the time."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg

from ops import database
from ops.doctor.findings import Finding, stops, well
from ops.migrations import promises, runner
from ops.settings import Settings, SettingsError

DRIFT = 2.0
NO_ROLE = re.compile(r'role "(\w+)" does not exist')


def ledger(settings: Settings) -> Iterator[Finding]:
    """The log's database: there, new enough, up to date, and keeping its promises."""
    try:
        with database.connect_now(database.ledger_url(settings, "migrate", limited=False)) as connection:
            yield well("postgresql", f"release {connection.info.server_version // 10000}")
            yield from _roles(settings, promises.missing_roles(connection))
            yield from _promises(connection)
            yield _migrated("ledger", pending := runner.pending(connection, runner.LEDGER))
            yield _clock(connection)
            if not pending:
                yield from _ahead(connection)
    except (psycopg.Error, SettingsError) as error:
        yield _away("postgresql", settings, error)


def views(settings: Settings) -> Iterator[Finding]:
    try:
        with database.connect_now(database.views_url(settings, "migrate")) as connection:
            yield _migrated("read models", runner.pending(connection, runner.VIEWS))
    except (psycopg.Error, SettingsError) as error:
        yield _away("read models", settings, error)


def _away(check: str, settings: Settings, error: Exception) -> Finding:
    """Whoever cannot even sign in lacks his role; all else is in the server's log, or in the settings."""
    if (unknown := NO_ROLE.search(str(error))) is not None:
        return next(_roles(settings, [unknown[1]]))
    log = settings.state / "logs" / "postgresql.log"
    ours = f"start `strongroom up`; when it runs, read {log}"
    theirs = "start that server, or correct STRONGROOM_DATABASE_URL and STRONGROOM_VIEWS_URL"
    return stops(check, _first_line(error), ours if settings.database_url is None else theirs)


def _roles(settings: Settings, missing: list[str]) -> Iterator[Finding]:
    ours, theirs = "restart `strongroom up`: it makes them", "run ops/migrations/roles.sql as its superuser"
    if missing:
        remedy = ours if settings.database_url is None else theirs
        yield stops("roles", f"PostgreSQL lacks the role {' and '.join(missing)}", remedy)


def _promises(connection: promises.Database) -> Iterator[Finding]:
    broken = [*promises.broken_by_server(connection), *promises.broken_by_roles(connection)]
    for each in broken:
        yield stops("promises", each.what, each.remedy)
    if not broken:
        yield well("promises", "what is committed stays, and only ledger.append writes events")


def _migrated(what: str, pending: list[str]) -> Finding:
    if pending:
        return stops(
            "migrations", f"{what}: {', '.join(pending)} not applied", "restart `strongroom up`: it applies them"
        )
    return well("migrations", f"{what} up to date")


def _clock(connection: promises.Database) -> Finding:
    """The database's clock says when; ours only guesses it, and must not be far off."""
    before = here()
    row = connection.execute("select clock_timestamp()").fetchone()
    assert row is not None
    middle = datetime.fromtimestamp((before + here()) / 2, UTC)
    drift = abs((row[0] - middle).total_seconds())
    if drift > DRIFT:
        return stops("clock", f"{drift:.1f} s off the database's", "let both machines follow one time server (chrony)")
    return well("clock", f"within {max(drift, 0.001):.3f} s of the database's")


def here() -> float:
    """This machine's clock."""
    return time.time()


def _ahead(connection: promises.Database) -> Iterator[Finding]:
    """Times in the log never go back: after a clock that was ahead they stand still until it is overtaken."""
    ahead = "extract(epoch from recorded_at - clock_timestamp())::float8"
    row = connection.execute(f"select {ahead} from ledger.events order by position desc limit 1".encode()).fetchone()
    if row is not None and row[0] > DRIFT:
        remedy = "set the clock of the database's machine right (chrony), and wait until it has passed that time"
        yield stops("clock", f"the log's last record is {row[0]:.0f} s ahead of the database's clock", remedy)


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


CHECKS = (ledger, views)
