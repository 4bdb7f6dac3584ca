"""A reader of docs/vectors.json written from docs/format.md alone: standard library, AES-GCM, nothing of Strongroom's.

`python -I tests/support/independent.py docs/vectors.json` says what it verified, or stops at what is wrong first.
"""

from __future__ import annotations

import hmac
import json
import sys
import unicodedata
import uuid
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def u(width: int, number: int) -> bytes:
    return number.to_bytes(width)


def mac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, sha256)


class Vault:
    """The keys of one log."""

    def __init__(self, said: dict[str, Any]) -> None:
        self.log_id = uuid.UUID(said["log_id"]).bytes
        self.roots = {tier: [bytes.fromhex(part) for part in parts] for tier, parts in said["roots"].items()}
        self.keys = {(row["tier"], row["id"]): self.unwrapped(row) for row in said["keys"]}

    def derive(self, tier: str, version: int, info: bytes) -> bytes:
        return mac(self.roots[tier][version - 1], info + b"\x01")

    def labelled(self, label: bytes, tier: str) -> bytes:
        return u(1, len(label)) + label + self.log_id + u(1, len(tier)) + tier.encode()

    def unwrapped(self, row: dict[str, Any]) -> bytes:
        tier, scope = row["tier"], row["scope"].encode()
        kek = self.derive(tier, row["kek"], self.labelled(b"strongroom/kek/1", tier) + u(4, row["kek"]))
        bound = self.labelled(b"strongroom/key/1", tier) + u(8, row["id"]) + u(2, len(scope)) + scope
        return AESGCM(kek).decrypt(bytes.fromhex(row["nonce"]), bytes.fromhex(row["wrapped"]), bound)

    def secret(self, row: dict[str, Any]) -> str:
        sealed = bytes.fromhex(row["sealed"])
        assert sealed[0] == 1
        owner, own = uuid.UUID(row["owner"]).bytes, uuid.UUID(row["id"]).bytes
        bound = b"strongroom/secret/1" + self.log_id + owner + row["field"].encode() + own
        key = self.keys["secret", int.from_bytes(sealed[1:9])]
        padded = AESGCM(key).decrypt(sealed[9:21], sealed[21:], bound)
        assert len(padded) % 64 == 0
        return padded[4 : 4 + int.from_bytes(padded[:4])].decode()

    def reserved(self, kind: str, name: str) -> str:
        key = self.derive("event", 1, self.labelled(b"strongroom/names/1", "event"))
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
        number = int.from_bytes(mac(key, kind.encode() + b"\0" + folded.encode())[:16])
        middle, last = number >> 62 & 0xFFF, number & (1 << 62) - 1
        return str(uuid.UUID(int=(number >> 80) << 80 | 8 << 76 | middle << 64 | 2 << 62 | last))


def check_record(vault: Vault, said: dict[str, Any], row: dict[str, Any]) -> bytes:
    """Everything about one record; its leaf hash."""
    state, signature, topic = bytes.fromhex(row["state"]), bytes.fromhex(row["mac"]), row["topic"].encode()
    stream, schema = uuid.UUID(row["stream"]).bytes, state[1:3]
    bound = b"strongroom/event/1" + vault.log_id + stream + u(8, row["version"]) + u(8, row["key_id"])
    bound += schema + u(1, len(topic)) + topic
    digest = sha256(state).digest()
    signed = b"strongroom/author/1" + bound + u(2, row["author"]) + digest
    author_key = bytes.fromhex(said["author_keys"][str(row["author"])])
    same(mac(author_key, signed), signature, "mac")
    assert state[0] == 1
    content = AESGCM(vault.keys["event", row["key_id"]]).decrypt(state[3:15], state[15:], bound)
    value, rest = unpack(content)
    assert rest == b""
    same(value, row["content"], "content")
    place = u(8, row["position"]) + u(8, row["recorded_at_us"])
    leaf = b"strongroom/entry/1" + place + bound + u(2, row["author"]) + signature + digest
    same(leaf.hex(), row["leaf_entry"], "leaf entry")
    frame = b"\x01" + u(8, row["position"]) + stream + u(8, row["version"]) + u(8, row["key_id"]) + u(2, row["author"])
    frame += u(8, row["recorded_at_us"]) + u(1, len(topic)) + topic + u(1, len(signature)) + signature + state
    same(frame.hex(), row["frame"], "frame")
    seal = mac(bytes.fromhex(said["bus_key"]), u(8, row["position"]) + sha256(frame).digest()).hex()
    same(seal, row["seal"], "seal")
    hashed = sha256(b"\x00" + leaf).digest()
    same(hashed.hex(), row["leaf_hash"], "leaf hash")
    return hashed


def root(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1, as it is written there."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + root(leaves[:split]) + root(leaves[split:])).digest()


def unpack(data: bytes) -> tuple[Any, bytes]:
    """One MessagePack value, in the words of the vectors, and what follows it."""
    kind, rest = data[0], data[1:]
    if kind <= 0x7F:
        return kind, rest
    if kind <= 0x8F:
        return unpack_map(kind & 0x0F, rest)
    if kind <= 0x9F:
        return unpack_array(kind & 0x0F, rest)
    if kind <= 0xBF:
        return rest[: kind & 0x1F].decode(), rest[kind & 0x1F :]
    if kind >= 0xE0:
        return kind - 256, rest
    if kind in (0xC0, 0xC2, 0xC3):
        return {0xC0: None, 0xC2: False, 0xC3: True}[kind], rest
    return unpack_long(kind, rest)


def unpack_long(kind: int, rest: bytes) -> tuple[Any, bytes]:
    if kind in (0xC4, 0xC5, 0xC6, 0xD9, 0xDA, 0xDB):
        width = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4}[kind]
        end = width + int.from_bytes(rest[:width])
        body = rest[width:end]
        return ({"bytes": body.hex()} if kind <= 0xC6 else body.decode()), rest[end:]
    if 0xCC <= kind <= 0xD3:
        width = 1 << (kind - 0xCC) % 4
        return int.from_bytes(rest[:width], signed=kind >= 0xD0), rest[width:]
    if kind in (0xDC, 0xDE):
        return (unpack_array if kind == 0xDC else unpack_map)(int.from_bytes(rest[:2]), rest[2:])
    return unpack_moment(kind, rest)


def unpack_moment(kind: int, rest: bytes) -> tuple[Any, bytes]:
    """The timestamp extension: seconds alone, seconds with nanoseconds, or both at full length."""
    header = {0xD6: 1, 0xD7: 1, 0xC7: 2}[kind]
    size = {0xD6: 4, 0xD7: 8, 0xC7: 12}[kind]
    assert rest[header - 1] == 0xFF
    body = rest[header : header + size]
    if size == 4:
        nanos, seconds = 0, int.from_bytes(body)
    elif size == 8:
        nanos, seconds = int.from_bytes(body) >> 34, int.from_bytes(body) & (1 << 34) - 1
    else:
        nanos, seconds = int.from_bytes(body[:4]), int.from_bytes(body[4:], signed=True)
    return {"moment": seconds * 1_000_000 + nanos // 1000}, rest[header + size :]


def unpack_array(count: int, rest: bytes) -> tuple[list[Any], bytes]:
    found = []
    for _ in range(count):
        value, rest = unpack(rest)
        found.append(value)
    return found, rest


def unpack_map(count: int, rest: bytes) -> tuple[dict[str, Any], bytes]:
    found = {}
    for _ in range(count):
        name, rest = unpack(rest)
        found[name], rest = unpack(rest)
    return found, rest


def same(found: object, said: object, what: str) -> None:
    if found != said:
        raise SystemExit(f"{what}: {found!r} is not {said!r}")


def main(path: Path) -> str:
    said = json.loads(path.read_text())
    vault = Vault(said)
    for tier, fingerprint in said["fingerprints"].items():
        same(vault.derive(tier, 1, b"strongroom/fingerprint/1").hex(), fingerprint, "fingerprint")
    for row in said["names"]:
        same(vault.reserved(row["kind"], row["name"]), row["id"], "reserved id")
    for row in said["derived"]:
        same(str(uuid.uuid5(uuid.UUID(row["parents"][-1]), row["kind"])), row["id"], "derived id")
    for row in said["secrets"]:
        same(vault.secret(row), row["text"], "secret")
    leaves = [check_record(vault, said, row) for row in said["records"]]
    for row in said["roots_of_tree"]:
        same(root(leaves[: row["size"]]).hex(), row["root"], "root of the tree")
    return f"{len(leaves)} records, {len(said['keys'])} keys, {len(said['secrets'])} secrets: as docs/format.md says"


if __name__ == "__main__":
    sys.stdout.write(main(Path(sys.argv[1])) + "\n")
