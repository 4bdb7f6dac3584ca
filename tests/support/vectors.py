"""The test vectors of docs/format.md, by the product's code without chance: `python -m tests.support.vectors`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from domain import ids
from domain.base import Author, Event
from domain.registry import AGGREGATES
from domain.secrets import SealedSecret, Secret
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import MemoryKeyStore, Tier
from ops.crypto.keyring import Keyring, name_key
from ops.crypto.providers.file import FileRoot
from ops.crypto.sealer import Sealer
from ops.ledger import entry, framing, merkle
from ops.ledger.log import Record
from ops.ledger.mapper import Mapper
from ops.ledger.topics import Topics
from tests.support.golden import event_of

FILE = Path(__file__).resolve().parents[2] / "docs" / "vectors.json"
LOG_ID = UUID("11111111-2222-4333-8444-555555555555")
ACCOUNT = UUID("018f0000-0000-7000-8000-0000000000a1")
OTHER = UUID("018f0000-0000-7000-8000-0000000000b2")
EVENT_ROOT = FileRoot(bytes(range(32)), bytes(range(32, 64)))
SECRET_ROOT = FileRoot(bytes(range(64, 96)))
AUTHORS = {author: bytes([0xA0 + author]) * 32 for author in Author}
BUS = b"\xb5" * 32
FIRST = datetime(2026, 7, 1, 9, 30, 15, 123456, UTC)
DAY = date(2026, 7, 1)
TEXT = "correct horse “batterie” 🔑"
EVENTS = (
    ("log.opened", None, 1, Author.SYSTEM), ("user.added", OTHER, 1, Author.API),
    ("account.added", ACCOUNT, 1, Author.API), ("access.granted", OTHER, 2, Author.API),
    ("session.started", OTHER, 1, Author.API), ("account-password.disclosed", None, 1, Author.API),
    ("reset.attempt-begun", None, 7, Author.WORKER),
)  # fmt: skip
"""Topic, whose data key (None: the day's), version, author."""


def chance() -> Callable[[int], bytes]:
    """Bytes that look like chance, the same every time."""
    drawn = 0

    def draw(count: int) -> bytes:
        nonlocal drawn
        drawn += 1
        return sha256(b"chance %d" % drawn).digest()[:count]

    return draw


async def vectors() -> dict[str, Any]:
    random = chance()
    events, secrets = MemoryKeyStore(known=2), MemoryKeyStore()
    event_keys = Keyring(Tier.EVENT, EVENT_ROOT, LOG_ID, events, random=random)
    secret_keys = Keyring(Tier.SECRET, SECRET_ROOT, LOG_ID, secrets, random=random)
    sealer = Sealer(LOG_ID, secret_keys, random, lambda: OTHER)
    sealed = await sealer.seal(Secret(TEXT), ACCOUNT, "password")
    records, contents = await made(event_keys, sealed, random)
    return {
        "log_id": str(LOG_ID),
        "roots": {"event": [part.hex() for part in EVENT_ROOT._versions], "secret": [SECRET_ROOT._versions[0].hex()]},
        "fingerprints": {"event": EVENT_ROOT.fingerprint().hex(), "secret": SECRET_ROOT.fingerprint().hex()},
        "author_keys": {str(int(author)): key.hex() for author, key in AUTHORS.items()},
        "bus_key": BUS.hex(),
        "names": [named("username", name) for name in ("ada", "ＡＤＡ", "Straße")],
        "derived": [{"kind": "access", "parents": [str(ACCOUNT)], "id": str(ids.derived("access", ACCOUNT))}],
        "keys": [
            {"tier": str(tier), "id": key.id, "scope": key.scope, "kek": key.kek, "nonce": key.nonce.hex(),
             "wrapped": key.wrapped.hex()}
            for tier, store in ((Tier.EVENT, events), (Tier.SECRET, secrets))
            for key in store.keys.values()
        ],
        "secrets": [
            {"owner": str(ACCOUNT), "field": "password", "id": str(sealed.id), "sealed": sealed.sealed.hex(),
             "text": TEXT}
        ],
        "records": [shown(record, content) for record, content in zip(records, contents, strict=True)],
        "roots_of_tree": roots(records),
    }  # fmt: skip


def named(kind: str, name: str) -> dict[str, str]:
    return {"kind": kind, "name": name, "id": str(ids.reserved(name_key(EVENT_ROOT, LOG_ID), kind, name))}


async def made(
    keys: Keyring, sealed: SealedSecret, random: Callable[[int], bytes]
) -> tuple[list[Record], list[dict[str, Any]]]:
    topics = Topics(AGGREGATES)
    records, contents = [], []
    for position, (name, scope, version, author) in enumerate(EVENTS, 1):
        topic = topics.get(name)
        assert topic is not None
        event: Event = replace(event_of(topic), originator_version=version)
        if name == "account.added":
            vars(event)["password"] = sealed
        mapper = Mapper(LOG_ID, keys, AuthorKeys(author, AUTHORS), topics, random)
        r = await mapper.seal(event, scope, DAY)
        at = FIRST + timedelta(microseconds=position)
        record = Record(position, r.stream, r.version, r.topic, r.key_id, r.author, at, r.state, r.mac)
        records.append(record)
        contents.append(json.loads(msgspec.json.encode(plain(topic.codec.encode(event)))))
    return records, contents


def plain(encoded: bytes) -> Any:
    """MessagePack as JSON can show it."""

    def show(value: Any) -> Any:
        if isinstance(value, bytes):
            return {"bytes": value.hex()}
        if isinstance(value, datetime):
            return {"moment": entry.microseconds(value)}
        if isinstance(value, dict):
            return {key: show(each) for key, each in value.items()}
        return [show(each) for each in value] if isinstance(value, list) else value

    return show(msgspec.msgpack.decode(encoded))


def shown(record: Record, content: dict[str, Any]) -> dict[str, Any]:
    leaf, framed = entry.leaf_entry(LOG_ID.bytes, record), framing.frame(record)
    return {
        "position": record.position, "stream": str(record.stream), "version": record.version, "topic": record.topic,
        "key_id": record.key_id, "author": record.author, "recorded_at_us": entry.microseconds(record.recorded_at),
        "state": record.state.hex(), "mac": record.mac.hex(), "content": content,
        "associated_data": entry.bound_by(LOG_ID.bytes, record).hex(), "leaf_entry": leaf.hex(),
        "leaf_hash": merkle.leaf_hash(leaf).hex(), "frame": framed.hex(),
        "seal": framing.seal(BUS, record.position, framed),
    }  # fmt: skip


def roots(records: list[Record]) -> list[dict[str, Any]]:
    frontier, found = merkle.Frontier(), [{"size": 0, "root": merkle.EMPTY.hex()}]
    for record in records:
        frontier.extend([merkle.leaf_hash(entry.leaf_entry(LOG_ID.bytes, record))])
        found.append({"size": frontier.size, "root": frontier.root().hex()})
    return found


def written() -> str:
    return json.dumps(asyncio.run(vectors()), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(written())
