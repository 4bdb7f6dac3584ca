"""`ledger verify`, level by level: the tiles and what was signed of them, and the rows that they were made of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

import psycopg

from ops.crypto.key_store import Tier
from ops.crypto.providers.base import Root
from ops.ledger.findings import Run
from ops.ledger.keycheck import check_keys
from ops.ledger.verify import Case, verify
from ops.proof.notes import Checkpoint
from ops.proof.stored import StoredTiles
from ops.proof.treecheck import Checked, TreeCheck, Trust, leaf_tiles

_HEAD = "select coalesce(max(position), 0) from ledger.events"


class Level(StrEnum):
    """What can be verified of a vault, from its outermost promise inwards."""

    TILES = "tiles"
    ROWS = "rows"
    MODELS = "models"
    STREAM = "stream"


NO_ROOTS: Mapping[Tier, Root] = {}
USUAL = (Level.TILES, Level.ROWS)
Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What the levels came to: all faults in `run`; the newest checkpoint that holds, if tiles were looked at."""

    run: Run
    levels: tuple[Level, ...]
    newest: Checkpoint | None = None
    unsealed: int = 0
    """Records behind that checkpoint."""
    counted: dict[str, int] = field(default_factory=dict)
    """What the other levels looked at."""


def verify_log(
    case: Case, trust: Trust, levels: Collection[Level], progress: Progress = lambda what, done, of: None,
    roots: Mapping[Tier, Root] = NO_ROOTS, processes: int | None = None,
) -> Verified:  # fmt: skip
    """The levels of the log itself. With tiles, each row is held against the one its leaf stands in; with roots, each
    data key is unwrapped, used or not."""
    checked = _tiles(case, trust, progress) if Level.TILES in levels else Checked()
    if Level.ROWS in levels:
        sealed = leaf_tiles(checked) if Level.TILES in levels else None
        rows = verify(replace(case, sealed=sealed), lambda done, of: progress("rows", done, of), processes)
        rows.add_findings(_keys(case, roots))
        rows.add_findings(checked.run)
        checked.run = rows
    head = _head(case)
    unsealed = head - checked.newest.size if checked.newest else head
    return Verified(checked.run, tuple(level for level in Level if level in levels), checked.newest, unsealed)


def _tiles(case: Case, trust: Trust, progress: Progress) -> Checked:
    with psycopg.connect(case.url) as database:
        database.execute("set transaction isolation level repeatable read, read only")
        row = database.execute(_HEAD).fetchone()
        check = TreeCheck(database, StoredTiles(database, case.log_id), trust, row[0] if row else 0)
        return check.run(lambda done, of: progress("checkpoints", done, of))


def _keys(case: Case, roots: Mapping[Tier, Root]) -> Run:
    with psycopg.connect(case.url) as database:
        return check_keys(database, case.log_id, roots)


def _head(case: Case) -> int:
    with psycopg.connect(case.url) as database:
        row = database.execute(_HEAD).fetchone()
        return int(row[0]) if row else 0
