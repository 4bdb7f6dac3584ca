"""A root kept in a file: 32 bytes a version, the first version first."""

from __future__ import annotations

import hmac
from hashlib import sha256
from pathlib import Path
from typing import Self

from ops.crypto import keyfiles, labels

SIZE = 32


class FileRoot:
    """The provider that holds its root in memory, read once at the start of the process."""

    def __init__(self, *versions: bytes) -> None:
        if not versions or any(len(version) != SIZE for version in versions):
            raise ValueError(f"a root has {SIZE} bytes a version")
        self._versions = versions

    @classmethod
    def read(cls, path: Path) -> Self:
        """The root in `path`; KeyFileError when others could have read or replaced it."""
        content = keyfiles.read(path)
        if not content or len(content) % SIZE:
            raise keyfiles.KeyFileError(f"{path} has {len(content)} bytes, not {SIZE} a version: restore it")
        return cls(*(content[start : start + SIZE] for start in range(0, len(content), SIZE)))

    @property
    def versions(self) -> tuple[bytes, ...]:
        """The root itself, for whoever keeps it another way."""
        return self._versions

    def newest(self) -> int:
        return len(self._versions)

    def derive(self, version: int, info: bytes) -> bytes:
        if not 1 <= version <= len(self._versions):
            raise LookupError(f"this root has no version {version}: an older copy of its file is in place")
        return hmac.digest(self._versions[version - 1], info + b"\x01", sha256)

    def fingerprint(self) -> bytes:
        return self.derive(1, labels.FINGERPRINT)
