"""Beginning a log's tree anew, under a new name, when it is not what was signed any more: what is left, what is lost.

Nothing here asks whether it may: `commands/recovery.py` does, and records it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from ops.crypto.author_keys import AuthorKeys
from ops.ledger import rows
from ops.ledger.findings import Fault
from ops.ledger.inspection import Inspector
from ops.ledger.topics import Topics
from ops.proof.errors import Unproved
from ops.proof.stored import Database
from ops.proof.tiles import Edge
from ops.runtime.accounts import Account
from ops.signer.memory import NAME, Memory, MemoryBroken, MemoryBusy, MemoryFile
from ops.signer.origin import MOST_RECOVERIES, names_of

PART = 8192
PATIENCE = 10.0
ADMITTED = frozenset({Fault.SIGNATURE, Fault.TOPIC, Fault.AUTHOR, Fault.STATE})
"""Faults of a record itself. Where records are missing, or out of order, there is nothing to go on from."""
_CLOSED = "select closed from ledger.gate"
_KEPT = "select size, root from ledger.checkpoints where origin = %s order by size"
_NEWEST = "select origin, size, root from ledger.checkpoints order by signed_at desc, size desc limit 1"

Progress = Callable[[int, int], None]


class NotRecovered(Unproved):
    """The log cannot be recovered, or need not be; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Under which name what was signed; how far the log is still that; where it ends now, and under which name it would
    go on. `admitted`: leaf hashes of records that no author signed."""

    old_name: str
    old_size: int
    old_root: bytes
    kept: int
    head: int
    new_name: str
    why: str
    admitted: Mapping[int, bytes] = field(default_factory=dict)

    @property
    def lost(self) -> int:
        """Records that were signed and are no more, or are others now."""
        return self.old_size - self.kept


def assess(
    ledger: Database, log_id: UUID, topics: Topics, authors: AuthorKeys, folder: Path, progress: Progress
) -> Loss:
    """What a recovery would come to; NotRecovered when nothing is wrong, or nothing can be made of it."""
    row = ledger.execute(_CLOSED).fetchone()
    remembered = _remembered(ledger, log_id, folder)
    names = names_of(log_id)
    number = names.index(remembered.origin) + 1 if remembered.origin in names else MOST_RECOVERIES + 1
    if number > MOST_RECOVERIES:
        raise NotRecovered(f"{remembered.origin} is no name of this log, or it was recovered too often")
    kept, head, admitted = _read(ledger, log_id, Inspector(log_id, topics, authors), remembered, progress)
    why = row[0] if row is not None else None
    if why is None and not admitted:
        raise NotRecovered("the log is not read-only, and all of it can be signed: there is nothing to recover")
    why = str(why or "a record that its author did not write cannot be signed")
    return Loss(remembered.origin, remembered.size, remembered.root, kept, head, names[number], why, admitted)


def begin_anew(folder: Path, loss: Loss, owner: Account | None) -> None:
    """The signer forgets what it promised under the old name, and will sign all that there is under the new one."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            memory = MemoryFile(folder, owner)
            break
        except MemoryBusy as busy:
            if time.monotonic() > deadline:
                raise NotRecovered(f"{busy}: is the log read-only still?") from busy
            time.sleep(0.05)
    try:
        memory.write(Memory(loss.new_name, admitted=dict(loss.admitted)))
    finally:
        memory.close()


def _remembered(ledger: Database, log_id: UUID, folder: Path) -> Memory:
    """By the signer; if that is gone or damaged, what the database says was signed last."""
    try:
        if (found := MemoryFile.parsed(folder / NAME)) is not None:
            return found
    except MemoryBroken:
        pass
    row = ledger.cursor(binary=True).execute(_NEWEST).fetchone()
    return Memory(names_of(log_id)[0]) if row is None else Memory(row[0], row[1], bytes(row[2]))


def _read(
    ledger: Database, log_id: UUID, inspector: Inspector, remembered: Memory, progress: Progress
) -> tuple[int, int, dict[int, bytes]]:
    """How far the log is what was signed, by every checkpoint that is kept and the promise; its end; what no author
    signed."""
    row = ledger.execute("select coalesce(max(position), 0) from ledger.events").fetchone()
    head = int(row[0]) if row else 0
    signed = {size: bytes(root) for size, root in ledger.cursor(binary=True).execute(_KEPT, (remembered.origin,))}
    signed[remembered.size] = remembered.root
    edge, kept, admitted = Edge(), 0, {}
    for after in range(0, head, PART):
        leaves: list[bytes] = []
        up_to = min(after + PART, head)
        run = inspector.inspect(rows.read(ledger, after, up_to), after, up_to, leaves)
        for found in run.findings:
            if found.fault not in ADMITTED or not 0 < found.position - after <= len(leaves):
                raise NotRecovered(f"position {found.position}: {found.what}. `strongroom ledger verify` says more")
            admitted[found.position] = leaves[found.position - after - 1]
        for leaf in leaves:
            edge.extend([leaf])
            if edge.size in signed and signed[edge.size] == edge.root():
                kept = edge.size
        progress(up_to, head)
    return kept, head, admitted
