"""The port to a root: it never leaves its provider, so that a token or a share-holder can be one too."""

from __future__ import annotations

from typing import Protocol


class Root(Protocol):
    """A root of keys. Its versions count from 1; the first is kept for as long as the log."""

    def newest(self) -> int:
        """The version under which new data keys are wrapped."""

    def derive(self, version: int, info: bytes) -> bytes:
        """32 bytes for `info`: HKDF-Expand with SHA-256 (RFC 5869 §2.3), one HMAC that a token can compute.

        LookupError when there is no such version.
        """

    def fingerprint(self) -> bytes:
        """32 bytes by which the first version is recognised, and nothing else can be learnt."""
