"""Checks of the proof: that the log is signed as it grows, may be written, and who has to agree to that."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg

from ops import database
from ops.doctor.findings import Finding, look, stops, well
from ops.proof.errors import Malformed
from ops.proof.stored import newest
from ops.settings import Settings, SettingsError
from ops.signer.origin import read_policy

LATE = 10
_GATE = "select closed, server_start = pg_postmaster_start_time() from ledger.gate"
_WAITS = (
    "select count(*), coalesce(extract(epoch from clock_timestamp() - min(recorded_at)), 0)::float8 "
    "from ledger.events where position > %s"
)
READ = "read `When the log is read-only` in docs/operations.md"


def signing(settings: Settings) -> Iterator[Finding]:
    """Whether the signer found the log to be what it signed, and keeps up with it."""
    try:
        with database.connect_now(database.ledger_url(settings, "project")) as ledger:
            gate = ledger.execute(_GATE).fetchone()
            signed = newest(ledger)
            behind, waits = ledger.execute(_WAITS, (signed.size if signed else 0,)).fetchone() or (0, 0.0)
    except (psycopg.Error, SettingsError):
        return  # said by the check of PostgreSQL already
    if gate is None:
        yield look("proof", "nobody has signed this log yet", "start a signer: `strongroom up` runs one")
    elif gate[0] is not None:
        yield stops("proof", f"the log is read-only: {gate[0]}", READ)
    elif not gate[1]:
        yield stops("proof", "the signer has not looked at the log since PostgreSQL started", "start a signer; its log")
    elif behind and waits > LATE:
        says = f"{behind} records are not signed, the oldest for {waits:.0f} s"
        yield look("proof", says, f"look into {settings.state / 'logs' / 'signer.log'}")
    else:
        yield well(
            "proof", f"signed up to position {signed.size if signed else 0}, as {signed.origin if signed else '-'}"
        )


def witnesses(settings: Settings) -> Iterator[Finding]:
    """Who has to agree, and whether they did. That nobody has to is how many begin, and is said."""
    try:
        policy = read_policy(settings)
        with database.connect_now(database.ledger_url(settings, "project")) as ledger:
            signed, agreed = newest(ledger), newest(ledger, agreed=True)
    except SettingsError as error:
        yield stops("witnesses", str(error), "correct that file, then start the signer and the api again")
        return
    except (psycopg.Error, Malformed):
        return
    if not policy.is_witnessed:
        yield well("witnesses", "nobody has to agree: whoever has the log's key and the database can rewrite it")
    elif signed is not None and (agreed is None or agreed.size < signed.size):
        says = f"they agreed up to position {agreed.size if agreed else 0}, signed is {signed.size}"
        yield look(
            "witnesses", says, "ask again in a moment; then ask whose witness does not answer: signer.log names it"
        )
    else:
        yield well("witnesses", f"{', '.join(policy.witnesses)} agree, as {policy.quorum} has to")


CHECKS = (signing, witnesses)
