"""Looking for cyclic garbage seldom: what a process keeps for long is large, and each full search stops it for as long
as it takes to visit all of that. Reference counts free nearly everything by themselves; cycles may wait."""

from __future__ import annotations

import gc
from typing import Final

THRESHOLDS: Final = (10_000, 20, 100)
"""New containers before the youngest are searched; searches of each generation before the next older one is."""


def seldom() -> None:
    """From here on, what has been loaded already is never searched, and all that comes later seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
