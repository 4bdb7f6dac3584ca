"""Appends to a log of five million events beside appends to a log of ten thousand."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

from bench import filling
from bench.appends import appended
from bench.stage import Stage
from bench.trial import Figures, Round, Row, Trial, at_least, ratio

SMALL = 10_000


@contextmanager
def opened(stage: Stage) -> Iterator[Round]:
    small, large = stage.ledger(), stage.ledger()
    stage.note(f"growth: {stage.options.grown:,} events")
    filling.rough(small.superuser, SMALL)
    filling.rough(large.superuser, stage.options.grown)

    def round_() -> Figures:
        logs = {"small": small, "grown": large}
        return {name: appended(logs[name].append, 1, stage.options.seconds) for name in random.sample(list(logs), 2)}

    yield round_


GROWTH = Trial(
    "growth",
    (
        Row(
            "growth",
            "appends with 5,000,000 events stored, of appends with 10,000",
            at_least(0.8),
            ratio("grown", "small"),
        ),
    ),
    opened,
    long=True,
)
