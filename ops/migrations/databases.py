"""The two databases and who may connect to them: the log, and the read models that can be made again from it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from psycopg import Connection, sql
from psycopg.rows import TupleRow

ROLES = Path(__file__).with_name("roles.sql")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a database is for: its usual name, its owner, and who may connect to it."""

    database: str
    owner: str
    guests: tuple[str, ...]


LEDGER = Kind("strongroom", "ledger_owner", ("append", "project", "sign", "migrate"))
VIEWS = Kind("strongroom_views", "project", ("append", "sign", "migrate"))


def create_roles(superuser: Connection[TupleRow]) -> None:
    """Make the roles, or bring them back to what they must be."""
    with superuser.transaction():
        superuser.execute(ROLES.read_bytes())


def create(superuser: Connection[TupleRow], kind: Kind, name: str | None = None, template: str = "template0") -> None:
    """Make the database if it is missing, and let in whoever belongs there and nobody else. Needs autocommit."""
    database = name or kind.database
    if not superuser.execute("select from pg_database where datname = %s", [database]).rowcount:
        make = sql.SQL("create database {} owner {} template {}")
        superuser.execute(make.format(*map(sql.Identifier, (database, kind.owner, template))))
    _let_in(superuser, kind, database)


def drop(superuser: Connection[TupleRow], database: str) -> None:
    superuser.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database)))


def _let_in(superuser: Connection[TupleRow], kind: Kind, database: str) -> None:
    name = sql.Identifier(database)
    guests = sql.SQL(", ").join(map(sql.Identifier, kind.guests))
    superuser.execute(sql.SQL("revoke all on database {} from public").format(name))
    superuser.execute(sql.SQL("grant connect on database {} to {}").format(name, guests))
