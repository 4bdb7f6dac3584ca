"""The frontier's root is the root that RFC 6962 defines, however the leaves arrive."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.ledger import merkle
from ops.ledger.merkle import Frontier, leaf_hash


def reference(entries: list[bytes]) -> bytes:
    """RFC 6962 §2.1, word for word."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = 1 << ((len(entries) - 1).bit_length() - 1)
    return sha256(b"\x01" + reference(entries[:k]) + reference(entries[k:])).digest()


@given(st.lists(st.integers(0, 70), max_size=12))
def test_leaves_in_any_portions_give_the_reference_root(portions: list[int]) -> None:
    entries = [at.to_bytes(4) for at in range(sum(portions))]
    frontier = Frontier()
    for portion in portions:
        frontier.extend([leaf_hash(entry) for entry in entries[frontier.size : frontier.size + portion]])
    assert frontier.size == len(entries)
    assert frontier.root() == reference(entries)


@given(st.integers(0, 3), st.integers(0, 5), st.integers(0, 40))
def test_subtrees_hashed_elsewhere_fit_in(whole: int, height: int, more: int) -> None:
    entries = [at.to_bytes(4) for at in range((whole << height) + more)]
    frontier = Frontier()
    for start in range(0, whole << height, 1 << height):
        frontier.append_subtree(reference(entries[start : start + (1 << height)]), height)
    frontier.extend([leaf_hash(entry) for entry in entries[whole << height :]])
    assert frontier.root() == reference(entries)


@given(st.integers(0, 3), st.integers(0, 16))
def test_a_tree_made_in_parts_is_the_same(whole: int, more: int) -> None:
    entries = [at.to_bytes(4) for at in range(whole * 16 + more)]
    joined = Frontier()
    for start in range(0, len(entries), 16):
        part = Frontier()
        part.extend([leaf_hash(entry) for entry in entries[start : start + 16]])
        joined.join(part)
    assert joined.size == len(entries)
    assert joined.root() == reference(entries)


def test_a_subtree_stands_only_at_a_multiple_of_its_width() -> None:
    frontier = Frontier()
    frontier.extend([leaf_hash(b"one")])
    with pytest.raises(ValueError, match="multiple"):
        frontier.append_subtree(merkle.EMPTY, 1)


def test_the_tree_of_the_rfcs_own_test_data() -> None:
    """The inputs and roots of Certificate Transparency's reference implementation, which followed with the RFC."""
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    frontier = Frontier()
    frontier.extend([leaf_hash(bytes.fromhex(text)) for text in inputs])
    assert frontier.root().hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
