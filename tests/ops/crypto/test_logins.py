"""People's passwords: right or wrong, known or not, the answer costs the same and never drowns the process."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from domain.errors import TooManyAttempts
from domain.secrets import Secret
from ops.crypto.logins import AT_ONCE, WAITING, Logins

RIGHT = Secret("correct horse")


@pytest.fixture(scope="module")
def logins() -> Iterator[Logins]:
    found = Logins()
    yield found
    found.close()


async def test_only_the_right_password_is_right(logins: Logins) -> None:
    verifier = await logins.hash(RIGHT)
    assert await logins.verify(verifier, RIGHT)
    assert not await logins.verify(verifier, Secret("correct horsf"))
    assert not await logins.verify(None, RIGHT)
    assert not await logins.verify("not a verifier", RIGHT)


async def test_the_costs_are_those_promised(logins: Logins) -> None:
    found = extract_parameters(await logins.hash(RIGHT))
    assert (found.type, found.memory_cost, found.time_cost, found.parallelism) == (Type.ID, 19456, 2, 1)


async def test_composed_and_decomposed_letters_are_one_password(logins: Logins) -> None:
    assert await logins.verify(await logins.hash(Secret("caf\u00e9")), Secret("cafe\u0301"))


async def test_verifiers_of_other_costs_are_due_for_a_new_hash(logins: Logins) -> None:
    weak = PasswordHasher(1, 8 * 1024, 1).hash(RIGHT.reveal())
    assert logins.needs_rehash(weak)
    assert not logins.needs_rehash(await logins.hash(RIGHT))
    assert await logins.verify(weak, RIGHT)


async def test_more_than_may_wait_are_turned_away_and_places_come_back(logins: Logins) -> None:
    tasks = [asyncio.ensure_future(logins.hash(RIGHT)) for _ in range(AT_ONCE + WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(TooManyAttempts) as refused:
        await logins.verify(None, RIGHT)
    assert refused.value.retry_after == 1.0
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await _until_free(logins)
    assert not await logins.verify(None, RIGHT)


async def _until_free(logins: Logins) -> None:
    for _ in range(200):
        if logins._places._value == AT_ONCE + WAITING:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("places were lost")


async def test_a_user_who_does_not_exist_costs_the_same(logins: Logins) -> None:
    verifier = await logins.hash(RIGHT)
    wrong = Secret("wrong")
    known, unknown = [], []
    for _ in range(9):
        known.append(await _cpu(logins, verifier, wrong))
        unknown.append(await _cpu(logins, None, wrong))
    assert 0.7 < statistics.median(known) / statistics.median(unknown) < 1.4


async def _cpu(logins: Logins, verifier: str | None, password: Secret) -> float:
    """Processor time: what else the machine does shall not decide the test."""
    began = time.process_time()
    await logins.verify(verifier, password)
    return time.process_time() - began
