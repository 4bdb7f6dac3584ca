"""Files of comma-separated values, as programs write them: read whole within bounds, cells exactly as they came."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass

from domain.errors import Invalid

LARGEST = 1024 * 1024
"""Bytes of a file."""
MOST_ROWS = 5_000
MOST_COLUMNS = 50
LONGEST_CELL = 4_096
SEPARATORS = (",", ";", "\t")
FIELD = "content"

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """A record below the headings; `row` counts as spreadsheets do, the headings being row 1."""

    row: int
    cells: Cells


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """A file as a table. It holds passwords: it never prints, and nothing of it is kept."""

    headings: Cells
    lines: tuple[Line, ...]
    empty: int
    """Rows without anything in them, which are passed over."""


def read(content: bytes) -> Sheet:
    """The table in `content`, or Invalid: what is wrong with the file as a whole, without a word of what is in it."""
    text = decoded(content)
    records = _records(text, separator_of(text))
    try:
        headings = next(records)[1]
    except StopIteration:
        raise Invalid("The file is empty.", FIELD) from None
    if len(headings) > MOST_COLUMNS:
        raise Invalid(f"A file has at most {MOST_COLUMNS} columns, this one has {len(headings)}.", FIELD)
    lines, empty = [], 0
    for row, cells in records:
        if any(cell.strip() for cell in cells):
            lines.append(Line(row, cells))
        else:
            empty += 1
        if len(lines) > MOST_ROWS:
            raise Invalid(f"A file has at most {MOST_ROWS:,} rows: divide it.", FIELD)
    return Sheet(headings, tuple(lines), empty)


def decoded(content: bytes) -> str:
    """As UTF-8, with a byte order mark or without."""
    if len(content) > LARGEST:
        raise Invalid(f"A file has at most {LARGEST:,} bytes, this one has {len(content):,}: divide it.", FIELD)
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise Invalid("The file is UTF-16. Save it as CSV in UTF-8.", FIELD)
    try:
        return content.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as wrong:
        raise Invalid(f"The file is not UTF-8 at byte {wrong.start}. Save it as CSV in UTF-8.", FIELD) from None


def separator_of(text: str) -> str:
    """The one that divides the headings into most columns."""
    return max(SEPARATORS, key=lambda separator: _width(text, separator))


def _width(text: str, separator: str) -> int:
    try:
        return len(next(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), ()))
    except csv.Error:
        return 0


def _records(text: str, separator: str) -> Iterator[tuple[int, Cells]]:
    """Every record with its number, quoted line breaks inside, nothing trimmed."""
    row = 0
    try:
        for row, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), 1):
            yield row, tuple(cells)
    except csv.Error:
        raise Invalid(f"Row {row + 1} cannot be read: look for a quotation mark without its second.", FIELD) from None
