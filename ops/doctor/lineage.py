"""Checks of the log itself: whether this release can read it, and whether it is the one the read models came from."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import psycopg

from domain.logs import FORMAT, Log
from domain.registry import AGGREGATES
from ops import database
from ops.crypto import roots
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import BY_IDS, MemoryKeyStore, Tier, WrappedKey
from ops.crypto.keyfiles import KeyFileError
from ops.crypto.keyring import Keyring
from ops.doctor.findings import Finding, look, stops, well
from ops.ledger.errors import LedgerError
from ops.ledger.log import Record
from ops.ledger.mapper import Mapper
from ops.ledger.remembered import departure
from ops.ledger.source import COLUMNS
from ops.ledger.topics import Topics
from ops.migrations.promises import Database
from ops.settings import Settings, SettingsError

RAISED = f"select {COLUMNS} from ledger.events where stream = %s and topic = %s order by version desc limit 1"
SAID_ELSEWHERE = (psycopg.Error, SettingsError, KeyFileError)
"""By the checks of servers, identity and keys."""
SEALED = "ask again at a terminal, or with STRONGROOM_UNLOCK_FILE"


def log_format(settings: Settings) -> Iterator[Finding]:
    """A log is raised to a newer format before its first event that we could not read."""
    try:
        with database.connect_now(database.ledger_url(settings, "migrate")) as ledger:
            found = _format(settings, ledger)
    except roots.Locked:
        yield look("format", "the roots are sealed, so the log was not looked at", SEALED)
        return
    except SAID_ELSEWHERE:
        return
    except LedgerError as error:
        yield stops("format", f"{error}", "`strongroom ledger verify` says more: put that row back from a backup")
        return
    if found > FORMAT:
        remedy = "start the newer release that wrote it: this one neither reads nor writes such a log"
        yield stops("format", f"the log has format {found}, this release reads {FORMAT}", remedy)
    else:
        yield well("format", f"the log has format {found}")


def agreement(settings: Settings) -> Iterator[Finding]:
    """Read models remember the log while nobody runs: one that was set back shows before anything starts over it."""
    try:
        with (
            database.connect_now(database.ledger_url(settings, "migrate")) as ledger,
            database.connect_now(database.views_url(settings, "migrate")) as views,
        ):
            if (says := departure(ledger, views, settings.log_id)) is not None:
                yield _forked(says)
                return
            yield well("history", "the log is the one that the read models were made from")
    except SAID_ELSEWHERE:
        return


def _forked(says: str) -> Finding:
    remedy = "stop Strongroom, rebuild nothing, and do what `When the log forks` in docs/operations.md says"
    return stops("history", says, remedy)


def _format(settings: Settings, ledger: Database) -> int:
    """The newest format that the log asks its readers for."""
    stream = Log.create_id(settings.log_id)
    row = ledger.cursor(binary=True).execute(RAISED.encode(), (stream, Log.FormatRaised.TOPIC)).fetchone()
    if row is None:
        return FORMAT
    record = Record(*row)
    stored = (WrappedKey(*key) for key in ledger.execute(BY_IDS[Tier.EVENT].encode(), ([record.key_id],)))
    keys = MemoryKeyStore({key.id: key for key in stored})
    keyring = Keyring(Tier.EVENT, roots.read(settings, Tier.EVENT), settings.log_id, keys)
    mapper = Mapper(settings.log_id, keyring, AuthorKeys.read(settings.keys, None), Topics(AGGREGATES))
    asyncio.run(mapper.open(record))
    return mapper.log_format


CHECKS = (log_format, agreement)
