"""Arrays for PostgreSQL, in its binary format and always of the same type: one prepared statement, little work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import ClassVar
from uuid import UUID

from psycopg.abc import AdaptContext
from psycopg.adapt import Dumper
from psycopg.pq import Format

_HEADER = Struct(">iiIii")
_EMPTY = Struct(">iiI")
_LENGTH = Struct(">i").pack
_SMALL = Struct(">ih").pack
_INT = Struct(">ii").pack
_BIG = Struct(">iq").pack
_SIXTEEN = _LENGTH(16)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Array(bytes):
    """An array, encoded; its class says of what."""

    oid: ClassVar[int]


class Smallints(Array):
    oid = 1005


class Ints(Array):
    oid = 1007


class Bigints(Array):
    oid = 1016


class Texts(Array):
    oid = 1009


class Byteas(Array):
    oid = 1001


class Times(Array):
    oid = 1185


class Uuids(Array):
    oid = 2951


def smallints(values: Iterable[int]) -> Smallints:
    return Smallints(_array(21, [_SMALL(2, value) for value in values]))


def ints(values: Iterable[int]) -> Ints:
    return Ints(_array(23, [_INT(4, value) for value in values]))


def bigints(values: Iterable[int]) -> Bigints:
    return Bigints(_array(20, [_BIG(8, value) for value in values]))


def texts(values: Iterable[str]) -> Texts:
    return Texts(_array(25, [_sized(value.encode()) for value in values]))


def byteas(values: Iterable[bytes]) -> Byteas:
    return Byteas(_array(17, [_sized(value) for value in values]))


def times(values: Iterable[datetime]) -> Times:
    return Times(_array(1184, [_BIG(8, (value - _EPOCH) // _MICROSECOND) for value in values]))


def uuids(values: Iterable[UUID]) -> Uuids:
    return Uuids(_array(2950, [_SIXTEEN + value.bytes for value in values]))


def _sized(value: bytes) -> bytes:
    return _LENGTH(len(value)) + value


def _array(element: int, items: list[bytes]) -> bytes:
    if not items:
        return _EMPTY.pack(0, 0, element)
    return _HEADER.pack(1, 0, element, len(items), 1) + b"".join(items)


class _Encoded(Dumper):
    format = Format.BINARY

    def dump(self, obj: Array) -> bytes:
        return obj


def register(context: AdaptContext) -> None:
    """Let `context` send these arrays."""
    for kind in (Smallints, Ints, Bigints, Texts, Byteas, Times, Uuids):
        dumper = type(f"{kind.__name__}Dumper", (_Encoded,), {"oid": kind.oid})
        context.adapters.register_dumper(kind, dumper)
