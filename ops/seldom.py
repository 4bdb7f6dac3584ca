"""Saying seldom what goes wrong again and again: a line in ten seconds, not one at each try."""

from __future__ import annotations

import time

EVERY = 10.0


class Seldom:
    """Remembers when each thing was last said."""

    def __init__(self) -> None:
        self._said: dict[str, float] = {}

    def due(self, about: str) -> bool:
        """Whether it is time to say something of `about`; whoever asks says it then."""
        now = time.monotonic()
        if now - self._said.get(about, -EVERY) < EVERY:
            return False
        self._said[about] = now
        return True
