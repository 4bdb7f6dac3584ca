"""Every event is described, closed, and can be read in every shape that was ever stored."""

from __future__ import annotations

import dataclasses
import importlib
import json
import pkgutil
from pathlib import Path

import pytest

import domain
from domain.base import Aggregate, Author
from domain.errors import StrongroomError
from domain.registry import AGGREGATES
from ops.ledger.topics import Topic, Topics
from tests.domain.people import THING
from tests.support.scenario import NOON

TOPICS = Topics(AGGREGATES)
EACH = pytest.mark.parametrize("topic", list(TOPICS), ids=lambda topic: topic.name)
GOLDEN = Path(__file__).parent / "events"
STANDARD = {"originator_id", "originator_version", "originator_topic", "timestamp", "provenance"}


def test_every_aggregate_is_in_the_closed_list() -> None:
    for module in pkgutil.iter_modules(domain.__path__):
        importlib.import_module(f"domain.{module.name}")
    ours = {each for each in Aggregate.__subclasses__() if each.__module__.startswith("domain.")}
    assert ours == set(AGGREGATES)


def test_titles_tell_events_apart() -> None:
    titles = [topic.about.title for topic in TOPICS]
    assert len(titles) == len(set(titles))


@EACH
def test_an_event_is_described(topic: Topic) -> None:
    own = {field.name for field in dataclasses.fields(topic.event)} - STANDARD
    assert topic.about.title[0].isupper()
    assert not topic.about.title.endswith(".")
    assert set(topic.about.personal) <= own
    assert topic.authors <= set(Author)
    assert topic.event.__mro__[1].__doc__ or topic.event.__doc__


@EACH
def test_names_are_those_of_the_log(topic: Topic) -> None:
    kind, _, happened = topic.name.partition(".")
    assert kind == topic.aggregate.TOPIC
    assert happened == happened.lower().strip("-")
    assert happened.replace("-", "").isalpha()


@EACH
def test_every_shape_that_was_ever_stored_is_read(topic: Topic) -> None:
    """A golden copy is written once, when a topic or a schema is new, and never again."""
    for schema in range(1, topic.schema + 1):
        golden = json.loads((GOLDEN / f"{topic.name}.{schema}.json").read_text())
        event = topic.codec.decode(bytes.fromhex(golden["encoded"]), schema, THING, golden["version"], NOON)
        assert type(event) is topic.event
        if schema == topic.schema:
            assert topic.codec.encode(event).hex() == golden["encoded"]
            shown = {name: repr(value) for name, value in sorted(vars(event).items()) if name not in STANDARD}
            assert shown == golden["fields"]


def test_no_golden_copy_is_of_a_topic_that_does_not_exist() -> None:
    stored = {path.name.removesuffix(".json").rpartition(".")[0] for path in GOLDEN.glob("*.json")}
    assert stored == {topic.name for topic in TOPICS}


def test_refusals_are_sentences() -> None:
    def below(kind: type[StrongroomError]) -> list[type[StrongroomError]]:
        return [kind, *(each for sub in kind.__subclasses__() for each in below(sub))]

    ours = [kind for kind in below(StrongroomError) if kind.__module__ == "domain.errors"]
    assert all(kind.title and not kind.title.endswith(".") for kind in ours)
