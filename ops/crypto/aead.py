"""AES-256-GCM as everything here uses it: one object a key, for making one costs more than sealing with it."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

Aead = AESGCM
NotOpened = InvalidTag
"""Raised by `decrypt`: another key, other associated data, or other bytes than were sealed."""
