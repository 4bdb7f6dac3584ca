"""PostgreSQL's write-ahead log taken apart: which database each record is about, with page images unpacked."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PAGE, SEGMENT = 8192, 16 << 20
LONG_HEADER = 0x0002
HEADER = struct.Struct("<IIQBBxxI")
IMAGE, SAME_RELATION = 0x10, 0x80
HOLE, PGLZ = 0x01, 0x04
MAIN_DATA = {255: 2, 254: 5}
OTHER = {253: 3, 252: 5}
"""Headers that are not of a block, with their lengths."""


@dataclass(frozen=True, slots=True)
class WalRecord:
    """One record: the databases whose relations it changes (0: shared ones), its bytes, its page images unpacked."""

    databases: frozenset[int]
    content: bytes
    images: bytes


def records(folder: Path) -> Iterator[WalRecord]:
    """Every record that is still there, from the oldest segment on."""
    segments = sorted(path for path in folder.iterdir() if len(path.name) == 24)
    pages = b"".join(_payload(path, oldest=path == segments[0]) for path in segments)
    yield from (_Reader(record).taken_apart() for record in _records_in(pages))


def _payload(segment: Path, oldest: bool) -> bytes:
    """The segment without page headers; what a recycled one still holds of its last life is not part of the log.
    The oldest may begin in the middle of a record."""
    content = segment.read_bytes()
    parts: list[bytes] = []
    begins = (int(segment.name[8:16], 16) << 32) + int(segment.name[16:], 16) * SEGMENT
    for start in range(0, len(content), PAGE):
        _, info, _, address, remaining = struct.unpack_from("<HHIQI", content, start)
        if address != begins + start:
            break
        header = 40 if info & LONG_HEADER else 24
        rest = -(-remaining // 8) * 8 if oldest and not parts else 0
        parts.append(content[start + header + rest : start + PAGE])
    return b"".join(parts)


def _records_in(pages: bytes) -> Iterator[bytes]:
    """Records stand at multiples of eight; a segment that was switched away from ends in zeros."""
    at = 0
    while at + HEADER.size <= len(pages):
        length = struct.unpack_from("<I", pages, at)[0]
        if length < HEADER.size:
            at += 8
            continue
        yield pages[at : at + length]
        at += -(-length // 8) * 8


@dataclass
class _Reader:
    """Goes through one record's block headers; their images lie behind all of them, in the same order."""

    record: bytes
    at: int = HEADER.size
    behind: int = 0
    database: int = 0
    databases: set[int] = field(default_factory=set)
    packed: list[tuple[int, int]] = field(default_factory=list)

    def taken_apart(self) -> WalRecord:
        while self.at + self.behind < len(self.record) and self._header(self.record[self.at]):
            pass
        images = (self.record[self.at + start : self.at + start + size] for start, size in self.packed)
        return WalRecord(frozenset(self.databases), self.record, b"".join(map(pglz, images)))

    def _header(self, kind: int) -> bool:
        """One header; whether another follows."""
        if kind in MAIN_DATA:
            self.at += MAIN_DATA[kind]
            return False
        if kind in OTHER:
            self.at += OTHER[kind]
            return True
        self._block(*struct.unpack_from("<BH", self.record, self.at + 1))
        return True

    def _block(self, flags: int, data: int) -> None:
        self.at += 4
        if flags & IMAGE:
            self._image()
        if not flags & SAME_RELATION:
            self.database = struct.unpack_from("<III", self.record, self.at)[1]
            self.at += 12
        self.at += 4
        self.behind += data
        self.databases.add(self.database)

    def _image(self) -> None:
        size, _, how = struct.unpack_from("<HHB", self.record, self.at)
        self.at += 7 if how & HOLE and how & PGLZ else 5
        if how & PGLZ:
            self.packed.append((self.behind, size))
        self.behind += size


def pglz(packed: bytes) -> bytes:
    """PostgreSQL's own compression undone: literals, and copies of what came shortly before."""
    out, at = bytearray(), 0
    while at < len(packed):
        control, at = packed[at], at + 1
        for bit in range(8):
            if at >= len(packed):
                break
            if not control >> bit & 1:
                out.append(packed[at])
                at += 1
                continue
            length, offset, at = (packed[at] & 15) + 3, (packed[at] & 240) << 4 | packed[at + 1], at + 2
            if length == 18:
                length, at = length + packed[at], at + 1
            for _ in range(length):
                out.append(out[-offset])
    return bytes(out)
