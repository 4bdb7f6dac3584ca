"""Files: read whole or refused, every cell as it came, and no refusal says what stands in one."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import sheets
from domain.errors import Invalid
from domain.sheets import Sheet, read

HEADINGS = "resource,account,password\n"
CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


def cells(sheet: Sheet) -> list[tuple[str, ...]]:
    return [line.cells for line in sheet.lines]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\xef\xbb\xbfa,b\n1,2\n", [("1", "2")]),
        (b"a;b\r\n1,5;2\r\n", [("1,5", "2")]),
        (b"a\tb\n1\t2", [("1", "2")]),
        (b'a,b\n"one\ntwo","x,y"\n', [("one\ntwo", "x,y")]),
        (b'"a";"b"\n"1";"2"\n', [("1", "2")]),
        ("a,b\n🗝  , ü \n".encode(), [("🗝  ", " ü ")]),
        (b'a,b\n=1+1,pa"ss\n', [("=1+1", 'pa"ss')]),
        (b'a,b\n"""quoted""",x\n', [('"quoted"', "x")]),
    ],
    ids=["mark", "semicolon", "tab", "line break", "all quoted", "blanks", "formula", "quotes"],
)
def test_cells_are_kept_as_they_came(content: bytes, found: list[tuple[str, ...]]) -> None:
    assert cells(read(content)) == found


@given(st.lists(st.lists(CELLS.filter(str.strip), min_size=2, max_size=2), max_size=5), st.sampled_from(",;\t"))
def test_what_a_program_wrote_is_read_as_it_was(rows: list[list[str]], separator: str) -> None:
    written = io.StringIO()
    csv.writer(written, delimiter=separator).writerows([["resource", "account"], *rows])
    assert cells(read(written.getvalue().encode())) == [tuple(row) for row in rows]


def test_rows_count_as_in_a_spreadsheet_and_empty_ones_are_passed_over() -> None:
    sheet = read(b'a,b\n\n"1\n1",2\n , \n3,4\n')
    assert ([line.row for line in sheet.lines], sheet.empty) == ([3, 5], 2)


def test_rows_of_another_length_are_left_for_each_to_be_judged() -> None:
    assert cells(read(b"a,b\n1\n1,2,3\n")) == [("1",), ("1", "2", "3")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        ("a,b\n".encode("utf-16"), "UTF-16"),
        (b"a,b\nhunter2,\xff\n", "not UTF-8 at byte 12"),
        (b'a,b\n1,"hunter2\n3,4\n', "Row 2 cannot be read"),
        (b'a,b\n1,2\n3,"hunter2"x\n', "Row 3 cannot be read"),
        (HEADINGS.encode() + b"x,hunter2,z\n" * (sheets.MOST_ROWS + 1), "at most 5,000 rows"),
        (b"hunter2," * sheets.MOST_COLUMNS + b"\n", "at most 50 columns"),
        (b"hunter2," * (sheets.LARGEST // 8 + 1), "at most 1,048,576 bytes"),
        (b'a,b\n1,"' + b"hunter2" * 30_000, "Row 2 cannot be read"),
    ],
    ids=["nothing", "mark alone", "utf-16", "latin-1", "open", "behind", "rows", "columns", "bytes", "endless"],
)
def test_a_file_beyond_bounds_is_refused_without_a_word_of_it(content: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        read(content)
    assert "hunter2" not in refused.value.detail
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_the_largest_file_is_read() -> None:
    assert len(read(HEADINGS.encode() + b"x,y,z\n" * sheets.MOST_ROWS).lines) == sheets.MOST_ROWS


def test_a_table_never_prints_what_it_holds() -> None:
    sheet = read(HEADINGS.encode() + b"web,root,hunter2\n")
    assert "hunter2" not in repr(sheet) + repr(sheet.lines)
