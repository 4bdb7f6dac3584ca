"""NATS users' keys: the seed stays with whoever signs in by it, the public half is all that the server knows."""

from __future__ import annotations

import base64
import os

import nkeys


def new_seed() -> bytes:
    """A fresh Ed25519 seed in NATS's spelling."""
    return bytes(nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER))


def public_half(seed: bytes) -> str:
    """The name by which a server knows the holder of `seed`."""
    pair = nkeys.from_seed(seed.strip())
    try:
        return bytes(pair.public_key).decode()
    finally:
        pair.wipe()


def is_seed(content: bytes) -> bool:
    """Whether somebody could sign in by this."""
    try:
        return bool(public_half(content))
    except (nkeys.NkeysError, ValueError):  # a spelling that is not base 32 is a ValueError
        return False


def is_public(key: str) -> bool:
    """Whether a server would take this for the public half of a user's seed: prefix, length and check sum."""
    try:
        raw = base64.b32decode(key.encode())
    except ValueError:
        return False
    body, checksum = raw[:-2], raw[-2:]
    return len(raw) == 35 and body[0] == nkeys.PREFIX_BYTE_USER and checksum == nkeys.crc16_checksum(body)
