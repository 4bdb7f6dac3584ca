"""`strongroom demo`: a vault over a new state folder, with a year of a company that does not exist.

Its events are sealed and signed as every other's; only when they happened is invented. So it can only ever be how a log
begins: nothing is put before, between or behind what a log holds already.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe

from commands.demonstration import company
from commands.demonstration.office import Progress
from commands.demonstration.stage import Stage
from commands.demonstration.year import VISITS, Year, begins
from commands.ground import Keys
from commands.set_up import SetUp
from commands.work import Logins
from domain.base import Author
from domain.secrets import Secret
from ops import database
from ops.crypto import keyfiles
from ops.crypto.logins import Logins as SlowLogins
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


def make(
    settings: Settings, seed: int, *, named: bool, days: Progress = lambda done, of: None, visits: int = VISITS
) -> Made:
    """Found the vault, unless there is one; StartError or AlreadyBegun says what stands in the way.

    `named` says that somebody chose the folder: the usual one is for a vault that is meant.
    """
    began, ends = time.monotonic(), datetime.now(UTC) - JUST_NOW
    if not named:
        raise StartError("say with --state which new folder the demonstration is to be made in; it takes no other")
    _refuse_used(settings)
    groundwork.refuse_closed(settings)
    with up.alone(settings), closing(SlowLogins()) as logins:
        _refuse_used(settings)
        groundwork.lay_files(settings)
        passwords = _passwords(settings.keys / PASSWORDS)
        stage = asyncio.run(played(settings, logins, passwords, Plan(ends, seed, visits, days)))
        _lay_down(settings, stage)
        groundwork.note_roots(settings)
        groundwork.note_open(settings)
    records = asyncio.run(stage.log.read(0, stage.log.head))
    first, last = (f"{each.recorded_at:%Y-%m-%d}" for each in (records[0], records[-1]))
    seconds = round(time.monotonic() - began, 1)
    return Made(
        company.NAME, len(passwords), company.RESOURCES, company.ACCOUNTS, len(records), first, last, seed,
        str(settings.keys / PASSWORDS),
        seconds,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """Until when the year goes, and what it is drawn from."""

    ends: datetime
    seed: int
    visits: int = VISITS
    days: Progress = lambda done, of: None


def as_text(made: Made, settings: Settings) -> str:
    """What was made, how to start it, and where the passwords are: never a password."""
    return (
        f"{made.company}, a company that does not exist: {made.people} people, {made.resources} resources, "
        f"{made.accounts} accounts, {made.events} events from {made.begins} to {made.ends} ({made.seconds} s).\n"
        f"start it:   strongroom up --state {settings.state} --config {settings.config}\n"
        f"sign in as: {company.FOUNDER.username}, an administrator, or any other of {made.passwords}\n"
        "Its hosts' names exist nowhere, so no reset reaches a real system. Keep nothing real in it."
    )


async def played(settings: Settings, logins: Logins, passwords: Mapping[str, Secret], plan: Plan) -> Stage:
    """The whole year, in memory."""
    keys, first = Keys.read(settings, Author.SYSTEM), company.FOUNDER
    set_up = SetUp(
        log_id=keys.log_id,
        product_version=VERSION,
        event_root=keys.event_root.fingerprint(),
        secret_root=keys.secret_root.fingerprint(),
        username=first.username,
        display_name=first.name,
        password=passwords[first.username],
    )
    stage = Stage(settings, logins, begins(plan.ends))
    year = Year(stage, passwords, plan.ends, plan.seed, plan.visits)
    await year.happen(set_up, WHY.format(plan.ends, plan.seed), plan.days)
    return stage


def _refuse_used(settings: Settings) -> None:
    """Only our own PostgreSQL, and only over a folder in which no vault was ever opened."""
    if settings.database_url is not None:
        raise StartError("a demonstration is never put into an external PostgreSQL: unset STRONGROOM_DATABASE_URL")
    if any((settings.state / name).exists() for name in ("opened", "roots")):
        raise StartError(f"{settings.state} holds a vault already: choose a new folder with --state")


def _passwords(file: Path) -> dict[str, Secret]:
    """Everybody's own, beside the keys and for us alone. Kept before the log is, and never replaced: whoever is
    interrupted between the two can still sign in."""
    if not file.exists():
        names = (each.username for each in (company.FOUNDER, *company.COLLEAGUES))
        files.write(file, "".join(f"{name} {token_urlsafe(15)}\n" for name in names).encode(), 0o600)
    pairs = (line.split() for line in keyfiles.read(file).decode().splitlines())
    return {name: Secret(password) for name, password in pairs}


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
