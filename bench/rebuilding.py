"""A process that rebuilds a read model: `python -m bench.rebuilding LEDGER VIEWS STATE CONFIG NAME`; says how long."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from domain.registry import AGGREGATES
from ops import database
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import PostgresKeyStore, Tier
from ops.crypto.keyring import Keyring
from ops.crypto.providers.file import FileRoot
from ops.ledger.mapper import Mapper
from ops.ledger.marks import Marker
from ops.ledger.source import LogSource
from ops.ledger.topics import Topics
from ops.settings import Settings
from projections.catalogue import projections_of
from projections.helpers import Helpers, Means, helpers
from projections.rebuild import Rebuild


def main(ledger: str, views: str, settings: Settings, name: str) -> float:
    log_id = settings.log_id
    (projection,) = (each for each in projections_of(log_id) if each.name == name)
    means = Means(ledger, log_id, FileRoot.read(settings.keys / "event.root"), projection)
    with helpers(means) as hands:
        return asyncio.run(rebuilt(means, views, hands))


async def rebuilt(means: Means, views: str, hands: Helpers) -> float:
    log_id, source = means.log_id, LogSource(means.ledger_url)
    async with database.pool(means.ledger_url, 1, 2) as pool:
        keys = Keyring(Tier.EVENT, means.event_root, log_id, PostgresKeyStore(pool, Tier.EVENT))
        mapper = Mapper(log_id, keys, AuthorKeys.none(), Topics(AGGREGATES))
        began = time.perf_counter()
        await Rebuild(views, means.projection, source, mapper, Marker(log_id), helpers=hands).run()
        seconds = time.perf_counter() - began
        await source.close()
    return seconds


if __name__ == "__main__":
    here = Settings(Path(sys.argv[3]), Path(sys.argv[4]))
    print(json.dumps({"seconds": main(sys.argv[1], sys.argv[2], here, sys.argv[5])}))
