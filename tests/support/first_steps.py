"""The steps of a first `strongroom up`, in the order in which they are passed, and where each lies in the code."""

from __future__ import annotations

from typing import Any

from tests.support.steps import Step, When

UP = ("up",)


def _file(name: str) -> Any:
    """Of all that are written, this one."""
    return lambda path, *_: path.name == name


FIRST_STEPS = (
    Step("identity noted, no keys yet", UP, "ops.runtime.keys:make", When.BEFORE),
    Step("a key written, not in its place", UP, "ops.crypto.keyfiles:_write", When.AFTER),
    Step("some of the keys", UP, "ops.crypto.keyfiles:create", When.AFTER, _file("author.api")),
    Step("the certificate's key without it", UP, "ops.runtime.files:write", When.BEFORE, _file("cert.pem")),
    Step("PostgreSQL's cluster half made", UP, "ops.runtime.postgres:run", When.WITHIN),
    Step("the cluster made, not in its place", UP, "ops.runtime.postgres:run", When.AFTER),
    Step("the cluster in its place, no configuration", UP, "ops.runtime.postgres:Postgres._configure", When.BEFORE),
    Step("PostgreSQL started, not ready", UP, "ops.runtime.postgres:Postgres.start", When.AFTER),
    Step("NATS started, not ready", UP, "ops.runtime.nats:Nats.start", When.AFTER),
    Step("roles made, no databases", UP, "ops.migrations.databases:create_roles", When.AFTER),
    Step("the log's database made, not the other", UP, "ops.migrations.databases:create", When.AFTER),
    Step("half of the log's tables", UP, "ops.migrations.runner:_apply", When.AFTER),
    Step("the log's tables, not those of the read models", UP, "ops.migrations.runner:migrate", When.AFTER),
    Step("a data key kept, nothing sealed with it", UP, "ops.crypto.key_store:PostgresKeyStore.add", When.AFTER),
    Step("the first events sent, not answered", UP, "ops.ledger.session:Session.append", When.WITHIN),
    Step("the vault opened, nobody told", UP, "commands.first_start:open_vault", When.AFTER),
    Step("the vault opened, not remembered", UP, "ops.runtime.groundwork:note_roots", When.BEFORE),
    Step("our own processes started, not ready", UP, "ops.runtime.processes:Process.start", When.AFTER),
    Step("all ready, nobody told", UP, "ops.runtime.up:_greet", When.BEFORE),
    Step("the link shown", UP, "ops.runtime.up:_greet", When.AFTER),
)  # fmt: skip
WITH_A_PASSWORD = (
    Step("with a password: the first events sent, not answered", UP, "ops.ledger.session:Session.append", When.WITHIN),
    Step("with a password: the vault opened, nobody told", UP, "commands.first_start:open_vault", When.AFTER),
    Step("with a password: open, not remembered", UP, "ops.runtime.groundwork:note_open", When.BEFORE),
    Step("with a password: remembered", UP, "ops.runtime.groundwork:note_open", When.AFTER),
)  # fmt: skip
