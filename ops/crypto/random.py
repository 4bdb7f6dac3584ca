"""Chance, from the operating system."""

from __future__ import annotations

from secrets import token_bytes


class SystemRandom:
    """The kernel's generator, behind the port that decisions use."""

    async def bytes(self, count: int) -> bytes:
        """`count` bytes that nobody can foresee."""
        return token_bytes(count)
