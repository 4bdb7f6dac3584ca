"""The closed registry of topics: looked up, never imported, so that nothing a row names is ever loaded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.base import About, Aggregate, Event, FirstEvent
from ops.ledger.codec import Codec

LONGEST = 255


@dataclass(frozen=True, slots=True)
class Topic:
    """An event as the log knows it."""

    name: str
    event: type[Event]
    aggregate: type[Aggregate]
    schema: int
    about: About
    authors: frozenset[int]
    codec: Codec


class Topics:
    """Every topic there is. Two events of one topic, or one that is half described, do not get past the start."""

    def __init__(self, aggregates: Iterable[type[Aggregate]]) -> None:
        self._topics: dict[str, Topic] = {}
        for aggregate in aggregates:
            for event in events_of(aggregate):
                self._add(_topic(aggregate, event))

    def get(self, name: str) -> Topic | None:
        return self._topics.get(name)

    def of(self, event: Event) -> Topic:
        """The topic of an event in hand."""
        found = self._topics.get(type(event).TOPIC)
        if found is None or found.event is not type(event):
            raise TypeError(f"{type(event).__qualname__} is not registered")
        return found

    def __iter__(self) -> Iterator[Topic]:
        return iter(self._topics.values())

    def __len__(self) -> int:
        return len(self._topics)

    def _add(self, topic: Topic) -> None:
        if self._topics.setdefault(topic.name, topic) is not topic:
            raise TypeError(f"two events have the topic {topic.name}")


def events_of(aggregate: type[Aggregate]) -> Iterator[type[Event]]:
    """The events that are declared in `aggregate`, its nested base event apart."""
    for name, found in vars(aggregate).items():
        if isinstance(found, type) and issubclass(found, Event) and name != "Event":
            yield found


def _topic(aggregate: type[Aggregate], event: type[Event]) -> Topic:
    name, about = event.TOPIC, event.ABOUT
    if not name.isascii() or not 0 < len(name) <= LONGEST:
        raise TypeError(f"the topic of {event.__qualname__} is not 1 to {LONGEST} ASCII characters")
    if not name.startswith(f"{aggregate.TOPIC}."):
        raise TypeError(f"the topic {name} does not begin with its aggregate's, {aggregate.TOPIC}")
    schema = int(getattr(event, "class_version", 1))
    origin = aggregate.TOPIC if issubclass(event, FirstEvent) else None
    return Topic(
        name, event, aggregate, schema, about, frozenset(map(int, about.authors)), Codec(event, schema, origin)
    )
