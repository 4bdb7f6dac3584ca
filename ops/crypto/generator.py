"""New passwords: of all those that a policy allows, each is equally likely."""

from __future__ import annotations

import string
from collections.abc import MutableSequence
from functools import lru_cache
from math import comb
from typing import Protocol, TypeVar

from domain.secrets import Secret

LONGEST = 128
T = TypeVar("T")


class Policy(Protocol):
    """What a password must be."""

    @property
    def length(self) -> int: ...
    @property
    def min_upper(self) -> int: ...
    @property
    def min_lower(self) -> int: ...
    @property
    def min_digits(self) -> int: ...
    @property
    def min_specials(self) -> int: ...
    @property
    def specials(self) -> str:
        """The special characters that may be used; none: passwords have none."""


class Random(Protocol):
    """Where chance comes from."""

    async def bytes(self, count: int) -> bytes:
        """`count` bytes that nobody can foresee."""


async def generate(policy: Policy, random: Random) -> Secret:
    """A password of `policy`; ValueError when it asks for what cannot be."""
    classes = _classes(policy)
    sizes = tuple((len(letters), least) for letters, least in classes)
    if policy.length > LONGEST or not _ways(sizes, policy.length):
        raise ValueError("no password has this length and these characters")
    chance = _Chance(random)
    characters: list[str] = []
    for (letters, _), count in zip(classes, await _counts(sizes, policy.length, chance), strict=True):
        characters += [letters[await chance.below(len(letters))] for _ in range(count)]
    await chance.shuffle(characters)
    return Secret("".join(characters))


def _classes(policy: Policy) -> list[tuple[str, int]]:
    """Each class of characters and how many of it there must be."""
    specials = "".join(sorted(set(policy.specials)))
    if set(specials) & set(string.ascii_letters + string.digits):
        raise ValueError("letters and digits are not special")
    return [
        (string.ascii_uppercase, policy.min_upper),
        (string.ascii_lowercase, policy.min_lower),
        (string.digits, policy.min_digits),
        (specials, policy.min_specials),
    ]


@lru_cache(maxsize=4096)
def _ways(sizes: tuple[tuple[int, int], ...], length: int) -> int:
    """How many passwords of `length` have the least number of each class."""
    if not sizes:
        return int(length == 0)
    return sum(_ways_with(sizes, length, count) for count in range(sizes[0][1], length + 1))


def _ways_with(sizes: tuple[tuple[int, int], ...], length: int, count: int) -> int:
    """How many of them have `count` characters of the first class."""
    orders = comb(length, count)
    return orders * int(sizes[0][0] ** count) * _ways(sizes[1:], length - count)


async def _counts(sizes: tuple[tuple[int, int], ...], length: int, chance: _Chance) -> list[int]:
    """How many characters of each class: drawn as often as there are passwords with these numbers."""
    counts = []
    for at in range(len(sizes)):
        rest = sizes[at:]
        ticket = await chance.below(_ways(rest, length))
        count = rest[0][1]
        while ticket >= (ways := _ways_with(rest, length, count)):
            ticket -= ways
            count += 1
        counts.append(count)
        length -= count
    return counts


class _Chance:
    """Numbers without bias, from bytes."""

    def __init__(self, random: Random) -> None:
        self._random = random

    async def below(self, limit: int) -> int:
        """0 to limit - 1, each as likely: numbers that do not divide evenly are drawn again."""
        bits = (limit - 1).bit_length()
        size = (bits + 7) // 8
        while True:
            number = int.from_bytes(await self._random.bytes(size)) >> (size * 8 - bits)
            if number < limit:
                return number

    async def shuffle(self, items: MutableSequence[T]) -> None:
        """Every order as likely (Fisher and Yates)."""
        for last in range(len(items) - 1, 0, -1):
            other = await self.below(last + 1)
            items[last], items[other] = items[other], items[last]
