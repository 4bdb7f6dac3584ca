"""Brings a database up to date: each script once, or again whenever it says something new; all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from psycopg import Connection, sql
from psycopg.rows import TupleRow

OPS = Path(__file__).resolve().parents[1]

_REMEMBERED = """
create schema if not exists meta;
create table if not exists meta.migrations (
  script text primary key, digest text not null, applied_at timestamptz not null default clock_timestamp()
);
grant usage on schema meta to migrate;
grant select on meta.migrations to migrate;
"""


class MigrationError(Exception):
    """A database cannot be brought up to date."""


@dataclass(frozen=True, slots=True)
class Script:
    """A file of SQL, named for ever; `repeats` when it replaces what it made before."""

    path: Path
    repeats: bool = False

    @property
    def name(self) -> str:
        return self.path.relative_to(OPS).as_posix()


@dataclass(frozen=True, slots=True)
class Plan:
    """The scripts of one database, in order, and the role that owns what they make."""

    owner: str
    scripts: Sequence[Script]


LEDGER = Plan(
    "ledger_owner",
    (
        Script(OPS / "ledger/schema.sql"),
        Script(OPS / "ledger/append.sql", repeats=True),
        Script(OPS / "ledger/proof.sql"),
        Script(OPS / "ledger/proof_functions.sql", repeats=True),
        Script(OPS / "ledger/gate.sql"),
        Script(OPS / "ledger/gate_functions.sql", repeats=True),
        Script(OPS / "ledger/keys.sql"),
        Script(OPS / "ledger/shreds.sql"),
        Script(OPS / "ledger/cursors.sql"),
        Script(OPS / "ledger/cursors_functions.sql", repeats=True),
        Script(OPS / "ledger/key_uses.sql"),
        Script(OPS / "ledger/keys_functions.sql", repeats=True),
    ),
)
VIEWS = Plan(
    "project",
    (
        Script(OPS / "migrations/views_access.sql", repeats=True),
        Script(OPS / "migrations/views.sql"),
        Script(OPS / "migrations/views_signatures.sql", repeats=True),
        Script(OPS / "migrations/views_signer.sql", repeats=True),
        Script(OPS / "migrations/views_forwarder.sql", repeats=True),
    ),
)


def migrate(database: Connection[TupleRow], plan: Plan) -> list[str]:
    """Apply what is missing, as the owner; the names of what was applied."""
    with database.transaction():
        database.execute("select pg_advisory_xact_lock(hashtext('strongroom.migrations'))")
        database.execute(sql.SQL("set local role {}").format(sql.Identifier(plan.owner)))
        database.execute(_REMEMBERED)
        return [script.name for script in plan.scripts if _apply(database, script)]


def pending(database: Connection[TupleRow], plan: Plan) -> list[str]:
    """The names of the scripts that `migrate` would apply."""
    if not database.execute("select from pg_tables where schemaname = 'meta'").rowcount:
        return [script.name for script in plan.scripts]
    return [script.name for script in plan.scripts if _digest_applied(database, script) != _digest(script)]


def _apply(database: Connection[TupleRow], script: Script) -> bool:
    applied = _digest_applied(database, script)
    if applied == _digest(script):
        return False
    if applied and not script.repeats:
        raise MigrationError(
            f"{script.name} is not what was applied to this database: it was written by another release"
        )
    database.execute(script.path.read_bytes())
    database.execute(
        "insert into meta.migrations (script, digest) values (%s, %s) "
        "on conflict (script) do update set digest = excluded.digest, applied_at = clock_timestamp()",
        (script.name, _digest(script)),
    )
    return True


def _digest_applied(database: Connection[TupleRow], script: Script) -> str | None:
    row = database.execute("select digest from meta.migrations where script = %s", (script.name,)).fetchone()
    return str(row[0]) if row else None


def _digest(script: Script) -> str:
    return sha256(script.path.read_bytes()).hexdigest()
