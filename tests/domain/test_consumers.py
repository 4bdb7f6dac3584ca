"""Consumers: what may be admitted, and that each name is one consumer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.consumers import MOST, Consumer, Consumers
from domain.errors import Conflict, Invalid, NotFound

KEY = "UDH4RZK6GJXFVJN4SENP7S67XXRZ2IGXYS4VDEKP7TAC6GQVNDERAE4I"
SOC = Consumer("soc", KEY, "audit.>", 0, "root", datetime(2026, 7, 1, tzinfo=UTC))


@pytest.mark.parametrize("name", ["", "SOC", "1soc", "so*", "a.b", "soc>", "a" * 33, "soc\n", "-soc"])
def test_a_name_is_one_plain_token_of_a_subject(name: str) -> None:
    with pytest.raises(Invalid):
        Consumers().admit(replace(SOC, name=name))


@pytest.mark.parametrize("key", ["", KEY[:-1], KEY.lower(), "S" + KEY[1:], KEY + "A", KEY + "\n"])
def test_a_key_is_a_users_public_one(key: str) -> None:
    with pytest.raises(Invalid):
        Consumers().admit(replace(SOC, public_key=key))


@pytest.mark.parametrize(
    "subject", [">", "audit", "log.>", "audit.", "audit.*", "audit.a.b.c.d", "audit..>", "audit.>.x"]
)
def test_a_subject_is_one_of_the_trails(subject: str) -> None:
    with pytest.raises(Invalid):
        Consumers().admit(replace(SOC, subject=subject))


@pytest.mark.parametrize("subject", ["audit.>", "audit.3002.>", "audit.*.account.>", "audit.3004.account.added"])
def test_it_may_be_open_at_its_end(subject: str) -> None:
    consumers = Consumers()
    consumers.admit(replace(SOC, subject=subject))
    assert consumers.all == (replace(SOC, subject=subject),)


def test_a_name_is_one_consumer_until_it_is_removed() -> None:
    consumers = Consumers()
    consumers.admit(SOC)
    with pytest.raises(Conflict):
        consumers.admit(SOC)
    consumers.remove("soc", "root")
    with pytest.raises(NotFound):
        consumers.remove("soc", "root")
    consumers.admit(SOC)


def test_there_is_an_end_to_them() -> None:
    consumers = Consumers()
    for number in range(MOST):
        consumers.admit(replace(SOC, name=f"soc-{number}"))
    with pytest.raises(Conflict):
        consumers.admit(SOC)
