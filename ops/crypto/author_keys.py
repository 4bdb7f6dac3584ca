"""The keys with which processes sign what they write: a process that decides checks everybody's, a reader has none."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from typing import Self

from domain.base import Author
from ops.crypto import keyfiles
from ops.ledger.errors import Unsealable

_BLOCK = 64


class Hmac:
    """HMAC-SHA-256 (RFC 2104) with the key's two blocks hashed once: less than half the time of `hmac.digest`."""

    def __init__(self, key: bytes) -> None:
        if len(key) > _BLOCK:
            raise ValueError("keys longer than a block would have to be hashed first")
        padded = key.ljust(_BLOCK, b"\0")
        self._inner = sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = sha256(bytes(byte ^ 0x5C for byte in padded))

    def digest(self, message: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()


class AuthorKeys:
    """All authors' keys, or none: who holds only some could not tell a forged row from one he cannot check."""

    def __init__(self, me: Author | None, keys: Mapping[Author, bytes]) -> None:
        if keys and keys.keys() != set(Author):
            raise ValueError("hold the keys of all authors or of none")
        if me is not None and not keys:
            raise ValueError("an author needs keys")
        self.me = me
        self._macs = {int(author): Hmac(key) for author, key in keys.items()}

    @classmethod
    def read(cls, folder: Path, me: Author | None) -> Self:
        """For processes that decide, and for `ledger verify`: every author's file in `folder`."""
        return cls(me, {author: keyfiles.read_key(folder / file_name(author)) for author in Author})

    @classmethod
    def none(cls) -> Self:
        """For processes that only show: they could check a signature only if they could forge one."""
        return cls(None, {})

    @property
    def checks(self) -> bool:
        return bool(self._macs)

    def sign(self, message: bytes) -> bytes:
        """Our own signature. With the others' keys nothing is ever signed."""
        if self.me is None:
            raise Unsealable("this process writes no events")
        return self._macs[self.me].digest(message)

    def valid(self, author: int, message: bytes, mac: bytes) -> bool:
        """Whether `author` signed; only where `checks`."""
        held = self._macs.get(author)
        return held is not None and compare_digest(held.digest(message), mac)


def file_name(author: Author) -> str:
    return f"author.{author.name.lower()}"
