"""Every kind of alarm there is: kept with the read models, shown by `doctor`, explained in docs/operations.md."""

from __future__ import annotations

from enum import StrEnum


class Alarm(StrEnum):
    """What people must look at."""

    FORKED = "forked"
    HALTED = "halted"
    PARKED = "parked"
    FORGED = "forged"
    REFUSED_MESSAGE = "refused-message"
