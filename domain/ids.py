"""Identifiers: made (v7), derived from other ids (v5), reserved for a name under a key (v8)."""

from __future__ import annotations

import hmac
import os
import time
import unicodedata
from hashlib import sha1, sha256
from uuid import UUID

_RANDOM_A = (1 << 12) - 1
_RANDOM_B = (1 << 62) - 1
_VARIANT = 2 << 62
_FREE_OF_5 = ~(0xF << 76 | 3 << 62)


def new() -> UUID:
    """A fresh UUID v7 (RFC 9562 §5.7): sorts by time, so the log's indexes grow at their right edge."""
    milliseconds = time.time_ns() // 1_000_000
    noise = int.from_bytes(os.urandom(10))
    return _assemble(milliseconds, 7, noise)


def derived(kind: str, *parents: UUID) -> UUID:
    """The one id of `kind` that belongs to `parents`: a uuid5, because its parents are random already.

    Made here, for the standard library takes twice as long and decisions derive several.
    """
    *outer, last = parents
    name = "/".join([kind, *(str(parent) for parent in outer)])
    digest = sha1(last.bytes + name.encode(), usedforsecurity=False).digest()
    return UUID(int=int.from_bytes(digest[:16]) & _FREE_OF_5 | 5 << 76 | _VARIANT)


def reserved(key: bytes, kind: str, name: str) -> UUID:
    """The stream that reserves `name`: keyed, so that a dump of the log cannot be tested for a name."""
    digest = hmac.digest(key, kind.encode() + b"\0" + folded(name).encode(), sha256)
    number = int.from_bytes(digest[:16])
    return _assemble(number >> 80, 8, number)


def folded(name: str) -> str:
    """Names that people would take for the same compare equal: NFKC, case-folded."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _assemble(high: int, version: int, noise: int) -> UUID:
    middle = (noise >> 62) & _RANDOM_A
    return UUID(int=high << 80 | version << 76 | middle << 64 | _VARIANT | noise & _RANDOM_B)
