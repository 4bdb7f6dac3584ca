"""Proofs hold for what is true and for nothing else; two programs that are not ours come to the same."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion
from tlog_scales.tlog import ConsistencyProof, InclusionProof

from ops.ledger.merkle import EMPTY
from ops.proof import tree
from ops.proof.errors import Inconsistent, Unproved
from ops.proof.tiles import TileTree
from tests.ops.proof.forest import Leaves, fetch, laid, leaves, pymerkle_of, tiles_of

LARGEST = 600
SIZES = st.integers(1, LARGEST)
ALL = leaves(LARGEST)
TREE = Leaves(ALL)


@cache
def theirs() -> InmemoryTree:
    return pymerkle_of(LARGEST)


@cache
def root(size: int) -> bytes:
    return tree.root(TREE, size)


def flipped(content: bytes, bit: int) -> bytes:
    return (int.from_bytes(content) ^ 1 << bit % (8 * len(content))).to_bytes(len(content))


@given(SIZES)
def test_the_root_is_the_one_that_pymerkle_has(size: int) -> None:
    assert root(size) == theirs().get_root(size)


@given(SIZES, st.data())
def test_a_leaf_is_proved_in_and_by_pymerkle_and_tlog_scales_too(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = tree.inclusion(TREE, index, size)
    tree.check_inclusion(ALL[index], index, size, path, root(size))
    InclusionProof(index, size, path).check(ALL[index], root(size))
    proof = theirs().prove_inclusion(index + 1, size)
    verify_inclusion(theirs().get_leaf(index + 1), root(size), proof)
    assert [bytes(each) for each in proof.path[1:]] == path


@given(SIZES, SIZES)
def test_a_beginning_is_proved_and_by_pymerkle_and_tlog_scales_too(one: int, other: int) -> None:
    old, new = sorted((one, other))
    proof = tree.consistency(TREE, old, new)
    tree.check_consistency(old, new, root(old), root(new), proof)
    ConsistencyProof(old, new, proof).check(root(old), root(new))
    verify_consistency(root(old), root(new), theirs().prove_consistency(old, new))


@given(SIZES, st.data())
def test_no_other_leaf_place_or_path_is_proved_in(size: int, data: st.DataObject) -> None:
    index, bit = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, 255))
    path = tree.inclusion(TREE, index, size)
    at = data.draw(st.integers(0, max(len(path) - 1, 0)))
    wrong = [
        (flipped(ALL[index], bit), index, size, path, root(size)),
        (ALL[index], index, size, path, flipped(root(size), bit)),
        (ALL[index], index, size, [*path, ALL[0]], root(size)),
        (ALL[index], size, size, path, root(size)),
        (ALL[index], (index + 1) % (size + 1), size, path, root(size)),
    ]
    if path:
        broken = [*path[:at], flipped(path[at], bit), *path[at + 1 :]]
        wrong += [(ALL[index], index, size, broken, root(size)), (ALL[index], index, size, path[:-1], root(size))]
    for leaf, place, count, siblings, expected in wrong:
        with pytest.raises(Unproved):
            tree.check_inclusion(leaf, place, count, siblings, expected)


@given(SIZES, SIZES, st.data())
def test_no_other_history_is_a_beginning(one: int, other: int, data: st.DataObject) -> None:
    old, new = sorted((one, other))
    bit = data.draw(st.integers(0, 255))
    proof = tree.consistency(TREE, old, new)
    at = data.draw(st.integers(0, max(len(proof) - 1, 0)))
    wrong = [
        (old, new, flipped(root(old), bit), root(new), proof),
        (old, new, root(old), flipped(root(new), bit), proof),
        (old, new, root(old), root(new), [*proof, ALL[0]]),
        (new + 1, new, root(old), root(new), proof),
    ]
    if proof:
        broken = [*proof[:at], flipped(proof[at], bit), *proof[at + 1 :]]
        wrong += [(old, new, root(old), root(new), broken), (old, new, root(old), root(new), proof[:-1])]
    for smaller, larger, before, after, hashes in wrong:
        with pytest.raises(Inconsistent):
            tree.check_consistency(smaller, larger, before, after, hashes)


def test_every_tree_begins_with_the_empty_one_and_no_other_of_its_size() -> None:
    tree.check_consistency(0, 5, EMPTY, root(5), [])
    with pytest.raises(Inconsistent):
        tree.check_consistency(0, 5, root(5), root(5), [])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_of_what_is_not_in_a_tree_there_is_no_proof(index: int, size: int) -> None:
    with pytest.raises(Unproved, match="has no leaf"):
        tree.inclusion(TREE, index, size)


@pytest.mark.parametrize("size", [1, 255, 256, 257, 300, 65_536, 65_537, 70_000])
def test_from_tiles_it_is_the_same_and_tlog_scales_reads_them(size: int, tmp_path: Path) -> None:
    tiles = tiles_of(size)
    subtrees, reader = TileTree(size, partial(fetch, tiles)), laid(tmp_path, size, tiles)
    assert tree.root(subtrees, size) == reader.calculate_root_hash()
    for index in {0, size // 2, size - 1}:
        path = tree.inclusion(subtrees, index, size)
        assert path == reader.get_inclusion_proof(index, size).node_hashes
        assert reader.get_entry(index) == b"entry %d" % index
    for old in {1, max(size // 3, 1), size}:
        assert tree.consistency(subtrees, old, size) == reader.get_consistency_proof(old, size).node_hashes
