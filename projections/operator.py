"""What an operator does to the read models from the command line: look where they are, and build one anew."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass

import psycopg

from domain.registry import AGGREGATES
from ops import database
from ops.crypto import roots
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import PostgresKeyStore, Tier
from ops.crypto.keyring import Keyring
from ops.ledger.errors import Away, Forked
from ops.ledger.mapper import Mapper
from ops.ledger.marks import Marker
from ops.ledger.source import LogSource
from ops.ledger.topics import Topics
from ops.settings import Settings
from projections.base import Projection
from projections.catalogue import projections_of
from projections.generations import drop
from projections.helpers import Helpers, Means, helpers
from projections.rebuild import Rebuild, RebuildError, Rebuilt, Report

PATIENCE = 15
"""How often an older generation is tried to be dropped, two seconds each."""
GENERATIONS = (
    "select name, generation, version, role, position, halted from views.projections order by name, generation"
)


class Unserviceable(Exception):
    """An operator's wish that cannot be met; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation of a projection; `behind` counts positions of the log that it has yet to see."""

    name: str
    generation: int
    version: int
    role: str
    position: int
    behind: int
    halted: str | None


def generations(settings: Settings) -> list[Generation]:
    """Every generation there is, those that nobody reads any more included."""
    try:
        with database.connect_now(database.ledger_url(settings, "project")) as ledger:
            row = ledger.execute("select coalesce(max(position), 0) from ledger.events").fetchone()
        with database.connect_now(database.views_url(settings, "project")) as views:
            found = views.execute(GENERATIONS).fetchall()
    except psycopg.Error as error:
        raise Unserviceable(f"PostgreSQL does not answer ({_line(error)}): start `strongroom up`") from error
    head = int(row[0]) if row else 0
    return [
        Generation(name, number, version, role, position, head - position, halted)
        for name, number, version, role, position, halted in found
    ]


def as_table(found: Sequence[Generation]) -> str:
    """Generations as people read them, one a line."""
    lines = [f"{'NAME':<12}{'GENERATION':>11}{'VERSION':>9}  {'ROLE':<9}{'POSITION':>12}{'BEHIND':>9}  STATE"]
    for each in found:
        place = f"{each.generation:>11}{each.version:>9}  {each.role:<9}{each.position:>12}{each.behind:>9}"
        lines.append(f"{each.name:<12}{place}  {each.halted or 'well'}")
    return "\n".join(lines)


def rebuild(settings: Settings, name: str, report: Report, distrust: bool = False) -> Rebuilt:
    """Build a projection anew from the log, while the old generation goes on serving; Unserviceable says why not."""
    means = means_of(settings, name)
    with explained(), helpers(means) as hands:
        return asyncio.run(_rebuild(settings, means, hands, report, distrust))


def means_of(settings: Settings, name: str) -> Means:
    """What folds the projection of that name."""
    projections = projections_of(settings.log_id)
    wanted = next((each for each in projections if each.name == name), None)
    if wanted is None:
        raise Unserviceable(f"there is no projection {name!r}; there are {_listed(projections)}")
    root = roots.read(settings, Tier.EVENT)
    return Means(database.ledger_url(settings, "project"), settings.log_id, root, wanted)


@contextmanager
def explained() -> Iterator[None]:
    """What keeps a projection from being folded, as an operator can understand it."""
    try:
        yield
    except (psycopg.OperationalError, Away) as error:
        raise Unserviceable(f"PostgreSQL does not answer ({_line(error)}): start `strongroom up`") from error
    except RebuildError as error:
        raise Unserviceable(str(error)) from error
    except Forked as fork:
        raise Unserviceable(f"{fork}: stop, and read `When the log forks` in docs/operations.md") from fork


def refold(settings: Settings, progress: Callable[[str], Report]) -> None:
    """Every one of them, without what was forgotten for good; what served before is gone with its files."""
    for projection in projections_of(settings.log_id):
        rebuild(settings, projection.name, progress(f"making {projection.name} anew"), distrust=True)
        asyncio.run(_drop_old(settings, projection.name))


async def _drop_old(settings: Settings, name: str) -> None:
    """Nobody reads the old one for longer than a query takes."""
    async with await database.connect(database.views_url(settings, "project")) as views:
        for _ in range(PATIENCE):
            with suppress(psycopg.errors.LockNotAvailable):
                await drop(views, name, "old")
                return
    raise Unserviceable(f"the older generation of {name} is still being read: try again")


async def _rebuild(
    settings: Settings, means: Means, hands: Helpers, report: Report, distrust: bool
) -> Rebuilt:  # fmt: skip
    views, marker = database.views_url(settings, "project"), Marker(means.log_id)
    async with reading(means) as (source, mapper):
        return await Rebuild(views, means.projection, source, mapper, marker, report, hands, distrust).run()


@asynccontextmanager
async def reading(means: Means) -> AsyncIterator[tuple[LogSource, Mapper]]:
    """The log, and what opens it."""
    source = LogSource(means.ledger_url)
    try:
        async with database.pool(means.ledger_url, largest=2) as pool:
            keyring = Keyring(Tier.EVENT, means.event_root, means.log_id, PostgresKeyStore(pool, Tier.EVENT))
            yield source, Mapper(means.log_id, keyring, AuthorKeys.none(), Topics(AGGREGATES))
    finally:
        await source.close()


def _listed(projections: Sequence[Projection]) -> str:
    return ", ".join(sorted(each.name for each in projections))


def _line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
