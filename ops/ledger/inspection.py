"""What is checked of each record when the whole log is verified, and what a run of records amounts to."""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import islice
from typing import Any, Protocol
from uuid import UUID

import msgspec

from domain.counts import EVERY, Count
from domain.heartbeats import Heartbeat
from domain.logs import Log
from ops.crypto.aead import Aead, NotOpened
from ops.crypto.author_keys import AuthorKeys
from ops.ledger import entry, merkle, rows
from ops.ledger.counting import Counts, Ending, Noted, Tallies, is_in_place
from ops.ledger.findings import Fault, Run
from ops.ledger.hours import Beat
from ops.ledger.mapper import format_of
from ops.ledger.rows import Raw
from ops.ledger.topics import Topic, Topics

BATCH = 2048
_HEAD = 3 + entry.NONCE


class Sealed(Protocol):
    """The level of tiles that holds the leaves, as the signer kept it."""

    def tiles(self, first: int, count: int) -> Mapping[int, tuple[bytes, bytes]]:
        """Of `count` tiles from number `first` on those that there are: 256 hashes, and the root over them."""

    def is_damaged(self, tile: int) -> bool:
        """Whether the tile is known not to be what was signed."""


TILE_HEIGHT = 8
TILE = 1 << TILE_HEIGHT
HASH = 32
Keys = Mapping[int, Aead | None]
KeySource = Callable[[Collection[int]], Keys]
"""Data keys by id: None for one that was tampered with, absent for one that is no more."""


class Inspector:
    """Checks the records of one log: without author keys no signatures, without data keys no states."""

    def __init__(
        self, log_id: UUID, topics: Topics, authors: AuthorKeys, keys: KeySource | None = None,
        sealed: Sealed | None = None, shredded: Collection[int] = (), counts: Counts | None = None,
    ) -> None:  # fmt: skip
        self._counts = counts
        self._tallies = Tallies()
        self._shredded = shredded
        self._log_id = log_id
        self._log = log_id.bytes
        self._topics = {topic.name.encode(): topic for topic in topics}
        self._authors = authors
        self._keys = keys
        self._sealed = sealed

    def inspect(self, source: Iterable[bytes], after: int, up_to: int, kept: list[bytes] | None = None) -> Run:
        """The run of records after one position, up to another; `kept` takes their leaf hashes, in order."""
        run, last, counts = Run(after), after, self._counts(after, up_to) if self._counts else None
        self._tallies = Tallies()
        for batch in _batches(iter(source)):
            raws = _parsed(run, batch, last)
            keys = self._keys({raw[3] for raw in raws}) if self._keys else None
            leaves = []
            for raw in raws:
                self._order(run, raw, last)
                last = raw[0]
                leaves.append(self._leaf(run, raw, keys))
                if counts is not None:
                    self._count(run, raw, counts)
            if kept is not None:
                kept += leaves
            self._grow(run, raws[0][0] - 1 if raws else last, leaves)
            run.place((raw[4], raw[2], raw[0]) for raw in raws)
            run.count += len(raws)
        run.closing = self._tallies
        if last < up_to:
            run.find(Fault.ORDER, last + 1, f"nothing stands here, nor up to {up_to}")
        return run

    def _grow(self, run: Run, first: int, leaves: list[bytes]) -> None:
        """Add leaves to the tree, each held against its tile; what a sound tile has hashed is not hashed again."""
        if self._sealed is None or first % TILE or Fault.ORDER in run.faults:
            run.frontier.extend(leaves)
            return
        kept = self._sealed.tiles(first // TILE, -(-len(leaves) // TILE))
        for start in range(0, len(leaves), TILE):
            part, number = leaves[start : start + TILE], (first + start) // TILE
            hashes, root = kept.get(number, (b"", b""))
            if b"".join(part) == hashes and not self._sealed.is_damaged(number):
                run.frontier.append_subtree(root, TILE_HEIGHT)
            else:
                run.frontier.extend(part)
                self._unlike(run, number, part, hashes)

    def _unlike(self, run: Run, number: int, leaves: list[bytes], hashes: bytes) -> None:
        """Which of a tile's leaves are not what was sealed; the tile is to blame if it is damaged itself."""
        assert self._sealed is not None
        fault, why = Fault.SEALED, "it is not what was sealed into the tree here: the row was changed"
        if self._sealed.is_damaged(number):
            fault, why = Fault.TILE, f"the tile of leaves {number} holds another hash than its row gives"
        for at, leaf in enumerate(leaves):
            kept = hashes[at * HASH : (at + 1) * HASH]
            if kept and kept != leaf:
                run.find(fault, number * TILE + at + 1, why)

    def _order(self, run: Run, raw: Raw, last: int) -> None:
        position, moment = raw[0], raw[1]
        if position != last + 1:
            run.find(Fault.ORDER, last + 1, f"position {position} follows {last}")
        if moment < run.last_time:
            run.find(Fault.TIME, position, "it is older than the record before it")
        run.first_time = run.first_time or moment
        run.last_time = moment

    def _leaf(self, run: Run, raw: Raw, keys: Keys | None) -> bytes:
        """The record's leaf hash; what is wrong with it is noted in `run`."""
        position, moment, version, key_id, stream, author, name, mac, state = raw
        digest, schema = sha256(state).digest(), entry.schema_of(state)
        try:
            associated = entry.bound(self._log, stream, version, key_id, schema, name)
            run.last_entry = entry.leaf(position, moment, associated, author, mac, digest)
        except struct.error:
            run.find(Fault.STATE, position, "a number or the topic is out of bounds")
            return merkle.EMPTY
        topic = self._topic(run, raw, schema) if self._is_signed(run, raw, associated, digest) else None
        if topic is not None and keys is not None:
            self._state(run, raw, associated, topic, schema, keys)
        return sha256(merkle.LEAF + run.last_entry).digest()

    def _is_signed(self, run: Run, raw: Raw, associated: bytes, digest: bytes) -> bool:
        position, author, mac, state = raw[0], raw[5], raw[7], raw[8]
        if not entry.SHORTEST_STATE <= len(state) <= entry.LONGEST_STATE or state[:1] != entry.VERSION:
            run.find(Fault.STATE, position, "it is not a sealed state")
            return False
        if self._authors.checks and not self._authors.valid(author, entry.signed(associated, author, digest), mac):
            run.find(Fault.SIGNATURE, position, f"author {author} did not sign it")
            return False
        return True

    def _topic(self, run: Run, raw: Raw, schema: int) -> Topic | None:
        """The record's topic, if there is one of that schema that its author may write."""
        position, author, name = raw[0], raw[5], raw[6]
        topic = self._topics.get(name)
        if (position == 1) is not (name == b"log.opened"):
            run.find(Fault.GENESIS, position, "the log is opened at position 1 and nowhere else")
        if topic is None or not 1 <= schema <= topic.schema:
            run.find(Fault.TOPIC, position, f"there is no {name.decode(errors='replace')} of schema {schema}")
            return None
        if author not in topic.authors:
            run.find(Fault.AUTHOR, position, f"author {author} may not write {topic.name}")
            return None
        return topic

    def _state(self, run: Run, raw: Raw, associated: bytes, topic: Topic, schema: int, keys: Keys) -> None:
        position, key_id, state = raw[0], raw[3], raw[8]
        if (key := keys.get(key_id)) is None:
            if key_id in self._shredded and key_id not in keys:
                return
            gone = "was tampered with" if key_id in keys else "is no more"
            run.find(Fault.KEY, position, f"data key {key_id} {gone}")
            return
        try:
            content = key.decrypt(state[3:_HEAD], state[_HEAD:], associated)
            fields = topic.codec.read(content, schema)
        except NotOpened:
            run.find(Fault.STATE, position, "it does not open under its data key")
        except (msgspec.DecodeError, LookupError, TypeError, ValueError):
            run.find(Fault.STATE, position, f"it is not a {topic.name}")
        else:
            if topic.aggregate is Log:
                self._of_the_log(run, position, msgspec.structs.asdict(fields))
            if self._counts is not None:
                self._read(run, raw, topic, fields)

    def _read(self, run: Run, raw: Raw, topic: Topic, fields: Any) -> None:
        """What the record says of others."""
        self._tallies.read_in(topic.name, raw[4], fields)
        if topic.aggregate is Count and not is_in_place(UUID(bytes=raw[4]), raw[0], fields):
            run.find(Fault.COUNT, raw[0], "it counts what another count covers, or what is not there yet")
        elif topic.aggregate is Heartbeat:
            run.beats.append(Beat(raw[0], fields.hour, fields.before, fields.provenance.actor_id))

    def _count(self, run: Run, raw: Raw, counts: Mapping[int, Noted]) -> None:
        """At its end a range is held against its count; one that began before this run when runs are joined."""
        self._tallies.see(raw[6])
        if (last := raw[0]) % EVERY:
            return
        ending, self._tallies = Ending(last, self._tallies, counts.get(last)), Tallies()
        if last - run.after < EVERY:
            run.opening = ending
        else:
            run.range_ends(ending)

    def _of_the_log(self, run: Run, position: int, fields: dict[str, object]) -> None:
        run.log_format = max(run.log_format, format_of(fields))
        if fields.get("log_id", self._log_id) != self._log_id:
            run.find(Fault.GENESIS, position, f"it opens another log: {fields['log_id']}")


def inspect_streams(source: Iterable[bytes]) -> Run:
    """All records again, by stream: the versions of each are 1, 2, 3 and so on, in the order of their positions."""
    run, last = Run(), (b"", 0, 0)
    for batch in _batches(iter(source)):
        records = rows.parse_streams(batch)
        for record in records:
            stream, version, position = record
            before = last if last[0] == stream else (stream, 0, 0)
            if version != before[1] + 1 or position <= before[2]:
                run.find(Fault.STREAMS, position, f"version {version} of {UUID(bytes=stream)} follows its {before[1]}")
            last = record
        run.place(records)
        run.count += len(records)
    return run


def _parsed(run: Run, batch: Sequence[bytes], last: int) -> list[Raw]:
    """The rows that can be read; of one that cannot, a finding."""
    try:
        return list(map(rows.parse, batch))
    except rows.BrokenRow as broken:
        if len(batch) == 1:
            run.find(Fault.STATE, last, f"a row after this position cannot be read: {broken}")
            return []
    half = len(batch) // 2
    before = _parsed(run, batch[:half], last)
    return before + _parsed(run, batch[half:], before[-1][0] if before else last)


def _batches(source: Iterator[bytes]) -> Iterator[list[bytes]]:
    while batch := list(islice(source, BATCH)):
        yield batch
