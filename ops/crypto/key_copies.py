"""Copies of the data keys, apart from the log: wrapped as they are, a file a copy, kept for 30 days.

A backup of the database leaves the key tables out; who has both, and the roots, has everything.
"""

from __future__ import annotations

import json
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg import Connection

from ops.crypto import keyfiles
from ops.crypto.key_store import Tier, WrappedKey
from ops.crypto.keyring import Wrapping
from ops.crypto.providers.base import Root
from ops.ledger.errors import KeyTampered

FORMAT = "strongroom-keys/1"
NAME = re.compile(r"\.?strongroom-keys-(\d{8}T\d{6}Z)\.jsonl(\.[0-9a-f]{16})?")
AT_A_TIME = 1_000
_ALL = {
    tier: f"select id, scope, kek, wrapped, nonce, serial, uses from ledger.{tier}_keys order by id" for tier in Tier
}
_RESTORE = (
    "select ledger.restore_keys(%s, %s::bigint[], %s::text[], %s::int[], %s::bytea[], %s::bytea[], %s::int[],"
    " %s::bigint[])"
)

Database = Connection[tuple[Any, ...]]
Keys = Mapping[Tier, Sequence[WrappedKey]]


class BadCopy(Exception):
    """A copy that is not whole, or is of another log; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What goes into a file."""

    content: bytes
    counts: Mapping[Tier, int]

    @property
    def digest(self) -> bytes:
        return sha256(self.content).digest()


def take(ledger: Database, log_id: UUID, now: datetime) -> Copy:
    """All data keys as of one moment."""
    with ledger.transaction():
        ledger.execute("set transaction isolation level repeatable read, read only")
        found = {
            tier: [WrappedKey(*row) for row in ledger.cursor(binary=True).execute(_ALL[tier].encode())] for tier in Tier
        }
    counts = {tier: len(keys) for tier, keys in found.items()}
    head = {"format": FORMAT, "log": str(log_id), "made": now.isoformat(timespec="seconds"), "keys": counts}
    lines = [head, *(_line(tier, key) for tier, keys in found.items() for key in keys)]
    body = "".join(f"{json.dumps(line)}\n" for line in lines).encode()
    return Copy(body + f'{{"sha256": "{sha256(body).hexdigest()}"}}\n'.encode(), counts)


def refuse(folder: Path) -> None:
    """BadCopy unless copies can be kept there: asked before anything is recorded."""
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise BadCopy(f"{folder} is no folder that can be written to: make it, for you alone (`mkdir -m 700`)")


def put(folder: Path, copy: Copy, now: datetime) -> Path:
    """The copy in a file of its own, whole or not at all, for its owner alone; FileExistsError within one second."""
    path = folder / f"strongroom-keys-{now:%Y%m%dT%H%M%SZ}.jsonl"
    keyfiles.put(path, copy.content)
    return path


def prune(folder: Path, now: datetime, kept: timedelta) -> int:
    """Remove the copies that are older than they are kept, and what a copying that was killed then left; how many."""
    old = [path for path in sorted(folder.iterdir()) if (made := _made(path)) is not None and made + kept < now]
    for path in old:
        path.unlink()
    return len(old)


def read(path: Path, log_id: UUID, roots: Mapping[Tier, Root]) -> Keys:
    """What a copy holds; BadCopy unless it is whole, of this log, and opens under these roots."""
    body, _, last = path.read_bytes().rstrip(b"\n").rpartition(b"\n")
    body += b"\n"
    try:
        if json.loads(last)["sha256"] != sha256(body).hexdigest():
            raise BadCopy(f"{path} was changed, or cut off: take another copy")
        head, *lines = (json.loads(line) for line in body.splitlines())
        if (head["format"], head["log"]) != (FORMAT, str(log_id)):
            raise BadCopy(f"{path} is a copy of log {head['log']}, this is {log_id}: take the copy that belongs to it")
        found = {tier: [_key(line) for line in lines if line["tier"] == tier] for tier in Tier}
    except (ValueError, KeyError, TypeError) as error:
        raise BadCopy(f"{path} is no copy of keys, or was cut off: take another copy") from error
    _check(path, log_id, found, roots)
    return found


def restore(ledger: Database, keys: Keys) -> int:
    """Put back those that are missing, but none that was forgotten for good; how many."""
    return sum(_restored(ledger, tier, part) for tier, found in keys.items() for part in _parts(found))


def _restored(ledger: Database, tier: Tier, part: Sequence[WrappedKey]) -> int:
    columns = ([k.id for k in part], [k.scope for k in part], [k.kek for k in part])
    sealed = ([k.wrapped for k in part], [k.nonce for k in part], [k.serial for k in part], [k.uses for k in part])
    ((count,),) = ledger.execute(_RESTORE, (tier, *columns, *sealed)).fetchall()
    return int(count)


def _parts(keys: Sequence[WrappedKey]) -> Iterator[Sequence[WrappedKey]]:
    return (keys[start : start + AT_A_TIME] for start in range(0, len(keys), AT_A_TIME))


def _check(path: Path, log_id: UUID, found: Keys, roots: Mapping[Tier, Root]) -> None:
    for tier, keys in found.items():
        wrapping = Wrapping(tier, roots[tier], log_id)
        for key in keys:
            try:
                wrapping.unwrap(key)
            except KeyTampered as error:
                raise BadCopy(f"{path} does not belong to these roots: {error}") from error


def _line(tier: Tier, key: WrappedKey) -> dict[str, object]:
    sealed = {"wrapped": b64encode(key.wrapped).decode(), "nonce": b64encode(key.nonce).decode()}
    counted = {"serial": key.serial, "uses": key.uses}
    return {"tier": tier, "id": key.id, "scope": key.scope, "kek": key.kek, **sealed, **counted}


def _key(line: Mapping[str, Any]) -> WrappedKey:
    wrapped, nonce = (b64decode(line[name], validate=True) for name in ("wrapped", "nonce"))
    serial, uses = int(line.get("serial", 1)), int(line.get("uses", 0))
    return WrappedKey(int(line["id"]), str(line["scope"]), int(line["kek"]), wrapped, nonce, serial, uses)


def _made(path: Path) -> datetime | None:
    found = NAME.fullmatch(path.name)
    return None if found is None else datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
