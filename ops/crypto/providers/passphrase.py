"""The key of sealed roots from a passphrase, by argon2id (RFC 9106): slow for whoever guesses."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from secrets import token_bytes
from typing import Any

from argon2.low_level import Type, hash_secret_raw

from ops.crypto.keyfiles import KeyFileError

SIZE = 32
SALT = 16
SHORTEST, LONGEST = 16, 1024
MEMORY, PASSES, LANES = 256 * 1024, 3, 4
"""KiB, rounds and threads: about half a second, once at each start."""
MOST_MEMORY, MOST_PASSES, MOST_LANES = 4 * 1024 * 1024, 64, 64


class TooShort(KeyFileError):
    """A passphrase that could be guessed."""

    def __init__(self) -> None:
        super().__init__(f"a passphrase has {SHORTEST} to {LONGEST} characters: six words by dice are a good one")


def make(passphrase: str) -> tuple[dict[str, Any], bytes]:
    """How the key is had again, and the key; TooShort."""
    if not SHORTEST <= len(passphrase) <= LONGEST:
        raise TooShort
    how = {"memory": MEMORY, "passes": PASSES, "lanes": LANES, "salt": b64encode(token_bytes(SALT)).decode()}
    return how, key(how, passphrase)


def key(how: Mapping[str, Any], passphrase: str) -> bytes:
    """32 bytes; a wrong passphrase gives another key, which opens nothing. KeyFileError for a `how` that is none."""
    said = passphrase.encode("utf-8", "surrogatepass")
    try:
        salt, memory, passes, lanes = b64decode(how["salt"], validate=True), how["memory"], how["passes"], how["lanes"]
        if len(salt) < 8 or not (
            8 * lanes <= memory <= MOST_MEMORY and 1 <= passes <= MOST_PASSES and 1 <= lanes <= MOST_LANES
        ):
            raise ValueError
        return hash_secret_raw(said, salt, passes, memory, lanes, SIZE, Type.ID)
    except (KeyError, TypeError, ValueError) as error:
        raise KeyFileError("roots.json does not say how its passphrase is used: restore it from a safe copy") from error
