"""Lists in pages by keyset: a cursor says where the next page begins; changing one gains nothing."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, LiteralString, TypeVar
from uuid import UUID

from domain.errors import Invalid

T = TypeVar("T")
R = TypeVar("R")
Row = tuple[Any, ...]
MOST = 200

_PARSERS: Mapping[type, Callable[[Any], object]] = {
    str: str,
    int: int,
    UUID: UUID,
    datetime: datetime.fromisoformat,
}


@dataclass(frozen=True, slots=True)
class Page:
    """What of a list is wanted: how many, sorted by which column (`-` for the other way round), after which row."""

    limit: int = 50
    sort: str | None = None
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """One page; `next_cursor` asks for the next."""

    items: Sequence[T]
    next_cursor: str | None = None

    def map(self, change: Callable[[T], R]) -> Listed[R]:
        return Listed([change(item) for item in self.items], self.next_cursor)


@dataclass(frozen=True, slots=True)
class Column:
    """Something to sort by: the expression that sorts, and what a cursor holds of it. Never null."""

    expression: LiteralString
    kind: type


class Sorting:
    """A page of a query whose columns are `columns`; `id` makes the order total."""

    def __init__(self, page: Page, columns: Mapping[str, Column], usual: str, identity: LiteralString = "id") -> None:
        sort = page.sort or usual
        if sort.removeprefix("-") not in columns:
            raise Invalid(f"This list sorts by {', '.join(columns)}.", "sort")
        self._name = sort
        self._column = columns[sort.removeprefix("-")]
        self._down = sort.startswith("-")
        self._identity = identity
        self._limit = max(1, min(page.limit, MOST))
        self._after = None if page.cursor is None else self._read(page.cursor)

    @property
    def expression(self) -> LiteralString:
        """What the rows are sorted by: every row carries it as its last column, its id as its first."""
        return self._column.expression

    @property
    def where(self) -> LiteralString:
        """`true`, or that a row comes behind the cursor. Takes two parameters then."""
        if self._after is None:
            return "true"
        than: LiteralString = "<" if self._down else ">"
        return f"({self._column.expression}, {self._identity}) {than} (%s, %s)"

    @property
    def order(self) -> LiteralString:
        way: LiteralString = "desc" if self._down else "asc"
        return f"{self._column.expression} {way}, {self._identity} {way} limit %s"

    @property
    def params(self) -> tuple[object, ...]:
        return self._after or ()

    @property
    def limit(self) -> int:
        """One more than are shown: it tells whether there is another page."""
        return self._limit + 1

    def page(self, rows: Sequence[Row]) -> Listed[Row]:
        """The rows that are shown, and the cursor behind the last of them."""
        shown = rows[: self._limit]
        more = len(rows) > self._limit
        return Listed(shown, self._write(shown[-1][-1], shown[-1][0]) if more else None)

    def _write(self, value: object, identity: object) -> str:
        plain = value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, UUID) else value
        text = json.dumps([self._name, plain, str(identity)], ensure_ascii=False)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def _read(self, cursor: str) -> tuple[object, ...]:
        """Whoever writes his own cursor gets another page of what he may see anyway."""
        try:
            padded = cursor.encode() + b"=" * (-len(cursor) % 4)
            name, value, identity = json.loads(base64.b64decode(padded, b"-_", validate=True))
            if name != self._name or not isinstance(value, str | int) or not isinstance(identity, str):
                raise ValueError("of another list")
            if not storable(str(value)):
                raise ValueError("no text that could be in it")
            return _PARSERS[self._column.kind](value), UUID(identity)
        except (ValueError, TypeError, binascii.Error, RecursionError) as error:
            raise Invalid("This cursor is not one of this list.", "cursor") from error


def storable(text: str) -> bool:
    """Whether a database can hold it: NUL ends a text there, and half a surrogate pair is none."""
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def matching(text: str) -> str:
    """A pattern for `ilike` that finds `text` anywhere, whatever signs are in it."""
    if not storable(text):
        raise Invalid("There is a sign in this that no text has.", "q")
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def position_cursor(position: int) -> str:
    """For lists that are ordered by position, newest first."""
    return base64.urlsafe_b64encode(str(position).encode()).decode().rstrip("=")


def position_after(cursor: str | None) -> int | None:
    """The position that the next page begins below."""
    if cursor is None:
        return None
    try:
        text = base64.b64decode(cursor.encode() + b"=" * (-len(cursor) % 4), b"-_", validate=True)
        if not text.isdigit() or len(text) > 18:
            raise ValueError("not a position")
        return int(text)
    except (ValueError, binascii.Error) as error:
        raise Invalid("This cursor is not one of this list.", "cursor") from error
