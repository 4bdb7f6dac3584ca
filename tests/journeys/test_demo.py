"""`strongroom demo`: a year that nobody lived, by every rule of the log, and only where there was nothing before."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import strongroom
from commands.demo import Made, Plan, as_text, make, played
from commands.demonstration import company
from commands.ground import Keys, opened
from commands.sign_ins import SignInWithPassword
from domain.base import Author
from domain.logs import Log
from domain.registry import AGGREGATES
from domain.secrets import Secret
from ops import database
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import Tier
from ops.crypto.providers.file import FileRoot
from ops.ledger.founding import AlreadyBegun, found
from ops.ledger.topics import Topics
from ops.ledger.verify import Case, verify
from ops.runtime import groundwork, up
from ops.runtime.process import StartError, start_and_wait, stop
from ops.settings import Settings
from projections.catalogue import PROJECTIONS
from tests.support.servers import free_port, scratch
from tests.support.signing import sign_all
from tests.support.vault import FastLogins, nobody
from tests.support.works import Works

FEW = 90
"""Visits: a tenth of the usual, and everything happens at least once."""
TOLD = {
    "sign-in.succeeded", "sign-in.failed", "session.ended", "account-password.disclosed", "access.granted",
    "access.revoked", "account.password-changed", "reset.confirmed", "reset.failed", "reset.in-doubt",
    "refusal.recorded", "account.moved", "access.owner-transferred", "all-scope.used", "user.disabled",
}  # fmt: skip
COUNT = "select count(*) from ledger.events"


@dataclass
class Demonstration:
    """One that was made, and its PostgreSQL."""

    works: Works
    made: Made

    @property
    def settings(self) -> Settings:
        return self.works.settings

    @property
    def passwords(self) -> dict[str, str]:
        lines = (self.settings.keys / "demonstration.passwords").read_text().splitlines()
        return dict(line.split() for line in lines)

    def asked(self, question: str) -> list[tuple[Any, ...]]:
        with database.connect_now(database.ledger_url(self.settings, "migrate")) as ledger:
            return ledger.execute(question.encode()).fetchall()


@pytest.fixture(scope="module")
def demonstration() -> Iterator[Demonstration]:
    with scratch() as folder:
        settings = Settings(folder / "s", folder / "config", port=free_port(), nats_port=free_port())
        made = make(settings, 1, named=True, visits=FEW)
        server = up.servers(settings)[0]
        works = Works(settings, {server.name: (server, start_and_wait(server))})
        yield Demonstration(works, made)
        stop(*works.running[server.name])


def test_it_is_a_company_with_a_year_behind_it(demonstration: Demonstration) -> None:
    counts = dict(demonstration.asked("select topic, count(*) from ledger.events group by topic"))
    assert (counts["user.added"], counts["resource.added"], counts["account.added"]) == (12, 60, 400)
    assert counts.keys() >= TOLD
    ((first, last),) = demonstration.asked("select min(recorded_at), max(recorded_at) from ledger.events")
    assert timedelta(days=363) < last - first < timedelta(days=366)
    assert last < datetime.now(UTC) < last + timedelta(hours=1)
    assert [(demonstration.made.events,)] == demonstration.asked(COUNT)


def test_the_log_holds_by_every_rule(demonstration: Demonstration) -> None:
    settings = demonstration.settings
    authors, root = AuthorKeys.read(settings.keys, None), FileRoot.read(settings.keys / "event.root")
    url = database.ledger_url(settings, "project", limited=False)
    run = verify(Case(url, settings.log_id, Topics(AGGREGATES), authors, root))
    assert (run.faults, run.count) == ({}, demonstration.made.events)


def test_the_read_models_fold_to_the_same_twice(demonstration: Demonstration) -> None:
    """Many records at a time by COPY, and few at a time by statements."""
    once, again = (asyncio.run(demonstration.works.folded(size, bulk)) for size, bulk in ((2000, True), (300, False)))
    assert len(once) == len(PROJECTIONS)
    assert once == again


def test_it_says_how_to_sign_in_and_where_only_its_owner_reads_it(demonstration: Demonstration) -> None:
    passwords = demonstration.passwords
    assert len(passwords) == len(set(passwords.values())) == 12
    assert stat.S_IMODE((demonstration.settings.keys / "demonstration.passwords").stat().st_mode) == 0o600
    assert not any(password in as_text(demonstration.made, demonstration.settings) for password in passwords.values())
    sign_all(demonstration.settings)
    assert asyncio.run(signed_in(demonstration.settings, "mira", passwords["mira"]))


async def signed_in(settings: Settings, username: str, password: str) -> bool:
    enter = SignInWithPassword(username=username, password=Secret(password), address="192.0.2.7", agent="a test")
    async with opened(settings, Keys.read(settings, Author.API)) as ground:
        return (await ground.vault.execute(enter, nobody())).value is not None


def test_the_genesis_says_for_ever_that_it_was_invented(demonstration: Demonstration) -> None:
    assert "was invented by `strongroom demo` (seed 1)" in asyncio.run(why_it_began(demonstration.settings))


async def why_it_began(settings: Settings) -> str:
    async with opened(settings, Keys.read(settings, Author.API)) as ground:
        (event,) = await ground.vault.opened(await ground.log.read(0, 1))
        assert isinstance(event, Log.Opened)
        return event.provenance.reason or ""


def test_a_folder_that_was_used_is_refused(demonstration: Demonstration) -> None:
    with pytest.raises(StartError, match="holds a vault already: choose a new folder"):
        make(demonstration.settings, 2, named=True)


def test_a_log_that_holds_anything_is_refused_whatever_the_folder_says(demonstration: Demonstration) -> None:
    before = demonstration.asked(COUNT)
    with pytest.raises(AlreadyBegun, match="use a state folder in which nothing was ever kept"):
        found(database.ledger_url(demonstration.settings, "postgres"), [], {tier: [] for tier in Tier})
    assert demonstration.asked(COUNT) == before


def test_somebody_elses_postgresql_is_never_filled(demonstration: Demonstration) -> None:
    with pytest.raises(StartError, match="never put into an external PostgreSQL"):
        make(replace(demonstration.settings, database_url="host=db.example"), 1, named=True)


def test_it_is_made_only_where_somebody_says(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A folder that the environment names is the one of a vault that is meant."""
    monkeypatch.setenv("STRONGROOM_STATE", str(tmp_path / "s"))
    monkeypatch.setenv("STRONGROOM_CONFIG", str(tmp_path / "c"))
    assert strongroom.main(["demo"]) == 1
    assert "say with --state which new folder" in capsys.readouterr().err


def test_the_same_seed_tells_the_same_story(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a company that is a quarter as large, told twice."""
    monkeypatch.setattr(company, "KINDS", company.KINDS[:2])
    with scratch() as folder:
        settings = Settings(folder / "s", folder / "config")
        groundwork.lay_files(settings)
        once, again = (asyncio.run(told(settings)) for _ in range(2))
    assert once == again


async def told(settings: Settings) -> list[tuple[str, datetime]]:
    passwords = {
        each.username: Secret(f"password of {each.username}") for each in (company.FOUNDER, *company.COLLEAGUES)
    }
    stage = await played(settings, FastLogins(), passwords, Plan(datetime(2026, 7, 1, 9, tzinfo=UTC), 7, visits=5))
    return [(record.topic, record.recorded_at) for record in await stage.log.read(0, stage.log.head)]
