"""The page of all events is the one that the code makes."""

from __future__ import annotations

from pathlib import Path

from domain.registry import AGGREGATES
from ops.ledger.catalogue import page
from ops.ledger.topics import Topics

PAGE = Path(__file__).resolve().parents[3] / "docs" / "events.md"


def test_the_page_of_all_events_is_current() -> None:
    assert PAGE.read_text() == page(Topics(AGGREGATES)), "run `make docs`"


def test_the_page_names_every_topic_and_every_field() -> None:
    text = PAGE.read_text()
    for topic in Topics(AGGREGATES):
        _, found, entry = text.partition(f"### `{topic.name}`\n")
        assert found
        entry = entry.partition("\n### ")[0]
        assert topic.about.title in entry
        assert all(f"- `{name}`: " in entry for name in topic.codec.fields if name != "provenance")
