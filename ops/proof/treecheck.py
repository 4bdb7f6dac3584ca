"""Whether the tiles that are kept are one tree, and whether every checkpoint that is kept was signed of that tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from ops.ledger.findings import Fault, Run
from ops.ledger.merkle import leaf_hash
from ops.proof import tree
from ops.proof.errors import Malformed, NotSigned, Unproved
from ops.proof.notes import Checkpoint, Note, VerifierKey
from ops.proof.stored import Database, StoredTiles
from ops.proof.tiles import HASH, HEIGHT, WIDTH, perfect, tile_path
from ops.proof.trust import Trust

_TILES = (
    "select level, index, hashes, root from ledger.tiles where index < %s >> (8 * (level + 1)) order by level, index"
)
_CHECKPOINTS = "select origin, size, root, note from ledger.checkpoints order by size, origin"
_LEAVES = "select index, hashes, root from ledger.tiles where level = 0 and index >= %s and index < %s"

Kept = tuple[int, int, bytes, bytes]
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Checked:
    """What came of it: faults in `run`, tiles that are damaged, and the newest checkpoint that holds."""

    run: Run = field(default_factory=Run)
    damaged: set[tuple[int, int]] = field(default_factory=set)
    newest: Checkpoint | None = None


@dataclass(frozen=True, slots=True)
class LeafTiles:
    """The tiles of leaves for whoever holds rows against them (`inspection.Sealed`)."""

    database: Database
    damaged: frozenset[tuple[int, int]]

    def tiles(self, first: int, count: int) -> Mapping[int, tuple[bytes, bytes]]:
        asked = self.database.cursor(binary=True).execute(_LEAVES, (first, first + count), prepare=True)
        return {index: (bytes(hashes), bytes(root)) for index, hashes, root in asked}

    def is_damaged(self, tile: int) -> bool:
        return (0, tile) in self.damaged


class TreeCheck:
    """One look at tiles and checkpoints; the caller's transaction says as of when."""

    def __init__(self, database: Database, stored: StoredTiles, trust: Trust, head: int) -> None:
        self._database = database
        self._stored = stored
        self._trust = trust
        self._head = head
        self._checked = Checked()
        self._roots: list[bytes] = []
        """Of every tile of leaves, what its hashes come to."""
        self._counts: dict[int, int] = {}

    def run(self, progress: Progress = lambda done, of: None) -> Checked:
        self._tiles()
        self._checkpoints(progress)
        return self._checked

    def _tiles(self) -> None:
        below: list[bytes] = []
        count = self._head
        levels = iter(groupby(self._kept(), key=itemgetter(0)))
        found = next(levels, None)
        for level in range(HEIGHT):
            count >>= HEIGHT
            if not count:
                return
            rows = found[1] if found is not None and found[0] == level else iter(())
            below = self._level(level, rows, below)
            self._counts[level] = len(below)
            self._roots = self._roots or below
            if found is not None and found[0] == level:
                found = next(levels, None)

    def _kept(self) -> Iterator[Kept]:
        with self._database.cursor("tiles", binary=True) as cursor:
            cursor.itersize = 128
            for level, index, hashes, root in cursor.execute(_TILES, (self._head,)):
                yield level, index, bytes(hashes), bytes(root)

    def _level(self, level: int, rows: Iterator[Kept], below: Sequence[bytes]) -> list[bytes]:
        """What the tiles of a level come to, in order; where one is missing, what stands for it in no tree."""
        roots: list[bytes] = []
        for _, index, hashes, root in rows:
            for missing in range(len(roots), index):
                self._damaged(level, missing, 0, "is not kept")
                roots.append(bytes(HASH))
            roots.append(self._tile(level, index, hashes, root, below))
        return roots

    def _tile(self, level: int, index: int, hashes: bytes, root: bytes, below: Sequence[bytes]) -> bytes:
        parts = [hashes[at : at + HASH] for at in range(0, len(hashes), HASH)]
        come_to = perfect(parts)
        if come_to != root:
            self._damaged(level, index, 0, "and the root that is kept with it do not belong together")
        for at, mine in enumerate(below[index * WIDTH : (index + 1) * WIDTH]) if level else ():
            if parts[at] != mine:
                child = index * WIDTH + at
                if (level - 1, child) not in self._checked.damaged:
                    self._damaged(
                        level, index, at, f"holds another hash at {at} than {tile_path(level - 1, child)} has"
                    )
        return come_to

    def _all_there(self, size: int) -> None:
        """The signer keeps tiles before it signs: at the end none may be missing that a checkpoint covers."""
        for level in range(HEIGHT):
            for missing in range(self._counts.get(level, 0), size >> HEIGHT * (level + 1)):
                self._damaged(level, missing, 0, "is not kept")

    def _damaged(self, level: int, index: int, at: int, what: str) -> None:
        self._checked.damaged.add((level, index))
        place = ((index * WIDTH + at) << HEIGHT * level) + 1
        self._checked.run.find(Fault.TILE, place, f"{tile_path(level, index)} {what}")

    def _checkpoints(self, progress: Progress) -> None:
        kept = self._database.cursor(binary=True).execute(_CHECKPOINTS).fetchall()
        if not kept and self._head:
            self._fault(Fault.SIGNED, 0, "nothing of this log was ever signed, or all checkpoints were removed")
        subtrees, newest = _Leaves(self._roots, self._stored, self._head), ""
        for number, (origin, size, root, note) in enumerate(kept, 1):
            checkpoint = Checkpoint(origin, size, bytes(root))
            since = self._checked.newest.size if self._checked.newest else 0
            if self._signed(checkpoint, note) and self._holds(subtrees, checkpoint, since):
                self._checked.newest, newest = checkpoint, note
            progress(number, len(kept))
        if self._checked.newest is not None:
            self._all_there(self._checked.newest.size)
            self._witnessed(self._checked.newest, newest)
        for name, seen in self._trust.seen.items():
            self._seen(subtrees, name, seen)

    def _holds(self, subtrees: _Leaves, checkpoint: Checkpoint, since: int) -> bool:
        """What was signed of a part that was lost, and is said to be, is true of nothing any more."""
        kept = self._trust.recovered.get(checkpoint.origin)
        return (kept is None or checkpoint.size <= kept) and self._stands(subtrees, checkpoint, since)

    def _signed(self, kept: Checkpoint, text: str) -> bool:
        """Whether the row is what the log's key signed."""
        try:
            note = Note.parse(text)
            if Checkpoint.of(note) != kept:
                raise Malformed("its columns are not what its note says")
            note.check(self._key(kept.origin))
        except Malformed as error:
            return self._fault(Fault.CHECKPOINT, kept.size, str(error))
        except NotSigned as error:
            return self._fault(Fault.SIGNED, kept.size, str(error))
        return True

    def _witnessed(self, checkpoint: Checkpoint, text: str) -> None:
        """The newest alone: older ones were agreed on under the policies of their days."""
        try:
            if self._trust.policy is not None:
                self._trust.policy.check(Note.parse(text))
        except NotSigned as error:
            self._fault(Fault.WITNESS, checkpoint.size, str(error))

    def _key(self, origin: str) -> VerifierKey:
        for key in self._trust.keys:
            if key.name == origin:
                return key
        raise NotSigned(f"{origin} is no name of this log")

    def _stands(self, subtrees: _Leaves, signed: Checkpoint, since: int, what: str = "the checkpoint") -> bool:
        """Whether the tree has this root at this size; up to `since` it is known to be what was signed."""
        if signed.size > self._head:
            lost = f"{what} was signed at {signed.size} records, the log ends at {self._head}: the rest was removed"
            return self._fault(Fault.SEEN, self._head + 1, lost)
        try:
            found = tree.root(subtrees, signed.size)
        except Unproved as error:
            return self._fault(Fault.TILE, signed.size, str(error))
        if found != signed.root:
            span = f"something from position {since + 1} to {signed.size} is not what was signed"
            unlike = f"{what} of {signed.size} records has the root {signed.root.hex()}, the tree {found.hex()}: {span}"
            return self._fault(Fault.ROOT, since + 1, unlike)
        return True

    def _seen(self, subtrees: _Leaves, name: str, note: Note) -> None:
        try:
            checkpoint = Checkpoint.of(note)
            note.check(self._key(checkpoint.origin))
        except (Malformed, NotSigned) as error:
            self._fault(Fault.SIGNED, 0, f"{name}: {error}")
        else:
            self._stands(subtrees, checkpoint, 0, name)

    def _fault(self, fault: Fault, position: int, what: str) -> bool:
        self._checked.run.find(fault, position, what)
        return False


class _Leaves:
    """Perfect subtrees from what the tiles of leaves come to, whatever is kept above them, and the rows at the end."""

    def __init__(self, roots: Sequence[bytes], stored: StoredTiles, head: int) -> None:
        self._roots = roots
        self._stored = stored
        self._head = head
        self._tile = lru_cache(maxsize=64)(self._hashes)
        self._wide = lru_cache(maxsize=4096)(self._joined)

    def subtree(self, height: int, index: int) -> bytes:
        if height < HEIGHT:
            tile, at = divmod(index << height, WIDTH)
            return perfect(self._tile(tile)[at : at + (1 << height)])
        return self._wide(height, index)

    def _joined(self, height: int, index: int) -> bytes:
        """Of whole tiles; those behind the last that is kept are made of rows."""
        first, width = index << height - HEIGHT, 1 << height - HEIGHT
        known = self._roots[first : first + width]
        return perfect([*known, *(perfect(self._tile(tile)) for tile in range(first + len(known), first + width))])

    def _hashes(self, tile: int) -> Sequence[bytes]:
        if tile < len(self._roots):
            return self._stored.tile(0, tile, WIDTH).hashes
        width = min(WIDTH, self._head - tile * WIDTH)
        return [leaf_hash(entry) for entry in self._stored.entries(tile, width)]


def leaf_tiles(checked: Checked) -> Callable[[Any], LeafTiles]:
    """For `verify.Case.sealed`."""
    damaged = frozenset(checked.damaged)
    return lambda database: LeafTiles(database, damaged)
