"""Every trial there is, one a line, in the order in which they run."""

from __future__ import annotations

from bench.appends import APPENDS
from bench.disclosures import DISCLOSURES
from bench.floods import FLOODS
from bench.growth import GROWTH
from bench.memories import MEMORIES
from bench.pages import PAGES
from bench.rebuilds import REBUILDS
from bench.resets import RESETS
from bench.rotation import ROTATION
from bench.sealing import SEALING
from bench.siem import SIEM
from bench.starts import STARTS
from bench.strangers import STRANGERS
from bench.trial import Trial
from bench.verification import VERIFICATION
from bench.visibility import VISIBILITY

TRIALS: tuple[Trial, ...] = (
    STARTS,
    APPENDS,
    DISCLOSURES,
    FLOODS,
    STRANGERS,
    VISIBILITY,
    SIEM,
    RESETS,
    PAGES,
    MEMORIES,
    SEALING,
    VERIFICATION,
    ROTATION,
    REBUILDS,
    GROWTH,
)
