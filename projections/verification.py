"""Whether read models hold what the log says: each folded once more beside the one that serves, and compared."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from domain.registry import AGGREGATES
from ops import database
from ops.crypto import roots
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import PostgresKeyStore, Tier
from ops.crypto.keyring import Keyring
from ops.ledger.errors import Forked, LedgerError
from ops.ledger.findings import Fault, Finding
from ops.ledger.mapper import Mapper
from ops.ledger.marks import Marker
from ops.ledger.source import LogSource
from ops.ledger.topics import Topics
from ops.settings import Settings
from projections.catalogue import projections_of
from projections.rebuild import Rebuild, RebuildError

Progress = Callable[[str], Callable[[int, int], None]]


def check_models(settings: Settings, progress: Progress) -> list[Finding]:
    """What is wrong with them; none of them is changed."""
    return asyncio.run(_check(settings, progress))


async def _check(settings: Settings, progress: Progress) -> list[Finding]:
    ledger = database.ledger_url(settings, "project", limited=False)
    source, found = LogSource(ledger), []
    try:
        async with database.pool(ledger, largest=2) as pool:
            root = roots.read(settings, Tier.EVENT)
            keyring = Keyring(Tier.EVENT, root, settings.log_id, PostgresKeyStore(pool, Tier.EVENT))
            mapper = Mapper(settings.log_id, keyring, AuthorKeys.none(), Topics(AGGREGATES))
            for projection in projections_of(settings.log_id):
                views, marker = database.views_url(settings, "project"), Marker(settings.log_id)
                report = progress(f"verifying {projection.name}")
                try:
                    await Rebuild(views, projection, source, mapper, marker, report).check()
                except (RebuildError, Forked, LedgerError) as error:
                    found.append(Finding(Fault.MODEL, 0, str(error)))
    finally:
        await source.close()
    return found
