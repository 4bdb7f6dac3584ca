#!/usr/bin/env python3
"""Checks an export of a Strongroom log, or the proof of one record, without Strongroom, a network or any secret.

    python3 auditor.py EXPORT --key VKEY [--policy FILE] [--seen CHECKPOINT]... [--json]
    python3 auditor.py RECORD.tlog-proof --key VKEY [--policy FILE] [--json]

One file, on purpose: the standard library, and Ed25519 from `cryptography`. VKEY is the log's public key, which the
auditor was given by somebody he trusts, not with the export. FILE is a policy (C2SP tlog-policy) that says which
witnesses have to have cosigned; without it no cosignature is looked at. Each CHECKPOINT is one that he kept earlier:
the log has to begin with it. What is checked, by which standard, and what a log cannot prove, is told in docs/proof.md.
Exits with 0 when all holds, else with the lowest class of what does not, or with 2 when it was asked wrongly.
"""

from __future__ import annotations

import argparse
import binascii
import json
import struct
import sys
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid5

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Fault(IntEnum):
    """A class of what can be wrong; its number is the exit code."""

    TILE = 20
    CHECKPOINT = 21
    SIGNATURE = 22
    WITNESS = 23
    ROOT = 24
    ENTRY = 25
    SEEN = 26
    EXPORT = 27
    PROOF = 28
    COUNT = 29


class Bad(Exception):
    """Something is not what it should be; the message says what and where."""


@dataclass
class Report:
    """What was found: of each class the first few are named, all are counted."""

    origin: str = ""
    size: int = 0
    root: str = ""
    first: str = ""
    last: str = ""
    witnesses: list[str] = field(default_factory=list)
    counted: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    named: list[tuple[Fault, int, str]] = field(default_factory=list)
    faults: dict[Fault, int] = field(default_factory=dict)

    def find(self, fault: Fault, position: int, what: str) -> None:
        self.faults[fault] = self.faults.get(fault, 0) + 1
        if self.faults[fault] <= 20:
            self.named.append((fault, position, what))


# ---- Keys, notes, checkpoints: C2SP signed-note, tlog-checkpoint, tlog-cosignature


@dataclass(frozen=True)
class Key:
    """A public key by its name: algorithm 1 signs as a log, 4 as a witness."""

    name: str
    algorithm: int
    public: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public).digest()[:4]


def key_of(vkey: str) -> Key:
    """From `name+id+base64`."""
    name, _, rest = vkey.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    content = plain(encoded, f"the key {vkey!r}")
    if not name or len(content) != 33 or content[0] not in (1, 4):
        raise Bad(f"{vkey!r} is no Ed25519 verifier key")
    key = Key(name, content[0], content[1:])
    if key.id.hex() != key_id:
        raise Bad(f"the key {vkey!r} was mistyped: its own id does not fit it")
    return key


@dataclass(frozen=True)
class Note:
    """A text and its signature lines: name, key id, bytes."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]


def note_of(content: str) -> Note:
    text, separator, lines = content.rpartition("\n\n")
    if not separator or not content.endswith("\n") or any(ord(c) < 32 and c != "\n" for c in content):
        raise Bad("it is no signed note: text, an empty line, lines of signatures")
    return Note(text + "\n", tuple(signature_of(line) for line in lines[:-1].split("\n") if lines))


def signature_of(line: str) -> tuple[str, bytes, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    content = plain(encoded, "a signature")
    if dash != "\u2014" or not name or len(content) <= 4:
        raise Bad(f"{line[:60]!r} is no line of a signature")
    return name, content[:4], content[4:]


def signed_by(note: Note, key: Key) -> bool:
    return any(
        (name, key_id) == (key.name, key.id) and holds(key, note.text, content)
        for name, key_id, content in note.signatures
    )


def holds(key: Key, text: str, content: bytes) -> bool:
    """Whether the signature is of this text by this key; a witness signs the moment as well."""
    message, signature = text.encode(), content
    if key.algorithm == 4:
        moment = int.from_bytes(content[:8])
        message, signature = f"cosignature/v1\ntime {moment}\n{text}".encode(), content[8:]
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def checkpoint_of(note: Note) -> tuple[str, int, bytes]:
    """Origin, size and root."""
    lines = note.text.split("\n")
    if len(lines) < 4 or not (lines[1].isascii() and lines[1].isdigit()) or str(int(lines[1])) != lines[1]:
        raise Bad("it is no checkpoint: a name, a size and a root, each on a line of its own")
    root = plain(lines[2], "the root")
    if len(root) != 32:
        raise Bad("its root has not 32 bytes")
    return lines[0], int(lines[1]), root


def plain(text: str, what: str) -> bytes:
    """Base64 in its one spelling."""
    try:
        content = b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise Bad(f"{what} is not base64") from None
    if b64encode(content).decode() != text:
        raise Bad(f"{what} is not base64 in its one spelling")
    return content


# ---- Policies: C2SP tlog-policy


class Policy:
    """Which witnesses there are, and how many have to agree."""

    def __init__(self, text: str) -> None:
        self.witnesses: dict[str, Key] = {}
        self.groups: dict[str, tuple[int, list[str]]] = {}
        self.quorum = ""
        for line in text.splitlines():
            words = line.split("#")[0].split()
            if words:
                self._take(words)
        if not self.quorum:
            raise Bad("the policy says nowhere how many have to agree: `quorum NAME` or `quorum none`")

    def _take(self, words: list[str]) -> None:
        match words:
            case ["log", _, *_]:
                return
            case ["witness", name, vkey, *rest] if len(rest) < 2 and self._fresh(name):
                self.witnesses[name] = self._witness(vkey)
            case ["group", name, wanted, *members] if self._fresh(name) and all(map(self.knows, members)):
                self.groups[name] = enough(wanted, members), members
            case ["quorum", name] if not self.quorum and (name == "none" or self.knows(name)):
                self.quorum = name
            case _:
                raise Bad(f"this line of the policy is not understood: {' '.join(words)}")

    def _witness(self, vkey: str) -> Key:
        """One key is one witness, whatever it is called: else one could agree with himself."""
        key = key_of(vkey)
        if key.algorithm != 4:
            raise Bad(f"the key of {key.name} signs logs, not cosignatures")
        if key.public in {each.public for each in self.witnesses.values()}:
            raise Bad(f"the key of {key.name} is another witness's too")
        return key

    def _fresh(self, name: str) -> bool:
        return name != "none" and not self.knows(name)

    def knows(self, name: str) -> bool:
        return name in self.witnesses or name in self.groups

    def agreed(self, note: Note) -> list[str]:
        return [name for name, key in self.witnesses.items() if signed_by(note, key)]

    def holds(self, agreed: list[str], name: str = "") -> bool:
        name = name or self.quorum
        if name == "none" or name in agreed:
            return True
        wanted, members = self.groups.get(name, (1, []))
        return sum(self.holds(agreed, member) for member in members) >= wanted


def enough(wanted: str, members: list[str]) -> int:
    """How many members of a group have to agree: at least one, each counted once."""
    counts = {"any": 1, "all": len(members)}
    number = counts.get(wanted) or (int(wanted) if wanted.isascii() and wanted.isdigit() else 0)
    if not 1 <= number <= len(members) or len(set(members)) != len(members):
        raise Bad(
            f"of {len(members)} members of a group {wanted} cannot agree: a number, `any`, `all`; each named once"
        )
    return number


# ---- The tree: RFC 6962


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def leaf(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


class Tree:
    """The roots of the perfect subtrees so far, widest first."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)

    def extend(self, hashes: Sequence[bytes]) -> None:
        """256 leaves at their place are hashed level by level, which is faster."""
        if len(hashes) == 256 and self.size % 256 == 0:
            self._push(perfect(hashes), 256)
        else:
            for each in hashes:
                self._push(each, 1)

    def _push(self, hashed: bytes, width: int) -> None:
        count = self.size // width
        while count & 1:
            hashed = node(self.peaks.pop(), hashed)
            count >>= 1
        self.peaks.append(hashed)
        self.size += width

    def copy(self) -> Tree:
        return Tree(self.size, self.peaks)

    def root(self) -> bytes:
        if not self.peaks:
            return sha256(b"").digest()
        *wider, joined = self.peaks
        for peak in reversed(wider):
            joined = node(peak, joined)
        return joined


def perfect(hashes: Sequence[bytes]) -> bytes:
    """The root over 2^n hashes."""
    level = list(hashes)
    while len(level) > 1:
        level = [node(left, right) for left, right in zip(level[::2], level[1::2], strict=True)]
    return level[0]


def climb(leaf_hash: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that a path leads to (RFC 9162 §2.1.3.2)."""
    at, last, found = index, size - 1, leaf_hash
    for sibling in path:
        if last == 0:
            raise Bad("its path is longer than the tree is high")
        if at & 1 or at == last:
            found = node(sibling, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node(found, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise Bad("its path is shorter than the tree is high")
    return found


# ---- Leaf entries: docs/format.md §1

ENTRY = struct.Struct(">18sQQ18s16s16sQQHB")
ENTRY_LABEL, EVENT_LABEL = b"strongroom/entry/1", b"strongroom/event/1"


@dataclass(frozen=True)
class Entry:
    """What a leaf says of its record."""

    position: int
    moment: int
    log_id: bytes
    stream: bytes
    version: int
    topic: str


def entry_of(content: bytes) -> Entry:
    try:
        label, position, moment, event, log_id, stream, version, _, _, length = ENTRY.unpack_from(content)
    except struct.error:
        raise Bad("it is too short for a leaf entry") from None
    topic = content[ENTRY.size : ENTRY.size + length]
    if (label, event) != (ENTRY_LABEL, EVENT_LABEL) or len(content) != ENTRY.size + length + 2 + 32 + 32:
        raise Bad("it is not a leaf entry of this format")
    return Entry(position, moment, log_id, stream, version, topic.decode("ascii", "replace"))


COUNTS, EVERY, BEHIND = UUID("5b0c6f0e-57a1-4b0b-8d0e-2f6f2b1c9a44"), 1000, 3000


class Counts:
    """That every thousand records were counted, once and in order: a count's stream follows from where its range ends.
    What a count says is sealed; how many records there are of each kind is in the report, for who is told it."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.newest = 0
        self.found: list[tuple[int, str]] = []

    def take(self, position: int, entry: Entry) -> None:
        self.report.kinds[entry.topic] += 1
        if entry.topic != "count.noted":
            return
        last = self.report.counted + EVERY
        if entry.stream != uuid5(COUNTS, f"count/{last}").bytes or position <= last:
            self.found.append((position, f"it is not the count of the records from {last - EVERY + 1} to {last}"))
        else:
            self.report.counted, self.newest = last, position

    def end(self, size: int) -> None:
        """A log that was never counted was written before there were counts."""
        counted = self.report.counted
        if counted and size - self.newest > BEHIND and size >= counted + EVERY:
            self.found.append((counted + 1, f"nobody counted the records from here on: there are {size}"))


class Order:
    """What holds between records: positions in a row, time never going back, versions of a stream 1, 2, 3 …"""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.moment = 0
        self.log_id = b""
        self.versions: dict[bytes, int] = {}
        self.counts = Counts(report)
        self.found: list[tuple[int, str]] = []

    def take(self, position: int, content: bytes) -> None:
        try:
            entry = entry_of(content)
        except Bad as error:
            self.found.append((position, str(error)))
            return
        self.log_id = self.log_id or entry.log_id
        version = self.versions.get(entry.stream, 0) + 1
        said = {
            f"it says of itself position {entry.position}": entry.position != position,
            "it is of another log": entry.log_id != self.log_id,
            "it is older than the record before it": entry.moment < self.moment,
            f"it is version {entry.version} of its stream, after {version - 1}": entry.version != version,
            f"it is {entry.topic}": (position == 1) is not (entry.topic == "log.opened"),
        }
        for what, wrong in said.items():
            if wrong:
                self.found.append((position, what))
        self.moment, self.versions[entry.stream] = entry.moment, version
        self.counts.take(position, entry)
        self.report.first = self.report.first or when(entry.moment)
        self.report.last = when(entry.moment)


def when(microseconds: int) -> str:
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)).isoformat()
    except OverflowError:
        return "?"


# ---- An export: C2SP tlog-tiles in a folder


def path_of(level: int | str, index: int, width: int) -> str:
    elements = [f"{index % 1000:03d}"]
    while index := index // 1000:
        elements.insert(0, f"x{index % 1000:03d}")
    return f"tile/{level}/{'/'.join(elements)}" + ("" if width == 256 else f".p/{width}")


def manifest(origin: str, size: int) -> bytes:
    return (json.dumps({"export": 1, "origin": origin, "size": size}, indent=1) + "\n").encode()


def files_of(size: int) -> Iterator[tuple[int | str, int, int]]:
    """Level, index and width of every tile of a tree, and of every bundle of entries."""
    level = 0
    while count := size >> 8 * level:
        for start in range(0, count, 256):
            width = min(count - start, 256)
            yield level, start // 256, width
            if level == 0:
                yield "entries", start // 256, width
        level += 1


class Export:
    """A folder with an export, read once."""

    def __init__(self, folder: Path, report: Report) -> None:
        self.folder = folder
        self.report = report
        self.tree = Tree()
        self.by_tiles: Tree | None = None  # the tree that the tiles give, from where they first differ
        self.above: dict[int, list[bytes]] = {}
        self.order = Order(report)
        self.differing: list[tuple[int, int, str]] = []
        self.roots: dict[int, bytes] = {}

    def read(self, name: str, limit: int = 1 << 26) -> bytes:
        path = self.folder / name
        try:
            if not path.is_file() or path.is_symlink():
                raise Bad(f"{name} is missing, or is no plain file")
            if path.stat().st_size > limit:
                raise Bad(f"{name} has {path.stat().st_size} bytes, more than there can be")
            return path.read_bytes()
        except OSError as error:
            raise Bad(f"{name} cannot be read: {error.strerror}") from None

    def check(self, key: Key, policy: Policy | None, seen: Sequence[tuple[str, Note]]) -> None:
        note = self._checkpoint(key, policy)
        if Fault.SIGNATURE in self.report.faults:
            return  # what nobody signed tells nothing of the rest
        origin, size, root = checkpoint_of(note)
        self.report.origin, self.report.size, self.report.root = origin, size, root.hex()
        self._only_these(origin, size)
        wanted = {checkpoint_of(earlier)[1] for _, earlier in seen}
        for index, width in [(at // 256, min(size - at, 256)) for at in range(0, size, 256)]:
            self._tile(index, width, wanted)
        self._levels_above(size)
        self._judge(root)
        for name, earlier in seen:
            self._begins_with(name, earlier, key)

    def _checkpoint(self, key: Key, policy: Policy | None) -> Note:
        note = note_of(self.read("checkpoint").decode("utf-8", "strict"))
        if checkpoint_of(note)[0] != key.name:
            self.report.find(Fault.SIGNATURE, 0, f"the checkpoint is of {checkpoint_of(note)[0]}, not of {key.name}")
        elif not signed_by(note, key):
            self.report.find(Fault.SIGNATURE, 0, f"{key.name} did not sign the checkpoint")
        known = [key, *(policy.witnesses.values() if policy else [])]
        for name, key_id, content in note.signatures:
            mine = [each for each in known if (each.name, each.id) == (name, key_id)]
            if policy is not None and not any(holds(each, note.text, content) for each in mine):
                self.report.find(Fault.WITNESS, 0, f"the signature of {name} is of nobody known, or does not hold")
        if policy is not None:
            self.report.witnesses = policy.agreed(note)
            if not policy.holds(self.report.witnesses):
                self.report.find(Fault.WITNESS, 0, f"too few witnesses: {', '.join(self.report.witnesses) or 'none'}")
        return note

    def _only_these(self, origin: str, size: int) -> None:
        """Every file there should be, and no other."""
        if self.read("manifest.json") != manifest(origin, size):
            self.report.find(Fault.EXPORT, 0, "manifest.json is not the one of this checkpoint")
        wanted = {"checkpoint", "manifest.json", *(path_of(*each) for each in files_of(size))}
        found = {each.relative_to(self.folder).as_posix() for each in self.folder.rglob("*") if not each.is_dir()}
        for name in sorted(found - wanted):
            self.report.find(Fault.EXPORT, 0, f"{name} does not belong to this export")
        for name in sorted(wanted - found):
            self.report.find(Fault.EXPORT, 0, f"{name} is missing")

    def _tile(self, index: int, width: int, wanted: set[int]) -> None:
        """One bundle and its tile: what the entries hash to, and what the tile says they do."""
        first, said = index * 256, self._hashes(0, index, width)
        entries, broken = self._entries(path_of("entries", index, width), width)
        hashed = [leaf(entry) for entry in entries]
        wrong = [at for at in range(min(len(hashed), len(said))) if hashed[at] != said[at]]
        if broken:
            place = first + (wrong[0] if wrong else len(entries)) + 1
            self.report.find(Fault.ENTRY, place, f"{path_of('entries', index, width)} breaks off or goes on: {broken}")
            hashed, wrong = [*hashed[:width], *[bytes(32)] * (width - len(hashed))], []
        else:
            self.differing += [(0, first + at + 1, path_of(0, index, width)) for at in wrong]
        if (said and said != hashed) and self.by_tiles is None:
            self.by_tiles = self.tree.copy()
        for at, entry in enumerate(entries):
            self.order.take(first + at + 1, entry)
        self._extend(hashed, said or hashed, wanted)
        self._pass_up(0, hashed, width)

    def _extend(self, hashed: list[bytes], said: list[bytes], wanted: set[int]) -> None:
        if self.by_tiles is not None:
            self.by_tiles.extend(said)
        ends = sorted({size - self.tree.size for size in wanted} & set(range(1, len(hashed))))
        for start, end in zip([0, *ends], [*ends, len(hashed)], strict=True):
            self.tree.extend(hashed[start:end])
            if self.tree.size in wanted:
                self.roots[self.tree.size] = self.tree.root()

    def _entries(self, name: str, width: int) -> tuple[list[bytes], str]:
        """What can be read of a bundle, and why it is not as many entries as it should be."""
        try:
            content = self.read(name)
        except Bad as error:
            return [], str(error)
        at, found = 0, list[bytes]()
        while at < len(content) and len(found) < width:
            end = at + 2 + int.from_bytes(content[at : at + 2])
            if end > len(content):
                return found, f"{len(content)} bytes hold {len(found)} whole entries"
            found.append(content[at + 2 : end])
            at = end
        if len(found) < width or at < len(content):
            return found, f"{len(content) - at} bytes follow {len(found)} entries"
        return found, ""

    def _hashes(self, level: int, index: int, width: int) -> list[bytes]:
        name = path_of(level, index, width)
        try:
            content = self.read(name)
            if len(content) != 32 * width:
                raise Bad(f"it has {len(content)} bytes, not {32 * width}")
        except Bad as error:
            self.report.find(Fault.TILE, (index << 8 * (level + 1)) + 1, f"{name}: {error}")
            return []
        return [content[at : at + 32] for at in range(0, len(content), 32)]

    def _pass_up(self, level: int, hashed: list[bytes], width: int) -> None:
        if width == 256:
            self.above.setdefault(level + 1, []).append(perfect(hashed))

    def _levels_above(self, size: int) -> None:
        """The tiles above the leaves, each against what lies below it."""
        level = 1
        while count := size >> 8 * level:
            below = self.above.get(level, [])
            for start in range(0, count, 256):
                width = min(count - start, 256)
                said, mine = self._hashes(level, start // 256, width), below[start : start + width]
                for at, (one, other) in enumerate(zip(said, mine, strict=False)):
                    if one != other:
                        name = path_of(level, start // 256, width)
                        self.differing.append((level, (start + at << 8 * level) + 1, name))
                self._pass_up(level, mine, width)
            level += 1

    def _judge(self, root: bytes) -> None:
        """Who is right where entries and tiles differ: whoever comes to the root that was signed."""
        by_entries = self.tree.root() == root
        by_tiles = self.by_tiles is not None and self.by_tiles.root() == root
        for level, position, name in self.differing:
            if by_entries:
                self.report.find(Fault.TILE, position, f"{name} holds another hash than what lies below it")
            elif level == 0:
                fault = Fault.ENTRY if by_tiles else Fault.TILE
                self.report.find(fault, position, f"the entry is not what {name} has: it was changed")
        damaged = Fault.ENTRY in self.report.faults
        if not by_entries and not (by_tiles and damaged):
            what = f"the root over the entries is {self.tree.root().hex()}, not the one that was signed"
            self.report.find(Fault.ROOT, self.report.size, what)
        self.order.counts.end(self.report.size)
        if damaged:
            return  # all else would be a consequence
        for fault, found in ((Fault.ENTRY, self.order.found), (Fault.COUNT, self.order.counts.found)):
            for position, what in found:
                self.report.find(fault, position, what)

    def _begins_with(self, name: str, earlier: Note, key: Key) -> None:
        origin, size, root = checkpoint_of(earlier)
        if origin != key.name or not signed_by(earlier, key):
            self.report.find(Fault.SIGNATURE, size, f"{name} is not a checkpoint that {key.name} signed")
        elif size > self.report.size:
            self.report.find(Fault.SEEN, size, f"{name} was signed at {size} records, the export ends before that")
        elif size and self.roots.get(size) != root:
            self.report.find(Fault.SEEN, size, f"the log does not begin with the {size} records of {name}: a fork")


# ---- The proof of one record: C2SP tlog-proof


def check_proof(content: str, key: Key, policy: Policy | None, report: Report) -> None:
    head, _, checkpoint = content.partition("\n\n")
    first, *lines = head.split("\n")
    if first != "c2sp.org/tlog-proof@v1" or not lines or not lines[0].startswith("extra "):
        raise Bad("it is no proof of a record of Strongroom: head, extra, index, hashes, checkpoint")
    entry, said, path = plain(lines[0][6:], "extra"), lines[1], [plain(line, "a hash") for line in lines[2:]]
    if not said.startswith("index ") or not said[6:].isdigit() or str(int(said[6:])) != said[6:]:
        raise Bad("it does not say `index N`")
    index, note = int(said[6:]), note_of(checkpoint)
    report.origin, report.size, root = checkpoint_of(note)
    report.root = root.hex()
    if report.origin != key.name or not signed_by(note, key):
        report.find(Fault.SIGNATURE, 0, f"{key.name} did not sign the checkpoint")
    if policy is not None:
        report.witnesses = policy.agreed(note)
        if not policy.holds(report.witnesses):
            report.find(Fault.WITNESS, 0, f"too few witnesses: {', '.join(report.witnesses) or 'none'}")
    told = entry_of(entry)
    report.first = report.last = when(told.moment)
    if told.position != index + 1:
        raise Bad(f"its entry is of position {told.position}, its index of {index + 1}")
    if index >= report.size or climb(leaf(entry), index, report.size, path) != root:
        raise Bad(f"position {index + 1} is not in the tree of {report.size} records that was signed")


# ---- The command line


def audit(source: Path, key: Key, policy: Policy | None, seen: Sequence[tuple[str, Note]]) -> Report:
    """An export's folder, or the proof of one record."""
    report = Report()
    try:
        if source.is_dir():
            Export(source, report).check(key, policy, seen)
        else:
            check_proof(source.read_text("utf-8"), key, policy, report)
    except Bad as error:
        fault = Fault.PROOF if not source.is_dir() else Fault.CHECKPOINT
        report.find(fault, 0, f"{source.name}: {error}")
    except UnicodeDecodeError:
        report.find(Fault.PROOF if not source.is_dir() else Fault.CHECKPOINT, 0, f"{source.name}: it is not text")
    return report


def kept(path: Path) -> Note:
    """A checkpoint that the auditor kept; Bad names the file when it is none."""
    try:
        note = note_of(path.read_text("utf-8"))
        checkpoint_of(note)
    except (Bad, UnicodeDecodeError) as error:
        raise Bad(f"{path}: {error}") from None
    return note


def told(report: Report) -> str:
    lines = [f"  {fault.name:<10} position {position}: {what}" for fault, position, what in report.named]
    span = f", {report.first} to {report.last}" if report.first else ""
    seen = f", cosigned by {', '.join(report.witnesses)}" if report.witnesses else ""
    verdict = f"{sum(report.faults.values())} faults" if report.faults else "all holds"
    counted = f", counted up to {report.counted}" if report.counted else ""
    whole = f"{report.origin}: {report.size} records{span}{counted}, root {report.root}{seen}: {verdict}"
    return "\n".join([*lines, whole])


def as_json(report: Report) -> str:
    named = [{"fault": fault.name, "position": position, "what": what} for fault, position, what in report.named]
    return json.dumps(
        {
            "origin": report.origin, "size": report.size, "root": report.root, "witnesses": report.witnesses,
            "faults": {fault.name: count for fault, count in report.faults.items()}, "named": named,
            "counted": report.counted, "kinds": dict(sorted(report.kinds.items())),
        }
    )  # fmt: skip


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("auditor.py", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("source", type=Path, help="an export's folder, or a file with the proof of one record")
    parser.add_argument("--key", required=True, help="the log's public key: name+id+base64, or a file that holds it")
    parser.add_argument("--policy", type=Path, help="which witnesses have to have cosigned (C2SP tlog-policy)")
    parser.add_argument("--seen", type=Path, action="append", default=[], help="an earlier checkpoint that you kept")
    parser.add_argument("--json", action="store_true")
    said = parser.parse_args(words)
    try:
        if not said.source.exists():
            raise Bad(f"{said.source} is not there")
        key = key_of(Path(said.key).read_text() if Path(said.key).is_file() else said.key)
        policy = Policy(said.policy.read_text()) if said.policy else None
        seen = [(path.name, kept(path)) for path in said.seen]
        report = audit(said.source, key, policy, seen)
    except (Bad, OSError, ValueError) as error:
        print(f"auditor.py: {error}", file=sys.stderr)
        return 2
    print(as_json(report) if said.json else told(report))
    return min(report.faults, default=0)


if __name__ == "__main__":
    sys.exit(main())
