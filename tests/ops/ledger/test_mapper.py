"""What is sealed is what is opened, in every shape that was ever stored."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.base import Author, Event
from ops.ledger.errors import KeyShredded, Unsealable
from tests.ops.ledger.sample import THEN, TODAY, WHO, Sample, changed, fresh_keys, made, record, shared, stamped


def as_recorded(event: Event, moment: datetime = THEN) -> Event:
    """`event` with the time that the log gives it."""
    return dataclasses.replace(event, timestamp=moment)


@pytest.mark.parametrize("event", [made(), changed(), shared()], ids=["first", "upcastable", "grants"])
async def test_what_was_sealed_opens_again(event: Event) -> None:
    mapper = fresh_keys().mapper()
    row = await mapper.seal(event, None, TODAY)
    assert await mapper.open(record(row)) == as_recorded(event)


@given(
    name=st.text(st.characters(exclude_categories=["Cs"])),
    moment=st.datetimes(timezones=st.just(UTC)),
    reason=st.none() | st.text(st.characters(exclude_categories=["Cs"])),
    owned=st.booleans(),
)
async def test_any_words_and_times_come_back(name: str, moment: datetime, reason: str | None, owned: bool) -> None:
    mapper = fresh_keys().mapper()
    event = made(name)
    vars(event)["provenance"] = dataclasses.replace(WHO, reason=reason)
    row = await mapper.seal(event, event.originator_id if owned else None, TODAY)
    assert await mapper.open(record(row, recorded_at=moment)) == as_recorded(event, moment)


async def test_a_stream_folds_back_into_its_aggregate() -> None:
    mapper = fresh_keys().mapper()
    sample = Sample("first", None)
    sample.change("second")
    rows = [await mapper.seal(stamped(event), sample.id, TODAY) for event in sample.pending_events]
    begun, then = await mapper.open_many([record(row, 2 + at) for at, row in enumerate(rows)])
    again: Sample | None = then.mutate(begun.mutate(None))
    assert again is not None
    assert (again.id, again.version, again.name, again.modified_on) == (sample.id, 2, "second", THEN)


@pytest.mark.parametrize(("schema", "state"), [(1, {"title": "old"}), (2, {"name": "old"})])
async def test_older_schemas_are_brought_to_todays_shape(schema: int, state: dict[str, Any]) -> None:
    mapper = fresh_keys().mapper()
    topic = mapper._registry.of(changed())
    event = changed("old")
    stored = msgspec.msgpack.Encoder(uuid_format="bytes").encode(state | {"provenance": WHO})
    opened = topic.codec.decode(stored, schema, event.originator_id, 2, THEN)
    assert opened == as_recorded(event)


async def test_shredding_a_key_forgets_what_it_sealed_and_nothing_else() -> None:
    keys = fresh_keys()
    mapper = keys.mapper()
    mine, other = made("mine"), made("other")
    rows = [await mapper.seal(event, event.originator_id, TODAY) for event in (mine, other)]
    del keys.store.keys[rows[0].key_id]
    reader = keys.mapper()
    gone, kept = await reader.open_each([record(rows[0]), record(rows[1], 3)])
    assert isinstance(gone, KeyShredded)
    assert gone.key_id == rows[0].key_id
    assert kept == as_recorded(other)
    with pytest.raises(KeyShredded):
        await reader.open_many([record(row) for row in rows])


async def test_nobody_writes_what_only_others_may() -> None:
    event = Sample.Worked(made().originator_id, 2, THEN)
    await fresh_keys().mapper(Author.WORKER).seal(event, None, TODAY)
    with pytest.raises(Unsealable, match=r"may not write sample\.worked"):
        await fresh_keys().mapper(Author.API).seal(event, None, TODAY)
    with pytest.raises(Unsealable):
        await fresh_keys().reader().seal(made(), None, TODAY)


@pytest.mark.parametrize("name", [7, None, ["a"], b"a"])
async def test_what_would_not_read_back_is_not_written(name: Any) -> None:
    event = made()
    vars(event)["name"] = name
    with pytest.raises(Unsealable, match=r"sample\.made cannot be written"):
        await fresh_keys().mapper().seal(event, None, TODAY)


async def test_a_time_without_a_zone_is_not_written() -> None:
    event = shared()
    vars(event)["until"] = THEN.replace(tzinfo=None)
    with pytest.raises(Unsealable):
        await fresh_keys().mapper().seal(event, None, TODAY)


async def test_an_event_too_large_is_not_written() -> None:
    with pytest.raises(Unsealable, match="61440 at most"):
        await fresh_keys().mapper().seal(made("x" * 61_000 + "y" * 400), None, TODAY)


async def test_one_key_a_scope_and_one_a_day() -> None:
    mapper = fresh_keys().mapper()
    event, other = made(), made()
    tomorrow = TODAY + timedelta(days=1)
    ids = [(await mapper.seal(event, scope, day)).key_id for scope, day in [
        (None, TODAY), (None, TODAY), (None, tomorrow), (event.originator_id, TODAY), (other.originator_id, TODAY),
    ]]  # fmt: skip
    assert ids[0] == ids[1]
    assert len(set(ids)) == 4
