"""Proofs over the tree of RFC 6962 §2.1: that a leaf is in it, and that a smaller tree is its beginning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ops.ledger.merkle import EMPTY, node_hash
from ops.proof.errors import Inconsistent, Unproved

LONGEST_PATH = 63


class Subtrees(Protocol):
    """Where the hashes of perfect subtrees come from: tiles, or leaves."""

    def subtree(self, height: int, index: int) -> bytes:
        """The root of the 2^height leaves from `index` · 2^height on."""


def root(subtrees: Subtrees, size: int) -> bytes:
    """The root of the first `size` leaves."""
    return hashed(subtrees, 0, size)


def hashed(subtrees: Subtrees, start: int, end: int) -> bytes:
    """The hash over leaves `start` up to `end`, as MTH of RFC 6962; `start` a multiple of the widest subtree in it."""
    count = end - start
    if count == 0:
        return EMPTY
    width = 1 << (count - 1).bit_length()
    if count == width:
        height = width.bit_length() - 1
        return subtrees.subtree(height, start >> height)
    middle = start + width // 2
    return node_hash(hashed(subtrees, start, middle), hashed(subtrees, middle, end))


def inclusion(subtrees: Subtrees, index: int, size: int) -> list[bytes]:
    """The siblings from leaf to root, nearest first: PATH(index, D[size])."""
    if not 0 <= index < size:
        raise Unproved(f"a tree of {size} leaves has no leaf {index}")
    return _path(subtrees, index, 0, size)


def _path(subtrees: Subtrees, index: int, start: int, end: int) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + (1 << (end - start - 1).bit_length() - 1)
    if index < middle:
        return [*_path(subtrees, index, start, middle), hashed(subtrees, middle, end)]
    return [*_path(subtrees, index, middle, end), hashed(subtrees, start, middle)]


def consistency(subtrees: Subtrees, old: int, new: int) -> list[bytes]:
    """What shows that the first `old` leaves of a tree of `new` are still what they were: PROOF(old, D[new])."""
    if not 0 < old <= new:
        raise Unproved(f"there is no proof from {old} leaves to {new}")
    return [] if old == new else _subproof(subtrees, old, 0, new, True)


def _subproof(subtrees: Subtrees, old: int, start: int, end: int, whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962 §2.1.2; `whole`: the verifier knows this subtree's hash, it is the old root."""
    if old == end - start:
        return [] if whole else [hashed(subtrees, start, end)]
    left = 1 << (end - start - 1).bit_length() - 1
    middle = start + left
    if old <= left:
        return [*_subproof(subtrees, old, start, middle, whole), hashed(subtrees, middle, end)]
    return [*_subproof(subtrees, old - left, middle, end, False), hashed(subtrees, start, middle)]


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> None:
    """Unproved unless `leaf` (a leaf hash) is leaf `index` of the tree of `size` leaves with the root `expected`."""
    if not 0 <= index < size:
        raise Unproved(f"a tree of {size} leaves has no leaf {index}")
    at, last, found, hashes = index, size - 1, leaf, iter(path)
    for sibling in hashes:
        if last == 0:
            raise Unproved(f"the path of leaf {index} has {len(path)} hashes, more than a tree of {size} is high")
        found, at, last = _climbed(found, at, last, sibling)
    if last or found != expected:
        raise Unproved(f"leaf {index} is not in the tree of {size} leaves with the root {expected.hex()}")


def _climbed(found: bytes, at: int, last: int, sibling: bytes) -> tuple[bytes, int, int]:
    """One step up, as RFC 9162 §2.1.3.2: a node without a right sibling is passed up as it is."""
    if at & 1 or at == last:
        found = node_hash(sibling, found)
        while not at & 1 and at:
            at, last = at >> 1, last >> 1
    else:
        found = node_hash(found, sibling)
    return found, at >> 1, last >> 1


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Inconsistent unless the tree of `old` leaves is the beginning of the one of `new` (RFC 9162 §2.1.4.2)."""
    if old > new:
        raise Inconsistent(f"a tree of {new} leaves does not begin with {old}")
    if old in (0, new):
        if proof or (old == new and old_root != new_root) or (old == 0 and old_root != EMPTY):
            raise Inconsistent(f"two roots for {old} leaves")
        return
    if _both(old, new, old_root, list(proof)) != (old_root, new_root):
        raise Inconsistent(f"the log of {new} records does not begin with the {old} that were signed before")


def _both(old: int, new: int, old_root: bytes, proof: list[bytes]) -> tuple[bytes, bytes] | None:
    """The roots that the proof leads to; None when it is too short or too long."""
    if old & (old - 1) == 0:
        proof = [old_root, *proof]
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    if not proof:
        return None
    first, *rest = proof
    smaller = larger = first
    for sibling in rest:
        if last == 0:
            return None
        if at & 1 or at == last:
            smaller, larger = node_hash(sibling, smaller), node_hash(sibling, larger)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            larger = node_hash(larger, sibling)
        at, last = at >> 1, last >> 1
    return (smaller, larger) if last == 0 else None
