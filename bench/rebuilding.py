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
from projections.rebuild import Rebuild


async def main(ledger: str, views: str, settings: Settings, name: str) -> float:
    log_id = settings.log_id
    (projection,) = (each for each in projections_of(log_id) if each.name == name)
    source = LogSource(ledger)
    async with database.pool(ledger, 1, 2) as pool:
        root = FileRoot.read(settings.keys / "event.root")
        keys = Keyring(Tier.EVENT, root, log_id, PostgresKeyStore(pool, Tier.EVENT))
        mapper = Mapper(log_id, keys, AuthorKeys.none(), Topics(AGGREGATES))
        began = time.perf_counter()
        await Rebuild(views, projection, source, mapper, Marker(log_id)).run()
        seconds = time.perf_counter() - began
        await source.close()
    return seconds


if __name__ == "__main__":
    here = Settings(Path(sys.argv[3]), Path(sys.argv[4]))
    print(json.dumps({"seconds": asyncio.run(main(sys.argv[1], sys.argv[2], here, sys.argv[5]))}))
