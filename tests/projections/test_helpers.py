"""A rebuild with other processes to help it makes the same of the log, good and bad, and needs none of them."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest

from commands.resources import AddResource
from domain.resources import ResourceType
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import PostgresKeyStore, Tier
from ops.crypto.keyring import Keyring
from ops.crypto.providers.file import FileRoot
from ops.database import pool
from ops.ledger.errors import Forked
from ops.ledger.mapper import Mapper
from ops.ledger.marks import Marker
from ops.ledger.source import LogSource
from ops.settings import Settings
from projections import operator
from projections.applier import Folded, folded
from projections.base import Projection
from projections.catalogue import PROJECTIONS, projections_of
from projections.facts import facts_for
from projections.helpers import Help, Means, helpers
from projections.rebuild import Rebuild, RebuildError, Rebuilt
from projections.rows import Packed
from tests.projections.conftest import Server
from tests.support.live import ROOT, live_vault
from tests.support.servers import Database
from tests.support.vault import TOPICS
from tests.support.views import Gallery

PAGE = 4
NAMES = tuple(each.name for each in PROJECTIONS)


@dataclass
class Place:
    """A real log of some pages, and a database for what is made of it."""

    ledger: Database
    views: Database
    settings: Settings
    root: FileRoot
    projections: dict[str, Projection]
    means: Means

    def of(self, name: str) -> Means:
        return replace(self.means, projection=self.projections[name])

    async def rebuild(self, means: Means, hands: Help | None) -> Rebuilt:
        source = LogSource(means.ledger_url)
        async with pool(means.ledger_url) as connections:
            ring = Keyring(Tier.EVENT, self.root, means.log_id, PostgresKeyStore(connections, Tier.EVENT))
            mapper = Mapper(means.log_id, ring, AuthorKeys.none(), TOPICS)
            marker = Marker(means.log_id)
            try:
                return await Rebuild(self.views.project, means.projection, source, mapper, marker, helpers=hands).run()
            finally:
                await source.close()

    def alone(self, name: str) -> Rebuilt:
        return asyncio.run(self.rebuild(self.of(name), None))

    def helped(self, name: str) -> tuple[Rebuilt, list[bool]]:
        with helpers(self.of(name), 2) as hands:
            counting = Counting(hands)
            return asyncio.run(self.rebuild(self.of(name), counting)), counting.folded

    def damage(self, position: int) -> None:
        change = "update ledger.events set state = set_byte(state, 40, get_byte(state, 40) # 1) where position = %s"
        with psycopg.connect(self.ledger.superuser, autocommit=True) as superuser:
            superuser.execute(change, (position,))


class Counting:
    """Helpers, and which pages they folded or gave back."""

    def __init__(self, hands: Help) -> None:
        self._hands = hands
        self.ahead = hands.ahead
        self.folded: list[bool] = []

    async def fold(self, after: int, up_to: int) -> Folded | None:
        page = await self._hands.fold(after, up_to)
        self.folded.append(page is not None)
        return page


@pytest.fixture
def place(
    ledger_database: Database, views_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Place:
    monkeypatch.setattr("projections.rebuild.BATCH", PAGE)
    monkeypatch.setattr("projections.rebuild.NEAR", 1)
    settings = asyncio.run(_written(tmp_path, ledger_database, views_database))
    root = FileRoot.read(settings.keys / "event.root")
    known = {each.name: each for each in projections_of(settings.log_id)}
    means = Means(ledger_database.project, settings.log_id, root, known["audit"])
    return Place(ledger_database, views_database, settings, root, known, means)


async def _written(folder: Path, ledger: Database, views: Database) -> Settings:
    async with live_vault(folder, ledger, views) as vault:
        admin = await vault.administrator()
        for number in range(4):
            added = AddResource(name=f"host-{number}", type=ResourceType.LINUX, address=f"host-{number}.example")
            await admin.does(added)
        return vault.settings


@pytest.mark.parametrize("name", NAMES)
def test_with_help_the_same_is_built_as_without(place: Place, name: str) -> None:
    assert place.alone(name).proof == "the first of its kind"
    done, pages = place.helped(name)
    assert done.proof == "same as the generation before, at one position"
    assert all(pages)
    assert len(pages) >= 2


def test_what_an_operator_asks_for_is_built_with_help(place: Place) -> None:
    reached: list[int] = []
    settings = replace(place.settings, database_url=place.ledger.project, views_url=place.views.project)
    done = operator.rebuild(settings, "audit", lambda position, head: reached.append(position))
    assert done.proof == "the first of its kind"
    assert reached[:2] == [PAGE, 2 * PAGE]
    assert multiprocessing.active_children() == []
    with pytest.raises(operator.Unserviceable, match="there is no projection"):
        operator.rebuild(settings, "nothing", lambda position, head: None)


def test_a_page_with_a_bad_record_is_given_back_and_marked_as_ever(place: Place) -> None:
    place.damage(PAGE + 2)
    place.alone("audit")
    done, pages = place.helped("audit")
    assert done.proof == "same as the generation before, at one position"
    assert pages.count(False) == 1
    assert pages.count(True) >= 1


def test_with_help_too_nothing_is_built_over_a_bad_record_that_halts(place: Place) -> None:
    place.alone("access")
    place.damage(PAGE + 2)
    with pytest.raises(RebuildError, match=f"position {PAGE + 2} cannot be projected"):
        place.helped("access")


def test_with_help_too_a_log_with_a_hole_is_refused(place: Place) -> None:
    with psycopg.connect(place.ledger.superuser, autocommit=True) as superuser:
        superuser.execute("delete from ledger.events where position = %s", (PAGE + 2,))
    with pytest.raises(Forked, match="hole"):
        place.helped("audit")


def test_when_helpers_die_the_rebuild_goes_on_alone(place: Place) -> None:
    place.alone("audit")
    before = children_of(os.getpid())
    with helpers(place.of("audit"), 1) as hands:
        counting = Counting(hands)
        (helper,) = children_of(os.getpid()) - before
        os.kill(helper, signal.SIGKILL)
        done = asyncio.run(place.rebuild(place.of("audit"), counting))
    assert done.proof == "same as the generation before, at one position"
    assert not any(counting.folded)


ORPHANING = """
import sys, time
from pathlib import Path
from uuid import UUID
from ops.crypto.providers.file import FileRoot
from projections.catalogue import PROJECTIONS, projections_of
from projections.helpers import Means, helpers
log_id = UUID(int=1)
with helpers(Means("", log_id, FileRoot(b"e" * 32), projections_of(log_id)[0]), 2):
    print(flush=True)
    time.sleep(60)
"""


def test_helpers_end_with_the_process_that_they_help() -> None:
    parent = subprocess.Popen([sys.executable, "-c", ORPHANING], cwd=ROOT, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    parent.stdout.readline()
    helping = children_of(parent.pid)
    assert len(helping) == 2
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until = time.monotonic() + 10
    try:
        while any(map(is_alive, helping)):
            assert time.monotonic() < until, "a helper outlived whom it helped"
            time.sleep(0.02)
    finally:
        for pid in filter(is_alive, helping):
            os.kill(pid, signal.SIGKILL)


def children_of(pid: int) -> set[int]:
    return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Here:
    """Folds in this process; what becomes of the pages on their way is the test's."""

    ahead = 2

    def __init__(self, shown: Gallery, projection: Projection) -> None:
        self._shown = shown
        self._projection = projection
        self.opener = shown.opener

    async def fold(self, after: int, up_to: int) -> Folded | None:
        records = await self._shown.source.read(after, up_to - after)
        batch = folded(self._projection, await facts_for(self._projection, self.opener, records))
        packed = await batch.packed(self._shown.as_projector, self._projection)
        last = records[-1]
        page = Folded(after + 1, self._shown.marker.mark(last), last.recorded_at, packed, self.opener.log_format)
        return self.changed(page)

    def changed(self, page: Folded) -> Folded:
        return page


class Garbling(Here):
    """Says what the tables refuse."""

    def changed(self, page: Folded) -> Folded:
        return replace(page, rows=Packed([(table, data[:-9]) for table, data in page.rows.copies], page.rows.runs))


class Newer(Here):
    """Has met the event that raises the log's format."""

    def changed(self, page: Folded) -> Folded:
        return replace(page, log_format=99)


async def test_a_page_that_the_tables_refuse_is_looked_at_again(
    shown: Gallery, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections.rebuild.BATCH", PAGE)
    monkeypatch.setattr("projections.rebuild.NEAR", 1)
    await shown.build("audit")
    projection = shown.of("audit")
    done = await shown.rebuild(projection, helpers=Garbling(shown, projection)).run()
    assert done.proof == "same as the generation before, at one position"


async def test_what_a_helper_learned_of_the_logs_format_counts_for_what_comes_after(
    shown: Gallery, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or the first unknown event of a newer release would be taken for a forged one."""
    monkeypatch.setattr("projections.rebuild.BATCH", PAGE)
    monkeypatch.setattr("projections.rebuild.NEAR", 1)
    projection, opener = shown.of("audit"), shown.opener
    await shown.rebuild(projection, opener=opener, helpers=Newer(shown, projection)).run()
    assert opener.log_format == 99
