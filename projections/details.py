"""What an event says of itself, as plain values: nothing that is sealed, hashed or opaque is ever shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import Enum, IntEnum
from functools import cache
from typing import Any
from uuid import UUID

from domain.secrets import SealedSecret

SILENT = frozenset({"", "{}", "sealed"})
NOT_ITS_OWN = frozenset({"originator_id", "originator_version", "originator_topic", "timestamp", "provenance"})


def details_of(event: Any) -> dict[str, object]:
    """Its own fields, by name. Ids stay ids: whoever encodes them does so faster than we make them text."""
    said = {name: getattr(event, name) for name in own_fields(event.__class__)}
    return {name: value if type(value) is UUID else plain(value) for name, value in said.items()}


@cache
def own_fields(event: Any) -> tuple[str, ...]:
    """The fields that the event's class declares, without what every event has."""
    return tuple(field.name for field in dataclasses.fields(event) if field.name not in NOT_ITS_OWN)


def plain(value: object) -> object:
    """A value as JSON can hold it and people may read it."""
    known = _AT_ONCE.get(type(value))
    return _plain(value) if known is None else known(value)


def _plain(value: object) -> object:
    match value:
        case IntEnum():
            return value.name
        case Enum():
            return value.value
        case str() | int():
            return value
        case SealedSecret():
            return "sealed"
        case bytes():
            return f"{len(value)} bytes"
        case frozenset() | set():
            return sorted((plain(each) for each in value), key=str)
        case tuple() | list():
            return [plain(each) for each in value]
        case _ if dataclasses.is_dataclass(value):
            return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        case _:
            return type(value).__name__


def summary_of(details: Mapping[str, object]) -> str:
    """What can be said in a line: words and numbers; ids are for the details."""
    said = [f"{name.replace('_', ' ')}: {_short(value)}" for name, value in details.items() if _speaks(value)]
    return ", ".join(said)[:500]


def rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _speaks(value: object) -> bool:
    """Whether people learn something from it in passing."""
    if isinstance(value, str):
        return value not in SILENT and not _is_id(value) and not _is_size(value)
    return isinstance(value, int) or (isinstance(value, list) and all(isinstance(each, str) for each in value))


def _short(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return str(value)[:120]


def _is_id(value: str) -> bool:
    return len(value) == 36 and value[8] == value[13] == value[18] == value[23] == "-"


def _is_size(value: str) -> bool:
    """What bytes are shown as."""
    return value.endswith(" bytes") and value.removesuffix(" bytes").isdigit()


def _itself(value: object) -> object:
    return value


_AT_ONCE: dict[type, Callable[[Any], object]] = {
    type(None): _itself, bool: _itself, str: _itself, int: _itself, UUID: str, datetime: rfc3339,
}  # fmt: skip
"""How the commonest become plain: a million events have several million of them."""
