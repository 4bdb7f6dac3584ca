"""Roots that lie sealed in one file, `roots.json`, under a key that is not kept: somebody brings it at each start."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import token_bytes
from struct import pack
from typing import Any, Self
from uuid import UUID

from ops.crypto import keyfiles, labels
from ops.crypto.aead import Aead, NotOpened
from ops.crypto.providers.file import FileRoot

FORMAT = "strongroom-roots/1"
NONCE = 12
_ROOT = b"strongroom/root/1"


class NotTheirKey(Exception):
    """A key that does not open the roots: not the one that they were sealed under, or the file was changed."""


@dataclass(frozen=True, slots=True)
class RootsFile:
    """`how`: what the provider needs to know to get the key again, nothing of it secret; `sealed`: by tier, each
    version: nonce, then AES-256-GCM."""

    log_id: UUID
    provider: str
    how: Mapping[str, Any]
    sealed: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Self:
        """KeyFileError when it is missing, or nothing that we wrote."""
        content = keyfiles.read(path)
        try:
            said = json.loads(content)
            if said["format"] != FORMAT:
                raise ValueError(said["format"])
            sealed = {
                str(tier): tuple(b64decode(each, validate=True) for each in versions)
                for tier, versions in said["sealed"].items()
            }
            return cls(UUID(said["log"]), str(said["provider"]), dict(said["how"]), sealed)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise keyfiles.KeyFileError(f"{path} is no file of sealed roots: restore it from a safe copy") from error

    def write(self, path: Path) -> None:
        """Whole, in the place of what is there."""
        said = {tier: [b64encode(each).decode() for each in versions] for tier, versions in self.sealed.items()}
        told = {
            "format": FORMAT, "log": str(self.log_id), "provider": self.provider, "how": self.how, "sealed": said,
        }  # fmt: skip
        keyfiles.replace(path, json.dumps(told, indent=1).encode() + b"\n")

    def versions(self) -> dict[str, int]:
        return {tier: len(versions) for tier, versions in self.sealed.items()}

    def with_version(self, key: bytes, tier: str, root: bytes) -> Self:
        """The same with one more version of the root of `tier`, sealed under `key`."""
        before = self.sealed.get(tier, ())
        nonce = token_bytes(NONCE)
        sealed = nonce + Aead(key).encrypt(nonce, root, self._bound(tier, len(before) + 1))
        return replace(self, sealed={**self.sealed, tier: (*before, sealed)})

    def opened(self, key: bytes) -> dict[str, FileRoot]:
        """The roots, by tier; NotTheirKey when it is another key."""
        try:
            return {tier: FileRoot(*self._versions(Aead(key), tier)) for tier in self.sealed}
        except (NotOpened, ValueError) as error:
            raise NotTheirKey from error

    def _versions(self, aead: Aead, tier: str) -> list[bytes]:
        return [
            aead.decrypt(each[:NONCE], each[NONCE:], self._bound(tier, version))
            for version, each in enumerate(self.sealed[tier], 1)
        ]

    def _bound(self, tier: str, version: int) -> bytes:
        return labels.labelled(_ROOT, self.log_id, tier) + pack(">I", version)
