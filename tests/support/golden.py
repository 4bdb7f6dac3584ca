"""Writes the golden copy of every event shape that has none yet: `python -m tests.support.golden`. Never overwrites."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

from domain.base import Event
from domain.provenance import ActorKind, Channel, Provenance
from domain.registry import AGGREGATES
from ops.ledger.codec import GIVEN_BY_THE_LOG
from ops.ledger.topics import Topic, Topics

FOLDER = Path(__file__).parents[1] / "domain" / "events"
MOMENT = datetime(2026, 7, 1, 12, 30, 15, 123456, UTC)
WHO = Provenance(ActorKind.USER, UUID(int=7), UUID(int=8), Channel.API, UUID(int=9), 3, "a reason", "CHG-1")
PLAIN: dict[type, object] = {
    str: "text “é” 🔑",
    int: 7,
    bool: True,
    bytes: bytes(range(32)),
    UUID: UUID(int=5),
    datetime: MOMENT,
    date: MOMENT.date(),
    Provenance: WHO,
}


def example(kind: Any) -> object:
    """A value of `kind`; where None would do as well, the other."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return example(arguments[0])
    if origin in (tuple, frozenset):
        return origin([example(arguments[0])])
    if kind in PLAIN:
        return PLAIN[kind]
    if issubclass(kind, Enum):
        return next(iter(kind))
    hints = typing.get_type_hints(kind)
    return kind(**{field.name: example(hints[field.name]) for field in dataclasses.fields(kind)})


def event_of(topic: Topic) -> Event:
    hints = typing.get_type_hints(topic.event)
    given: dict[str, Any] = {"originator_id": UUID(int=11), "originator_version": 1, "timestamp": MOMENT}
    if "originator_topic" in hints:
        given["originator_topic"] = topic.aggregate.TOPIC
    own: dict[str, Any] = {name: example(hints[name]) for name in topic.codec.fields if name not in GIVEN_BY_THE_LOG}
    return topic.event(**given, **own)


def golden_of(topic: Topic) -> dict[str, Any]:
    event = event_of(topic)
    fields = {name: repr(vars(event)[name]) for name in sorted(topic.codec.fields) if name != "provenance"}
    return {"version": 1, "fields": fields, "encoded": topic.codec.encode(event).hex()}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for topic in Topics(AGGREGATES):
        path = FOLDER / f"{topic.name}.{topic.schema}.json"
        if not path.exists():
            path.write_text(json.dumps(golden_of(topic), ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
