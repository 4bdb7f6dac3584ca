"""A replay's file: whole or not there, and never in the place of another."""

from __future__ import annotations

import csv
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from ops.siem.entry import Entry
from projections.telling import NotTold, telling


def test_a_file_that_was_made_meanwhile_is_kept_and_nothing_else_is_left(tmp_path: Path) -> None:
    out = tmp_path / "told.csv"
    with pytest.raises(NotTold, match="is there already"), telling("csv", out):
        out.write_text("somebody else's")
    assert out.read_text() == "somebody else's"
    assert list(tmp_path.iterdir()) == [out]


def test_a_link_that_leads_nowhere_is_a_file_that_is_there(tmp_path: Path) -> None:
    out = tmp_path / "told.csv"
    out.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NotTold, match="is there already"), telling("csv", out):
        pytest.fail("nothing is told")
    assert list(tmp_path.iterdir()) == [out]


def test_it_appears_when_all_of_it_is_there_for_its_owner_alone(tmp_path: Path) -> None:
    out = tmp_path / "told.csv"
    with telling("csv", out):
        assert not out.exists()
    assert out.read_text().startswith("log_id,")
    assert out.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [out]


def test_what_ends_in_the_middle_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), telling("csv", tmp_path / "told.csv"):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_no_cell_of_its_table_is_a_formula(tmp_path: Path) -> None:
    out = tmp_path / "told.csv"
    said: dict[str, Any] = {each.name: "=HYPERLINK(A1)" for each in fields(Entry)}
    with telling("csv", out) as tell:
        tell(Entry(**said))
    with out.open(newline="", encoding="utf-8") as file:
        _, cells = csv.reader(file)
    assert set(cells) == {"'=HYPERLINK(A1)"}
