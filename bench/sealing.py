"""Growing the tree over leaf entries, tiles and all, beside the same number of bare SHA-256."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256

from bench.stage import Stage
from bench.trial import Figures, NoResult, Round, Row, Trial, at_least, ratio
from ops.ledger.merkle import Frontier, leaf_hash
from ops.proof.tiles import Edge

COUNT = 200_000
ENTRY = 230
"""Bytes of a leaf entry, about."""


@contextmanager
def opened(stage: Stage) -> Iterator[Round]:
    entries = [os.urandom(ENTRY) for _ in range(COUNT)]
    true = Frontier()
    true.extend(list(map(leaf_hash, entries)))

    def round_() -> Figures:
        works: dict[str, Callable[[Sequence[bytes]], bytes]] = {"sealed": sealed, "raw": raw}
        figures = {}
        for name in random.sample(list(works), len(works)):
            began = time.perf_counter()
            came_to = works[name](entries)
            figures[name] = COUNT / (time.perf_counter() - began)
            if name == "sealed" and came_to != true.root():
                raise NoResult("the tree came to another root than its leaves give")
        return figures

    yield round_


def sealed(entries: Sequence[bytes]) -> bytes:
    """As the signer does, in the batches in which it reads."""
    edge = Edge()
    for start in range(0, len(entries), 4096):
        edge.extend(list(map(leaf_hash, entries[start : start + 4096])))
    return edge.root()


def raw(entries: Sequence[bytes]) -> bytes:
    """As many hashes over as many bytes, and nothing else: a leaf an entry, a node an entry."""
    node, last = bytes(65), b""
    for entry in entries:
        last = sha256(entry).digest()
    for _ in entries:
        last = sha256(node).digest()
    return last


SEALING = Trial(
    "sealing",
    (Row("sealing", "growing the log's tree, of as many bare SHA-256", at_least(0.45), ratio("sealed", "raw")),),
    opened,
)
