"""Databases as `strongroom up` makes them: once, the same again, and nobody may do more than his work."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql

from ops.migrations import databases, promises, runner
from tests.support.servers import Database, DatabaseServer


def test_a_fresh_log_keeps_every_promise(ledger_database: Database) -> None:
    with psycopg.connect(ledger_database.migrate) as database:
        assert promises.broken_by_server(database) == []
        assert promises.broken_by_roles(database) == []


def test_what_was_applied_is_not_applied_again(ledger_database: Database) -> None:
    with psycopg.connect(ledger_database.migrate) as database:
        assert runner.pending(database, runner.LEDGER) == []
        assert runner.migrate(database, runner.LEDGER) == []


def test_a_script_of_another_release_is_refused(ledger_database: Database) -> None:
    with psycopg.connect(ledger_database.superuser) as database:
        database.execute("update meta.migrations set digest = 'another' where script = 'ledger/schema.sql'")
    with (
        psycopg.connect(ledger_database.migrate) as database,
        pytest.raises(runner.MigrationError, match="another release"),
    ):
        runner.migrate(database, runner.LEDGER)


@pytest.mark.parametrize("role", ["append", "project", "sign", "migrate"])
@pytest.mark.parametrize("deed", ["update", "delete", "truncate", "insert"])
def test_no_role_changes_or_forges_an_event(module_ledger_database: Database, role: str, deed: str) -> None:
    statement = {
        "update": "update ledger.events set topic = 'x'",
        "delete": "delete from ledger.events",
        "truncate": "truncate ledger.events",
        "insert": "insert into ledger.events (position) values (9223372036854775807)",
    }[deed]
    with (
        psycopg.connect(module_ledger_database.dsn(role)) as database,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        database.execute(statement)


@pytest.mark.parametrize("role", ["append", "project", "sign", "migrate"])
@pytest.mark.parametrize("table", ["tiles", "checkpoints"])
def test_no_role_changes_or_forges_the_tree(module_ledger_database: Database, role: str, table: str) -> None:
    with psycopg.connect(module_ledger_database.dsn(role), autocommit=True) as database:
        for deed in ("delete from ledger.{}", "truncate ledger.{}", "insert into ledger.{} default values"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                database.execute(sql.SQL(deed).format(sql.Identifier(table)))


@pytest.mark.parametrize("role", ["append", "project"])
def test_only_the_signers_role_may_keep_tiles_and_publish(module_ledger_database: Database, role: str) -> None:
    for call in ("keep_tiles('{}', '{}', '{}', '{}')", "publish_checkpoint('a', 1, '', '', true)"):
        with (
            psycopg.connect(module_ledger_database.dsn(role)) as database,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            database.execute(f"select ledger.{call}".encode())
    with psycopg.connect(module_ledger_database.dsn("sign")) as database:
        database.execute("select ledger.keep_tiles('{}', '{}', '{}', '{}')")


def test_the_signers_role_appends_nothing_and_reads_no_key(module_ledger_database: Database) -> None:
    for statement in ("select ledger.barrier()", "select from ledger.event_keys", "select from ledger.secret_keys"):
        with (
            psycopg.connect(module_ledger_database.dsn("sign")) as database,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            database.execute(statement.encode())


def test_the_projector_reads_no_secret_key(module_ledger_database: Database) -> None:
    with psycopg.connect(module_ledger_database.project) as database:
        database.execute("select from ledger.event_keys")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            database.execute("select from ledger.secret_keys")


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ("grant insert on ledger.events to append", "role append may INSERT ledger.events"),
        ("grant truncate on ledger.events to sign", "role sign may TRUNCATE ledger.events"),
        ("grant update (topic) on ledger.events to project", "role project may UPDATE ledger.events"),
        ("grant insert on ledger.tiles to sign", "role sign may INSERT ledger.tiles"),
        ("grant update (note) on ledger.checkpoints to append", "role append may UPDATE ledger.checkpoints"),
        ("grant select on ledger.secret_keys to project", "role project may read ledger.secret_keys"),
        ("drop table ledger.events cascade", "the log's tables are missing"),
    ],
)
def test_a_broken_promise_is_named(ledger_database: Database, fault: str, named: str) -> None:
    with psycopg.connect(ledger_database.superuser) as database:
        database.execute(fault)
        assert named in [broken.what for broken in promises.broken_by_roles(database)]
        assert all(broken.remedy for broken in promises.broken_by_roles(database))


def test_a_log_of_an_earlier_release_breaks_no_promise_by_what_it_lacks(ledger_database: Database) -> None:
    with psycopg.connect(ledger_database.superuser) as database:
        database.execute("drop table ledger.tiles, ledger.checkpoints")
        assert promises.broken_by_roles(database) == []


def test_a_role_that_was_given_more_is_named_and_taken_back(postgres_server: DatabaseServer) -> None:
    with postgres_server.superuser() as superuser:
        databases.create(superuser, databases.LEDGER, "promises_of_roles")
        try:
            superuser.execute("alter role append createrole")
            with postgres_server.superuser("promises_of_roles") as database:
                runner.migrate(database, runner.LEDGER)
                assert "role append may do more than its work" in [b.what for b in promises.broken_by_roles(database)]
            databases.create_roles(superuser)
            with postgres_server.superuser("promises_of_roles") as database:
                assert promises.broken_by_roles(database) == []
        finally:
            databases.drop(superuser, "promises_of_roles")


def test_a_stranger_among_the_databases_roles_enters_neither(
    ledger_database: Database, views_database: Database, postgres_server: DatabaseServer
) -> None:
    with postgres_server.superuser() as superuser:
        for database, role in ((ledger_database, "pg_monitor"), (views_database, "pg_monitor")):
            allowed = superuser.execute("select has_database_privilege(%s, %s, 'CONNECT')", [role, database.name])
            assert allowed.fetchone() == (False,)


def test_the_api_reads_read_models_that_are_made_later(views_database: Database) -> None:
    with psycopg.connect(views_database.project) as database:
        database.execute("create schema accounts_g1; create table accounts_g1.accounts as select 1 as one")
    with psycopg.connect(views_database.append) as database:
        assert database.execute("select one from accounts_g1.accounts").fetchone() == (1,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            database.execute("delete from accounts_g1.accounts")
