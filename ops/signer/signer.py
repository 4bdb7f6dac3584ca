"""Signs checkpoints of the log as it grows; never two roots for one size, never less after more.

Each step is on disk before the next: the promise in the signer's own memory, tiles, cosignatures, the checkpoint.
Killed anywhere, it comes by the log's records to the promise it made, and publishes that.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from ops.crypto.signing import SigningKey
from ops.logging import Log
from ops.proof.errors import Inconsistent, Unproved
from ops.proof.notes import Checkpoint, Note, VerifierKey, read_checkpoint, sign_checkpoint
from ops.proof.tiles import WIDTH, Edge, Tile
from ops.signer.memory import Base, Memory, MemoryFile
from ops.signer.records import NotAdmitted, Records
from ops.signer.store import Store
from ops.signer.witnesses import Ahead, Witnesses

EVERY = 1.0
"""Seconds after which a record is signed, however few there are."""

log = Log("strongroom.signer")


@dataclass(frozen=True, slots=True)
class Identity:
    """As whom the log is signed: `name` is the origin of its checkpoints."""

    name: str
    key: SigningKey

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey.of_log(self.name, self.key.public)


@dataclass(slots=True)
class Signer:
    """One connection's. Inconsistent: the log is not what was signed. NotAdmitted: what follows will not be signed."""

    store: Store
    records: Records
    identity: Identity
    file: MemoryFile
    witnesses: Witnesses
    unwitnessed_since: float | None = None
    _edge: Edge = field(default_factory=Edge)
    _moment: int = 0
    _base: Base = field(default_factory=Base)
    _tiles: list[Tile] = field(default_factory=list)
    _critical: bool = False
    _signed_at: float = 0

    @property
    def size(self) -> int:
        """How far the tree reaches."""
        return self._edge.size

    def begin(self) -> None:
        """Come by the log's own records to what was promised and to what is published; only then may it be written."""
        memory = self._remembered()
        self.records.admitted.update(memory.admitted)
        self._base, self._moment, self._edge = memory.base, memory.base.moment, memory.base.edge()
        self._tiles.clear()
        self._grow_to(memory.size, "promised", memory.root)
        if (published := self.store.newest(self.identity.name)) is not None and published.size >= self.size:
            checkpoint = self._ours(published.note)
            self._grow_to(checkpoint.size, "published", checkpoint.root)
        if self.size:
            self._sign(at_once=True)
        self.store.open_gate(self.identity.name)

    def step(self) -> bool:
        """Take in what has been recorded, and sign it when it is time; whether there is more at once."""
        head = self.records.head(self.store.database)
        if head < self.size:
            raise Inconsistent(f"the log ends at {head}: {self.size} records of it were signed")
        stuck = None
        try:
            self._grow(head)
        except NotAdmitted as trouble:
            stuck = trouble
        if self._is_due():
            self._sign(self._critical)
        if stuck is not None:
            raise stuck
        return head > self.size

    def wait(self) -> float:
        """In how many seconds something has to be signed even if nothing more comes."""
        return max(self._signed_at + EVERY - time.monotonic(), 0.0) if self.size > self._base.size else EVERY

    def _remembered(self) -> Memory:
        memory = self.file.read()
        if memory is None:
            if self.store.was_signed():
                raise Inconsistent(f"the log was signed before, but {self.file.path} is gone: put it back from a copy")
            return Memory(self.identity.name)
        if memory.origin != self.identity.name:
            raise Inconsistent(f"{self.file.path} remembers {memory.origin}, not {self.identity.name}")
        return memory

    def _ours(self, note: str) -> Checkpoint:
        try:
            return read_checkpoint(note, self.identity.verifier)[0]
        except Unproved as error:
            raise Inconsistent(f"a checkpoint stands in the database that we did not sign: {error}") from error

    def _grow_to(self, size: int, how: str, root: bytes) -> None:
        """Grow the tree to a size that it is known to have had, and see that it has that root there."""
        head = self.records.head(self.store.database)
        if head < size:
            raise Inconsistent(f"the log ends at {head}: {size} records of it were {how}")
        try:
            while self.size < size:
                self._grow(size)
        except NotAdmitted as trouble:
            raise Inconsistent(f"a record that was {how} is not that record any more: {trouble}") from trouble
        if size and self._edge.root() != root:
            raise Inconsistent(f"the log's first {size} records are not those of which a root was {how}")

    def _grow(self, up_to: int) -> None:
        """A part of what stands there, `MOST` at once."""
        if up_to <= self.size:
            return
        batch = self.records.read(self.store.database, self.size, up_to, self._moment)
        self._tiles += self._edge.extend(batch.leaves)
        self._moment = batch.moment or self._moment
        self._critical = self._critical or batch.critical

    def _is_due(self) -> bool:
        """New records wait a second, or for others; what its witnesses have not agreed on is brought to them again."""
        new, waited = self.size - self._base.size, time.monotonic() - self._signed_at >= EVERY
        urgent = self._critical or waited
        return new >= WIDTH or (new > 0 and urgent) or (self.unwitnessed_since is not None and waited)

    def _sign(self, at_once: bool) -> None:
        """Promise, keep, have it witnessed, publish."""
        checkpoint = Checkpoint(self.identity.name, self.size, self._edge.root())
        note = sign_checkpoint(checkpoint, self.identity.key)
        self.file.write(Memory(checkpoint.origin, self.size, checkpoint.root, self._base, self.records.admitted))
        self.store.keep(self._tiles)
        try:
            note = self.witnesses.cosigned(note, checkpoint, self.store.tree(self.size), at_once)
        except Ahead as ahead:
            self._follow(ahead)
            return
        self._publish(checkpoint, note)

    def _follow(self, ahead: Ahead) -> None:
        """A witness remembers what our memory has lost: to be believed if the log still has it, else the end of it."""
        head = self.records.head(self.store.database)
        if head < ahead.size:
            raise Inconsistent(f"the log ends at {head}: {ahead}")
        while self.size < ahead.size:
            self._grow(ahead.size)
        self._sign(at_once=True)

    def _publish(self, checkpoint: Checkpoint, note: Note) -> None:
        agreed = self.witnesses.policy.agreed(note)
        self.store.publish(checkpoint, note, agreed)
        self._base = Base.of(self._edge, self._moment)
        self._tiles.clear()
        self._critical, self._signed_at = False, time.monotonic()
        self.unwitnessed_since = None if agreed else self.unwitnessed_since or self._signed_at
