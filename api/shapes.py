"""The kinds of value that requests and answers are made of; what is not named in a shape is refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Path
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from api.problems import Field as Wrong

T = TypeVar("T")
LINES = str.maketrans("", "", "\n\t")
WHERE = frozenset({"body", "query", "path", "header", "cookie"})
LONGEST = 200
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


class Body(BaseModel):
    """What a client sends: exactly these fields, of exactly these kinds."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class Shown(BaseModel):
    """What a client gets."""

    model_config = ConfigDict(frozen=True, from_attributes=True, json_schema_serialization_defaults_required=True)


def _canonical(value: object) -> UUID:
    """One spelling for every id: 36 characters, lower case."""
    if isinstance(value, UUID):
        return value
    if isinstance(value, str) and len(value) == 36:
        found = UUID(value)
        if str(found) == value:
            return found
    raise ValueError("must be an id: 36 characters, lower case")


def _one_line(value: str) -> str:
    if not value.isprintable():
        raise ValueError("must be one line of printable characters")
    return value


def _paragraph(value: str) -> str:
    if not value.translate(LINES).isprintable():
        raise ValueError("must be printable text")
    return value


def _moment(value: object) -> object:
    """A moment comes as text in JSON; a number could be seconds, milliseconds or a year."""
    if not isinstance(value, str):
        raise ValueError("must be a date and time: 2026-11-25T09:30:00Z")
    return datetime.fromisoformat(value)


def _sayable(value: datetime) -> datetime:
    """In UTC, and far enough from the ends of the calendar for every time zone on its way to have a word for it."""
    if not FIRST <= value < LAST:
        raise ValueError("must lie between the years 1970 and 9998")
    return value.astimezone(UTC)


Id = Annotated[UUID, BeforeValidator(_canonical), WithJsonSchema({"type": "string", "format": "uuid"})]
PathId = Annotated[Id, Path()]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_one_line)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(_paragraph)]
Ticket = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_one_line)]
Description = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_paragraph)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
Moment = Annotated[AwareDatetime, BeforeValidator(_moment), AfterValidator(_sayable), Field(strict=False)]


class Done(Shown):
    """Where in the log the change stands."""

    position: int


class Created(Done):
    """What was made, and where in the log that stands."""

    id: UUID


class ActorName(Shown):
    """Somebody or something, with the name it has or had then."""

    kind: str
    id: UUID
    name: str


class Listed(Shown, Generic[T]):
    """One page of a list; `next_cursor` asks for the page after it."""

    items: Sequence[T]
    next_cursor: str | None = None


class ProblemField(Shown):
    field: str
    message: str


class Problem(Shown):
    """RFC 9457; `type` leads to a page that explains it."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[ProblemField] | None = None


def fields_of(errors: Iterable[Any]) -> tuple[Wrong, ...]:
    """pydantic's findings as `errors` of a problem document: place and message, without the input."""
    found = []
    for each in errors:
        place = [str(part) for part in each["loc"]]
        if len(place) > 1 and place[0] in WHERE:
            place = place[1:]
        message = str(each["msg"]).removeprefix("Value error, ")
        found.append(Wrong(".".join(place)[:LONGEST], message[:LONGEST]))
    return tuple(found[:20])
