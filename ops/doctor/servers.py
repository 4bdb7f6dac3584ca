"""Checks of the servers: PostgreSQL and what it promises, its clock, NATS and who may speak there."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import psycopg

from ops import database
from ops.bus import Bus, BusAway, Outgoing, OutOfStep
from ops.crypto import keyfiles
from ops.doctor.findings import Finding, look, stops, well
from ops.doctor.folders import is_known
from ops.migrations import promises, runner
from ops.runtime import keys, nats
from ops.settings import Settings, SettingsError

DRIFT = 2.0
HEARD = 1.0
NEVER = 1 << 62
OLDEST_NATS = (2, 12)
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


def bus(settings: Settings) -> Iterator[Finding]:
    """NATS away is slow, not broken: readers fall back to PostgreSQL."""
    if not is_known(settings):
        return
    parts = urlsplit(settings.bus_url)
    said = nats.greeting(parts.port or 4222, parts.hostname or "127.0.0.1")
    if not said:
        log = settings.state / "logs" / "nats.log"
        yield look("nats", f"{settings.bus_url} does not answer", f"start `strongroom up`; when it runs, read {log}")
        return
    if said.get("auth_required") is not True:
        yield stops("nats", "lets in whoever comes", "give it users with nkeys (docs/operations.md)")
    if unfit := list(_greeted(said)):
        yield from unfit
        return
    try:
        yield from asyncio.run(_as_users(settings))
    except keyfiles.KeyFileError as error:
        yield stops("nats", str(error), "restore the seeds, or let `strongroom up` make new ones")


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


def _greeted(said: dict[str, object]) -> Iterator[Finding]:
    """What a NATS tells of itself before anybody signs in."""
    release = str(said.get("version", "0"))
    if tuple(int(part) for part in re.findall(r"\d+", release)[:2]) < OLDEST_NATS:
        yield stops("nats", f"NATS is {release}, too old", "use NATS 2.12 or newer")
    if said.get("jetstream") is not True:
        yield stops("nats", "NATS runs without JetStream", "start it with JetStream (docs/operations.md)")


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


async def _as_users(settings: Settings) -> list[Finding]:
    """Sign in as each user, and have the follower try what only the publisher may."""
    findings = []
    for user in (nats.PUBLISHER, nats.FOLLOWER):
        connection = Bus(settings.bus_url, keys.seed_of(settings, user), nats.inbox(user))
        await connection.start()
        try:
            if not await _connected(connection):
                findings.append(
                    look("nats", f"does not know the {user}", "restart `strongroom up`, or tell NATS its key")
                )
            elif user == nats.FOLLOWER and await _may_speak(connection):
                remedy = "forbid the follower to publish log.> and audit.> (docs/operations.md)"
                findings.append(stops("nats", "the follower may speak for the log", remedy))
            else:
                findings.append(well("nats", f"knows the {user}, who may do his work and no more"))
        finally:
            await connection.close()
    return findings


async def _connected(connection: Bus) -> bool:
    for _ in range(100):
        if connection.connected:
            return True
        await asyncio.sleep(0.02)
    return False


async def _may_speak(connection: Bus) -> bool:
    """A message that no stream would ever take: whoever is refused for its number was heard."""
    try:
        async with asyncio.timeout(HEARD):
            await connection.publish([Outgoing("log.doctor.asked", b"", NEVER, {})])
    except OutOfStep:
        return True
    except (BusAway, TimeoutError):
        return False
    return True


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


CHECKS = (ledger, views, bus)
