"""`ledger verify`, level by level: the tiles and what was signed of them, and the rows that they were made of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import psycopg

from ops.crypto.key_store import Tier
from ops.crypto.providers.base import Root
from ops.ledger.findings import Run
from ops.ledger.keycheck import check_keys
from ops.ledger.verify import Case, freeze, verify
from ops.proof.notes import Checkpoint
from ops.proof.stored import Database, StoredTiles
from ops.proof.treecheck import Checked, TreeCheck, leaf_tiles
from ops.proof.trust import Trust

_ENDS = "select pg_export_snapshot(), coalesce(max(position), 0) from ledger.events"


class Level(StrEnum):
    """What can be verified of the log, from what was promised of it inwards."""

    TILES = "tiles"
    ROWS = "rows"


NO_ROOTS: Mapping[Tier, Root] = {}
Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What the levels came to: all faults in `run`; the newest checkpoint that holds, if tiles were looked at."""

    run: Run
    newest: Checkpoint | None = None
    unsealed: int = 0
    """Records behind that checkpoint."""


def verify_log(
    case: Case, trust: Trust, levels: Collection[Level], progress: Progress = lambda what, done, of: None,
    roots: Mapping[Tier, Root] = NO_ROOTS, processes: int | None = None,
) -> Verified:  # fmt: skip
    """The levels, all as of one moment: what was found sound in one cannot be changed before the next. With tiles,
    each row is held against the one its leaf stands in; with roots, each data key is unwrapped, used or not."""
    with psycopg.connect(case.url) as database:
        freeze(database)
        snapshot, head = database.execute(_ENDS).fetchone() or ("", 0)
        checked = _tiles(database, case, trust, head, progress) if Level.TILES in levels else Checked()
        if Level.ROWS in levels:
            sealed = leaf_tiles(checked) if Level.TILES in levels else None
            told = replace(case, sealed=sealed, snapshot=snapshot)
            rows = verify(told, lambda done, of: progress("rows", done, of), processes)
            rows.add_findings(check_keys(database, case.log_id, roots, case.shredded))
            rows.add_findings(checked.run)
            checked.run = rows
    return Verified(checked.run, checked.newest, head - (checked.newest.size if checked.newest else 0))


def _tiles(database: Database, case: Case, trust: Trust, head: int, progress: Progress) -> Checked:
    check = TreeCheck(database, StoredTiles(database, case.log_id), trust, head)
    return check.run(lambda done, of: progress("checkpoints", done, of))
