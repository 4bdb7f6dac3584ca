"""What the databases must promise before anything is served from them, asked of the catalogue itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg import Connection

OLDEST = 180000
GUESTS = ("append", "project", "sign")
WRITTEN_BY_FUNCTIONS = ("ledger.events", "ledger.tiles", "ledger.checkpoints", "ledger.gate", "ledger.key_versions")
"""Tables that no role which logs in may write but through the functions made for it."""
_KEPT = {"fsync": ("on",), "full_page_writes": ("on",), "synchronous_commit": ("on", "remote_apply")}

Database = Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise that does not hold, and what to do about it."""

    what: str
    remedy: str


class PromiseBroken(Exception):
    """A database does not promise what the log stands on; the message says what to do."""


def check_roles(url: str) -> None:
    """For a process that starts: refuse a database in which somebody could write or read more than he should."""
    with Connection.connect(url, autocommit=True) as database:
        if broken := broken_by_roles(database):
            raise PromiseBroken("; ".join(f"{each.what}: {each.remedy}" for each in broken))


def missing_roles(database: Database) -> list[str]:
    """Roles of roles.sql that this server does not know."""
    asked = database.execute(
        "select wanted from unnest(%s::text[]) wanted where wanted not in (select rolname from pg_roles) order by 1",
        [[*GUESTS, "migrate", "ledger_owner"]],
    )
    return [name for (name,) in asked.fetchall()]


def broken_by_server(database: Database) -> list[Broken]:
    """Promises of the server: that what it acknowledged is on disk, and stays there."""
    return [*_version(database), *_settings(database), *_standbys(database)]


def broken_by_roles(database: Database) -> list[Broken]:
    """Promises of the log's database: nobody but `ledger.append` writes events, and secret keys are for few."""
    if database.execute("select to_regclass('ledger.events') is not null").fetchone() != (True,):
        return [Broken("the log's tables are missing", "run `strongroom up` once: it applies the migrations")]
    return [*_powers(database), *_writers(database), *_readers_of_secret_keys(database)]


def _version(database: Database) -> list[Broken]:
    if database.info.server_version >= OLDEST:
        return []
    return [Broken(f"PostgreSQL is {database.info.server_version // 10000}, too old", "use PostgreSQL 18 or newer")]


def _settings(database: Database) -> list[Broken]:
    asked = database.execute("select name, setting from pg_settings where name = any(%s)", [list(_KEPT)])
    found: dict[str, str] = dict(asked.fetchall())
    return [
        Broken(f"PostgreSQL runs with {name} = {found[name]}", f"set {name} = on: acknowledged events could be lost")
        for name, allowed in _KEPT.items()
        if found[name] not in allowed
    ]


def _standbys(database: Database) -> list[Broken]:
    """An asynchronous standby that takes over would take the log back in time (a fork)."""
    asked = database.execute("select count(*) from pg_stat_replication where sync_state = 'async'").fetchone()
    lagging = asked[0] if asked else 0
    named = database.execute("select setting from pg_settings where name = 'synchronous_standby_names'").fetchone()
    if not lagging or (named and named[0]):
        return []
    return [Broken(f"{lagging} standby(s) replicate asynchronously", "set synchronous_standby_names")]


def _powers(database: Database) -> list[Broken]:
    asked = database.execute(
        "select rolname from pg_roles where rolname = any(%s) and "
        "(rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication) order by 1",
        [[*GUESTS, "migrate", "ledger_owner"]],
    )
    return [
        Broken(f"role {name} may do more than its work", f"alter role {name} nosuperuser nocreaterole nocreatedb")
        for (name,) in asked.fetchall()
    ]


def _writers(database: Database) -> list[Broken]:
    asked = database.execute(
        "select rolname, privilege, written from pg_roles, unnest(%s::text[]) written, "
        "unnest(array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) privilege "
        "where rolcanlogin and not rolsuper and (has_table_privilege(rolname, to_regclass(written), privilege) "
        "or privilege in ('INSERT', 'UPDATE') and has_any_column_privilege(rolname, to_regclass(written), privilege)) "
        "order by 1, 2, 3",
        [list(WRITTEN_BY_FUNCTIONS)],
    )
    return [
        Broken(f"role {name} may {privilege} {written}", f"revoke {privilege} on {written} from {name}")
        for name, privilege, written in asked.fetchall()
    ]


def _readers_of_secret_keys(database: Database) -> list[Broken]:
    asked = database.execute(
        "select rolname from pg_roles where rolname = any(%s) "
        "and has_any_column_privilege(rolname, 'ledger.secret_keys', 'SELECT') order by 1",
        [["project", "sign"]],
    )
    return [
        Broken(f"role {name} may read ledger.secret_keys", f"revoke all on ledger.secret_keys from {name}")
        for (name,) in asked.fetchall()
    ]
