"""The whole log, proved from the database: order, time, streams, authors, signatures, states, and the tree's root.

Memory is constant: records are read in ranges, by several processes that see one snapshot; streams are read a second
time, sorted by the server. Both readings must come to the same places.
"""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection, sql

from domain.logs import FORMAT
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_reader import KeyReader
from ops.crypto.providers.base import Root
from ops.ledger import rows
from ops.ledger.counted import StoredCounts
from ops.ledger.counting import BEHIND
from ops.ledger.findings import Fault, Run
from ops.ledger.inspection import Inspector, Sealed, inspect_streams
from ops.ledger.shreds import Reader
from ops.ledger.topics import Topics
from ops.parentage import die_with

RANGE = 1 << 15
_ENDS = "select pg_export_snapshot(), coalesce(max(position), 0), count(*) from ledger.events"

Progress = Callable[[int, int], None]
"""How many records are done, and how many there are."""
Part = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Case:
    """What is verified, and with which keys: without author keys no signatures, without the root no states. `sealed`
    gives the tiles that rows are held against, `shredded` the keys that are gone by right and where that is said,
    `snapshot` the moment as of which all is read."""

    url: str
    log_id: UUID
    topics: Topics
    authors: AuthorKeys
    root: Root | None = None
    sealed: Callable[[Connection[Any]], Sealed] | None = None
    shredded: Mapping[int, int] = field(default_factory=dict)
    snapshot: str | None = None


def verify(case: Case, progress: Progress = lambda done, of: None, processes: int | None = None) -> Run:
    """All records as one run. As many processes as there are processors, unless said; 0: this one alone."""
    wanted = (os.cpu_count() or 1) if processes is None else processes
    with psycopg.connect(case.url) as database:
        freeze(database, case.snapshot)
        ends = database.execute(_ENDS).fetchone()
        assert ends is not None
        snapshot, head, count = ends
        parts = _parts(head, count)
        runs = _shared(case, snapshot, parts, wanted) if wanted and len(parts) > 1 else _alone(case, snapshot, parts)
        whole = Run()
        for part in islice(runs, len(parts)):
            whole.join(part)
            progress(part.after + part.count, head)
        _conclude(whole, next(runs), head)
        return whole


def freeze(connection: Connection[Any], snapshot: str | None = None) -> None:
    """Read from here on as of one moment: that of another's snapshot, or now."""
    connection.execute("set transaction isolation level repeatable read, read only")
    if snapshot is not None:
        connection.execute(sql.SQL("set transaction snapshot {}").format(snapshot))


def _parts(head: int, count: int) -> list[Part]:
    """Ranges that cover every position. One row put far away must not make them many: what is beyond the number of
    rows is one range."""
    whole = min(head, count)
    parts = [(after, min(after + RANGE, whole)) for after in range(0, whole, RANGE)]
    return [*parts, (whole, head)] if head > whole else parts


def _conclude(whole: Run, streams: Run, head: int) -> None:
    """What only shows when all is read."""
    whole.add_findings(streams)
    if (streams.count, streams.places) != (whole.count, whole.places):
        whole.find(Fault.ORDER, 0, f"read by stream there are {streams.count} records, by position {whole.count}")
    if not head:
        whole.find(Fault.GENESIS, 1, "nothing stands here: the log was never opened, or it was emptied")
    if whole.coverage.given_up(head):
        what = f"nobody counted the records from here on, though more than {BEHIND} came since: see that a worker runs"
        whole.find(Fault.COUNT, whole.coverage.missing_from, what)
    if whole.log_format > FORMAT:
        whole.find(Fault.FORMAT, 0, f"the log has format {whole.log_format}: verify it with a newer release")


class _Reader:
    """One process's connections, all in the snapshot, and its inspector."""

    def __init__(self, case: Case, snapshot: str, open_until: ExitStack) -> None:
        self._case = case
        self._open_until = open_until
        self._rows = self._frozen(snapshot)
        keys = None
        if case.root is not None:
            lookups: Connection[Any] = open_until.enter_context(psycopg.connect(case.url, autocommit=True))
            keys = KeyReader(lookups, case.root, case.log_id)
        sealed = None if case.sealed is None else case.sealed(self._frozen(snapshot))
        counts = None if case.root is None else self._counts(snapshot, case.root)
        self._inspector = Inspector(case.log_id, case.topics, case.authors, keys, sealed, case.shredded.keys(), counts)

    def _counts(self, snapshot: str, root: Root) -> StoredCounts:
        return StoredCounts(self._frozen(snapshot), Reader(self._case.log_id, root, self._case.authors))

    def _frozen(self, snapshot: str) -> Connection[Any]:
        connection = self._open_until.enter_context(psycopg.connect(self._case.url))
        freeze(connection, snapshot)
        return connection

    def records(self, part: Part) -> Run:
        return self._inspector.inspect(rows.read(self._rows, *part), *part)

    def streams(self) -> Run:
        return inspect_streams(rows.read_streams(self._rows))


def _alone(case: Case, snapshot: str, parts: Sequence[Part]) -> Iterator[Run]:
    """The ranges in their order, and last the streams."""
    with ExitStack() as open_until:
        reader = _Reader(case, snapshot, open_until)
        yield from map(reader.records, parts)
        yield reader.streams()


@contextmanager
def _standing_still() -> Iterator[None]:
    """What is there now stays out of every search for garbage: a search writes to all that it looks at, and each
    process would come to a copy of its own of memory that all of them share."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


_here: _Reader
"""The reader of a process of the pool."""


def _shared(case: Case, snapshot: str, parts: Sequence[Part], processes: int) -> Iterator[Run]:
    """Forked, so that keys pass on in memory and are never written anywhere."""
    told = case, snapshot, os.getpid()
    with _standing_still(), ProcessPoolExecutor(processes, get_context("fork"), _sit_down, told) as pool:
        streams = pool.submit(_streams)
        records = pool.map(_records, parts)
        yield from records
        yield streams.result()


def _sit_down(case: Case, snapshot: str, parent: int) -> None:
    global _here
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who was interrupted is our parent, and ends us
    die_with(parent)
    _here = _Reader(case, snapshot, ExitStack())


def _streams() -> Run:
    return _here.streams()


def _records(part: Part) -> Run:
    return _here.records(part)
