"""SSH host keys as people paste them: one canonical spelling, and the fingerprint they compare by eye."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from hashlib import sha256

from domain.errors import Invalid

KINDS = frozenset(
    {"ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"},
)
SHORTEST_RSA, LONGEST_RSA = 2048, 4096
"""Bits. Shorter ones will be broken; longer ones are no safer in earnest, and cost whoever signs by the cube: at 16384
bits a login takes a worker seconds."""
WHY_RSA = f"An RSA key has {SHORTEST_RSA} to {LONGEST_RSA} bits: shorter is not safe, longer is slow and no safer."
_FIELD = "host_key"


def host_key_of(line: str) -> str:
    """`kind base64` out of a public key line or a line of known_hosts; everything else is refused."""
    words = line.strip().split()
    if "\n" in line.strip() or (words and words[0].startswith("@")):
        raise Invalid("Give one public key on one line, without comment lines or markers.", _FIELD)
    at = next((at for at, word in enumerate(words) if word in KINDS), None)
    if at is None or at > 1 or len(words) < at + 2:
        raise Invalid("This is not a public host key of a kind that is still safe.", _FIELD)
    kind, blob = words[at], _blob(words[at + 1])
    _check(kind, blob)
    return f"{kind} {b64encode(blob).decode()}"


def fingerprint(host_key: str) -> str:
    """As `ssh-keygen -l` prints it."""
    digest = sha256(b64decode(host_key.split()[1])).digest()
    return "SHA256:" + b64encode(digest).decode().rstrip("=")


def _blob(encoded: str) -> bytes:
    try:
        return b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("The key is cut off or misspelled.", _FIELD) from None


def _check(kind: str, blob: bytes) -> None:
    parts = _parts(blob)
    if not parts or parts[0] != kind.encode() or len(parts) < 2:
        raise Invalid("The key is cut off or misspelled.", _FIELD)
    if kind == "ssh-rsa" and not SHORTEST_RSA <= int.from_bytes(parts[-1]).bit_length() <= LONGEST_RSA:
        raise Invalid(WHY_RSA, _FIELD)


def _parts(blob: bytes) -> list[bytes]:
    """The length-prefixed strings of a key (RFC 4251 §5); none if they do not fill it exactly."""
    parts: list[bytes] = []
    while blob:
        size = int.from_bytes(blob[:4])
        if len(blob) < 4 + size:
            return []
        parts.append(blob[4 : 4 + size])
        blob = blob[4 + size :]
    return parts
