"""An event's own fields as a MessagePack map and back; every shape that was ever stored is read, by upcasting."""

from __future__ import annotations

import dataclasses
import typing
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from domain.base import Event

GIVEN_BY_THE_LOG = frozenset({"originator_id", "originator_version", "originator_topic", "timestamp"})
"""Fields of the library's events that are never encoded: associated data binds them, or the log gives them."""

_encoder = msgspec.msgpack.Encoder(uuid_format="bytes", order="deterministic")
_any = msgspec.msgpack.Decoder()
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Codec:
    """One event class. All fields are required and no others allowed: only an upcaster bridges two shapes."""

    def __init__(self, event: type[Event], schema: int, origin: str | None) -> None:
        self.event = event
        self.fields = tuple(field.name for field in dataclasses.fields(event) if field.name not in GIVEN_BY_THE_LOG)
        hints = typing.get_type_hints(event)
        shape = [(name, _Moment if hints[name] is datetime else hints[name]) for name in self.fields]
        self.shape = msgspec.defstruct(event.__name__, shape, frozen=True, forbid_unknown_fields=True)
        self._decoder = msgspec.msgpack.Decoder(self.shape)
        self._schema = schema
        self._given = {} if origin is None else {"originator_topic": origin}
        self._upcasts = [getattr(event, f"upcast_v{old}_v{old + 1}") for old in range(1, schema)]

    def encode(self, event: Event) -> bytes:
        """The event's fields; ValueError unless exactly this event would be read back."""
        shaped = self.shape(*map(vars(event).__getitem__, self.fields))
        encoded = _encoder.encode(shaped)
        if self._decoder.decode(encoded) != shaped:
            raise ValueError("it would read back as something else")
        return encoded

    def read(self, encoded: bytes, schema: int) -> msgspec.Struct:
        """The fields of a map of any schema, in today's shape; ValidationError when it has none."""
        return self._decoder.decode(encoded if schema == self._schema else self._upcast(encoded, schema))

    def decode(self, encoded: bytes, schema: int, stream: UUID, version: int, recorded_at: datetime) -> Event:
        """The event again, with what the log says of it."""
        state = msgspec.structs.asdict(self.read(encoded, schema))
        state |= self._given
        state["originator_id"] = stream
        state["originator_version"] = version
        state["timestamp"] = recorded_at
        event = object.__new__(self.event)
        object.__setattr__(event, "__dict__", state)
        return event

    def _upcast(self, encoded: bytes, schema: int) -> bytes:
        """Bring an old map to today's shape. Upcasters see it as stored: ids are bytes, enums their values."""
        state: dict[str, Any] = _any.decode(encoded)
        for upcast in self._upcasts[schema - 1 :]:
            upcast(state)
        return _encoder.encode(state)
