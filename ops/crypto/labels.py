"""What is derived from a root, by name. There is nothing else, so that these can be handed on and the root be kept."""

from __future__ import annotations

from struct import pack
from uuid import UUID

FINGERPRINT = b"strongroom/fingerprint/1"
EVENT = "event"


def labelled(label: bytes, log_id: UUID, tier: str) -> bytes:
    """`label` for one tier of one log, unambiguously."""
    return pack(">B", len(label)) + label + log_id.bytes + pack(">B", len(tier)) + tier.encode()


def kek(log_id: UUID, tier: str, version: int) -> bytes:
    """Of the key-encryption key under which data keys of `tier` lie."""
    return labelled(b"strongroom/kek/1", log_id, tier) + pack(">I", version)


def names(log_id: UUID) -> bytes:
    """Of the key under which names are reserved."""
    return labelled(b"strongroom/names/1", log_id, EVENT)


def bodies(log_id: UUID) -> bytes:
    """Of the key by which a request that comes again is known."""
    return b"strongroom/idempotency/1" + log_id.bytes


def pseudonyms(log_id: UUID) -> bytes:
    """Of the key by which people are named to SIEM systems."""
    return b"strongroom/pseudonyms/1" + log_id.bytes


def all_of(log_id: UUID, tier: str, newest: int) -> list[tuple[int, bytes]]:
    """All that a process ever derives from the root of `tier`: versions, and what for."""
    keks = [(version, kek(log_id, tier, version)) for version in range(1, newest + 1)]
    first = [FINGERPRINT, *((names(log_id), bodies(log_id), pseudonyms(log_id)) if tier == EVENT else ())]
    return [*keks, *((1, info) for info in first)]
