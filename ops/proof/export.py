"""An export: the log's leaf entries, its tiles and a signed checkpoint in a folder, as C2SP tlog-tiles lays them out.

It holds no secret and no readable event: whoever has it can check the whole log, and learns ids, topics and times.
"""

from __future__ import annotations

import os
import shutil
import struct
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from uuid import UUID

from ops.ledger import rows
from ops.ledger.merkle import leaf_hash
from ops.proof import auditor
from ops.proof.errors import Inconsistent, Unproved
from ops.proof.leaves import entries
from ops.proof.stored import Database, Signed
from ops.proof.tiles import WIDTH, Edge, Tile, bundle, tile_path

Progress = Callable[[int, int], None]


class NotExported(Unproved):
    """The export was not made; nothing was left where it should have gone."""


def export(
    database: Database, log_id: UUID, signed: Signed, target: Path, progress: Progress = lambda done, of: None
) -> None:
    """All up to the checkpoint, at once: `target` is there when it is whole, or not at all."""
    if target.exists():
        raise NotExported(f"{target} is there already: name a folder that is not")
    if not target.parent.is_dir():
        raise NotExported(f"{target.parent} is no folder: make it first")
    working = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        working.mkdir(mode=0o700)
        fill(working, entries(log_id.bytes, rows.read(database, 0, signed.size)), signed, progress)
        working.rename(target)
    except struct.error as error:
        raise NotExported(f"a row holds what no record can: `strongroom ledger verify` names it ({error})") from error
    except OSError as error:
        raise NotExported(f"{error.filename or target} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(working, ignore_errors=True)


def fill(folder: Path, source: Iterator[bytes], signed: Signed, progress: Progress = lambda done, of: None) -> None:
    """Lay all files from leaf entries; Inconsistent when they do not come to the root that was signed."""
    edge = Edge()
    for part in _parts(source):
        _write(folder / tile_path("entries", edge.size // WIDTH, len(part)), bundle(part))
        for tile in edge.extend([leaf_hash(each) for each in part]):
            _lay(folder, tile)
        progress(edge.size, signed.size)
    for tile in edge.partial():
        _lay(folder, tile)
    if (edge.size, edge.root()) != (signed.size, signed.root):
        raise Inconsistent(
            f"the log's {edge.size} records do not come to the root that was signed at {signed.size}: "
            "`strongroom ledger verify` says where they differ"
        )
    _write(folder / "manifest.json", auditor.manifest(signed.origin, signed.size))
    _write(folder / "checkpoint", signed.note.encode())


def _parts(source: Iterator[bytes]) -> Iterator[list[bytes]]:
    while part := list(islice(source, WIDTH)):
        yield part


def _lay(folder: Path, tile: Tile) -> None:
    _write(folder / tile.path, tile.content())


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
