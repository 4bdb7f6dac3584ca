"""`strongroom demo`: a vault over a new state folder, with a year of a company that does not exist.

Its events are sealed and signed as every other's; only when they happened is invented. So it can only ever be how a log
begins: nothing is put before, between or behind what a log holds already.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe

from commands.demonstration import company
from commands.demonstration.stage import Stage
from commands.demonstration.year import Year, begins
from commands.ground import Keys
from commands.set_up import SetUp
from domain.base import Author
from domain.secrets import Secret
from ops import database
from ops.crypto.logins import Logins
from ops.ledger.founding import found
from ops.product import VERSION
from ops.runtime import files, groundwork, up
from ops.runtime.process import StartError, start_and_wait, stop
from ops.settings import Settings

PASSWORDS = "demonstration.passwords"
JUST_NOW = timedelta(minutes=10)
WHY = "A demonstration: all before {:%Y-%m-%d %H:%M} UTC was invented by `strongroom demo` (seed {})."


@dataclass(frozen=True, slots=True)
class Made:
    """What the vault holds now, and the file that says how to sign in."""

    company: str
    people: int
    resources: int
    accounts: int
    events: int
    begins: str
    ends: str
    seed: int
    passwords: str
    seconds: float


def make(settings: Settings, seed: int) -> Made:
    """Found the vault, unless there is one; StartError or AlreadyBegun says what stands in the way."""
    began, ends = time.monotonic(), datetime.now(UTC) - JUST_NOW
    _refuse_used(settings)
    groundwork.refuse_closed(settings)
    with up.alone(settings):
        _refuse_used(settings)
        groundwork.lay_files(settings)
        passwords = {each.username: Secret(token_urlsafe(15)) for each in (company.FOUNDER, *company.COLLEAGUES)}
        file = _keep(settings, passwords)
        stage = asyncio.run(_played(settings, passwords, ends, seed))
        _lay_down(settings, stage)
        groundwork.note_roots(settings)
        groundwork.note_open(settings)
    records = asyncio.run(stage.log.read(0, stage.log.head))
    first, last = (f"{each.recorded_at:%Y-%m-%d}" for each in (records[0], records[-1]))
    seconds = round(time.monotonic() - began, 1)
    return Made(
        company.NAME, len(passwords), company.RESOURCES, company.ACCOUNTS, len(records), first, last, seed, str(file),
        seconds,
    )  # fmt: skip


async def _played(settings: Settings, passwords: Mapping[str, Secret], ends: datetime, seed: int) -> Stage:
    """The whole year, in memory."""
    keys, logins = Keys.read(settings, Author.SYSTEM), Logins()
    first = company.FOUNDER
    set_up = SetUp(
        log_id=keys.log_id,
        product_version=VERSION,
        event_root=keys.event_root.fingerprint(),
        secret_root=keys.secret_root.fingerprint(),
        username=first.username,
        display_name=first.name,
        password=passwords[first.username],
    )
    try:
        stage = Stage(settings, logins, begins(ends))
        await Year(stage, passwords, ends, seed).happen(set_up, WHY.format(ends, seed))
    finally:
        logins.close()
    return stage


def _refuse_used(settings: Settings) -> None:
    """Only our own PostgreSQL, and only over a folder in which no vault was ever opened."""
    if settings.database_url is not None:
        raise StartError("a demonstration is never put into an external PostgreSQL: unset STRONGROOM_DATABASE_URL")
    if any((settings.state / name).exists() for name in ("opened", "roots")):
        raise StartError(f"{settings.state} holds a vault already: choose a new folder with --state")


def _keep(settings: Settings, passwords: Mapping[str, Secret]) -> Path:
    """Beside the keys, for us alone: before the log, so that nobody is ever shut out."""
    lines = (f"{name} {password.reveal()}\n" for name, password in passwords.items())
    files.write(settings.keys / PASSWORDS, "".join(lines).encode(), 0o600)
    return settings.keys / PASSWORDS


def _lay_down(settings: Settings, stage: Stage) -> None:
    """Start PostgreSQL for as long as it takes to write it all down."""
    server = next(each for each in up.servers(settings) if each.name == "postgresql")
    process = start_and_wait(server)
    try:
        groundwork.lay_databases(settings)
        records = asyncio.run(stage.log.read(0, stage.log.head))
        found(database.ledger_url(settings, "postgres"), records, {t: k.keys.values() for t, k in stage.keys.items()})
    finally:
        stop(server, process)
