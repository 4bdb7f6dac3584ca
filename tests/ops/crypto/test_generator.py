"""Generated passwords keep their policy, and none of those allowed is likelier than another."""

from __future__ import annotations

import string
from collections import Counter
from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops.crypto.generator import _Chance, generate
from ops.crypto.random import SystemRandom

RANDOM = SystemRandom()


@dataclass(frozen=True)
class Rules:
    length: int
    min_upper: int = 0
    min_lower: int = 0
    min_digits: int = 0
    min_specials: int = 0
    specials: str = "!#%+"


def classes(password: str) -> Counter[str]:
    return Counter(
        "U" if c in string.ascii_uppercase else "L" if c in string.ascii_lowercase else "D" if c.isdigit() else "S"
        for c in password
    )


@settings(deadline=None)
@given(st.tuples(*[st.integers(0, 8)] * 4), st.integers(0, 20), st.sampled_from(["!", "!#%+=-", " '\"$(`"]))
async def test_every_class_has_at_least_its_number(least: tuple[int, int, int, int], more: int, specials: str) -> None:
    rules = Rules(max(1, sum(least) + more), *least, specials)
    password = (await generate(rules, RANDOM)).reveal()
    assert len(password) == rules.length
    found = classes(password)
    assert all(found[name] >= number for name, number in zip("ULDS", least, strict=True))
    assert set(password) <= set(string.ascii_letters + string.digits + specials)


async def test_without_specials_there_are_none() -> None:
    password = (await generate(Rules(100, specials=""), RANDOM)).reveal()
    assert password.isalnum()


@pytest.mark.parametrize(
    "rules",
    [
        Rules(3, min_upper=2, min_digits=2),
        Rules(8, min_specials=1, specials=""),
        Rules(8, specials="!a"),
        Rules(0, 1),
        Rules(129),
    ],
)
async def test_impossible_policies_are_refused(rules: Rules) -> None:
    with pytest.raises(ValueError, match=r"password|special"):
        await generate(rules, RANDOM)


class AllBytes:
    """Chance that counts through every byte string, to walk through all that could happen."""

    def __init__(self, script: list[int]) -> None:
        self._script = iter(script)

    async def bytes(self, count: int) -> bytes:
        return bytes(next(self._script, 0) for _ in range(count))


async def test_every_allowed_password_is_as_likely_as_any_other() -> None:
    """Two characters, one of them special at least, one special allowed: 2·62 + 1 = 125 passwords."""
    rules, draws = Rules(2, min_specials=1, specials="!"), 25_000
    found = Counter([(await generate(rules, RANDOM)).reveal() for _ in range(draws)])
    others = string.ascii_letters + string.digits
    assert found.keys() <= {"!!", *("!" + c for c in others), *(c + "!" for c in others)}
    expected = draws / 125
    statistic = sum((found[word] - expected) ** 2 / expected for word in found) + (125 - len(found)) * expected
    assert 60 < statistic < 215  # chi-squared with 124 degrees of freedom: outside once in a million runs


async def test_characters_are_spread_evenly_over_all_places() -> None:
    rules = Rules(20, 1, 1, 1, 1, "!#%+=-_.")
    words = [(await generate(rules, RANDOM)).reveal() for _ in range(2_000)]
    per_place = [Counter(word[at] for word in words) for at in range(20)]
    specials = [sum(count for c, count in place.items() if c in rules.specials) for place in per_place]
    assert max(specials) - min(specials) < 110  # each about 230, standard deviation 14
    letters = Counter("".join(words))
    assert max(letters.values()) / min(letters.values()) < 1.6


async def test_numbers_beyond_the_limit_are_drawn_again() -> None:
    for first, second in product([0b11100000, 0b10100000], [0b01000000, 0]):
        chance = _Chance(AllBytes([first, second]))
        assert await chance.below(5) == second >> 5
