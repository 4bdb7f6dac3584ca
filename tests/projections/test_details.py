"""What an event says of itself is told in plain values, the commonest of which are made so on a short way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import msgspec
import pytest

from domain.base import Severity
from domain.provenance import Channel
from domain.secrets import SealedSecret
from projections.details import details_of, plain, summary_of

ID = UUID(int=7)
AT = datetime(2026, 7, 1, 14, 30, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, None), (True, True), (3, 3), ("words", "words"), (ID, str(ID)), (AT, "2026-07-01T12:30:00Z"),
        (Severity.HIGH, "HIGH"), (Channel.API, "api"), (b"123", "3 bytes"), (frozenset({ID}), [str(ID)]),
        ((1, AT), [1, "2026-07-01T12:30:00Z"]), (object.__new__(SealedSecret), "sealed"), (1.5, "float"),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_every_kind_of_value_is_told_plainly(value: object, told: object) -> None:
    assert plain(value) == told
    assert type(plain(value)) is type(told)


@dataclass
class Said:
    """An event, as far as its own fields go."""

    account_id: UUID
    other: UUID | None
    words: str
    number: int
    at: datetime


def test_ids_are_text_in_the_details_and_no_part_of_the_summary() -> None:
    details = details_of(Said(ID, None, "changed", 2, datetime(2026, 7, 1, tzinfo=UTC)))
    assert msgspec.json.decode(msgspec.json.encode(details)) == {
        "account_id": str(ID), "other": None, "words": "changed", "number": 2, "at": "2026-07-01T00:00:00Z",
    }  # fmt: skip
    assert summary_of(details) == "words: changed, number: 2, at: 2026-07-01T00:00:00Z"


def test_what_says_nothing_in_passing_is_no_part_of_the_summary() -> None:
    """Sizes of what is not shown, an empty question, what is sealed; a person's own words are, whatever they are."""
    details = {"token_hash": "32 bytes", "question": "{}", "password": "sealed", "reason": "all bytes"}
    assert summary_of(details) == "reason: all bytes"
