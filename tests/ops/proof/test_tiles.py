"""Tiles fill from the left, never change once they are full, and lie where C2SP says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.ledger.merkle import Frontier
from ops.proof import tiles
from ops.proof.errors import Malformed
from ops.proof.tiles import Edge
from tests.ops.proof.forest import leaves, tiles_of

LEAVES = leaves(1_500)


@given(st.lists(st.integers(0, 700), max_size=5))
def test_leaves_in_any_portions_give_the_same_tiles_and_root(portions: list[int]) -> None:
    edge, frontier, full = Edge(), Frontier(), []
    for portion in portions:
        part = LEAVES[edge.size : edge.size + portion]
        full += edge.extend(part)
        frontier.extend(part)
    assert edge.root() == frontier.root()
    assert {tile.path for tile in full + edge.partial()} == {tile.path for tile in tiles_of(edge.size).values()}
    assert all(tiles_of(edge.size)[tile.level, tile.index, len(tile.hashes)] == tile for tile in full)


@given(st.integers(0, 1_500), st.integers(0, 1_500))
def test_an_edge_goes_on_where_it_was_put_down(size: int, more: int) -> None:
    edge = Edge()
    edge.extend(LEAVES[:size])
    again = Edge(edge.size, edge.levels)
    again.extend(LEAVES[size : size + more])
    edge.extend(LEAVES[size : size + more])
    assert (again.size, again.root(), again.levels) == (edge.size, edge.root(), edge.levels)


@pytest.mark.parametrize(("size", "levels"), [(1, []), (256, [[]]), (2, [[b"x"]]), (0, [[b"x"]])])
def test_what_is_no_edge_of_such_a_tree_is_refused(size: int, levels: list[list[bytes]]) -> None:
    with pytest.raises(Malformed):
        Edge(size, levels)


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (1, 1_234_067, 256, "tile/1/x001/x234/067"),
        (0, 1_000, 112, "tile/0/x001/000.p/112"),
        ("entries", 5, 256, "tile/entries/005"),
    ],
)
def test_a_tile_lies_where_the_standard_says(level: int | str, index: int, width: int, path: str) -> None:
    assert tiles.tile_path(level, index, width) == path


def test_a_truncated_tile_is_named() -> None:
    with pytest.raises(Malformed, match=r"tile/0/003.p/2 has 63 bytes, not 64"):
        tiles.parse_tile(0, 3, 2, bytes(63))


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_a_bundle_is_read_as_it_was_made(entries: list[bytes]) -> None:
    assert tiles.parse_bundle(tiles.bundle(entries), len(entries), "it") == entries


@pytest.mark.parametrize("content", [b"\x00", b"\x00\x02a", b"\x00\x01a\x00", b"", b"\x00\x01a\x00\x01b"])
def test_a_bundle_that_breaks_off_or_holds_another_number_is_refused(content: bytes) -> None:
    with pytest.raises(Malformed, match=r"tile/entries/007"):
        tiles.parse_bundle(content, 1, "tile/entries/007")
