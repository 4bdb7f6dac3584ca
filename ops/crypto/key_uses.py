"""How often each data key has sealed something, until that is told to the store: far less than a key is good for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

MOST = 1 << 28
"""A key seals no more than about so often: random nonces of 96 bits are good for 2^32 uses (NIST SP 800-38D, 8.3)."""
AT_ONCE = 1 << 16
"""So many uses are told at once, at the latest after a minute: what a process that is killed never tells is less."""
EVERY = 60.0


class Uses:
    """Those that this process has made and not told."""

    def __init__(self, most: int, at_once: int, clock: Callable[[], float]) -> None:
        self.most = most
        self._at_once = at_once
        self._clock = clock
        self._pending: dict[int, int] = {}
        self._count = 0
        self._due = clock() + EVERY

    def add(self, key_id: int) -> bool:
        """One more; whether it is time to tell."""
        self._pending[key_id] = self._pending.get(key_id, 0) + 1
        self._count += 1
        return self._count >= self._at_once or self._clock() >= self._due

    def taken(self) -> dict[int, int]:
        """All that is to be told, in the order of ids; whoever takes it tells it, or gives it back."""
        taken, self._pending, self._count = dict(sorted(self._pending.items())), {}, 0
        self._due = self._clock() + EVERY
        return taken

    def give_back(self, taken: Mapping[int, int]) -> None:
        for key_id, count in taken.items():
            self._pending[key_id] = self._pending.get(key_id, 0) + count
        self._count += sum(taken.values())
