"""What a process that appends shows of itself, asked of a process of its own: its meters are set up once for good."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ops import telemetry
from tests.support.servers import Database

ROOT = Path(__file__).resolve().parents[2]
APPENDS = """
import asyncio, sys
from ops.ledger.postgres import PostgresLog
from ops.telemetry import exposition, start_telemetry
from tests.support.ledger import a_submission

async def main():
    async with PostgresLog(sys.argv[1]) as log:
        await asyncio.gather(*(log.append(a_submission(since=log.head)) for _ in range(5)))

start_telemetry("test")
asyncio.run(main())
print(exposition()[0].decode())
"""


def test_a_file_of_spans_that_has_grown_large_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "LARGEST", 4)
    path = tmp_path / "spans.jsonl"
    path.write_text("many spans\n")
    with path.open("a", encoding="utf-8") as file:
        spans = telemetry.JsonSpans(file)
        spans.export([])
        assert path.read_text() == ""
        file.write("one\n")
        spans.export([])
    assert path.read_text() == "one\n"


def test_appends_show_how_many_went_together_and_how_long_they_took(ledger_database: Database) -> None:
    done = subprocess.run(
        [sys.executable, "-c", APPENDS, ledger_database.append], cwd=ROOT, capture_output=True, text=True, check=True
    )
    shown = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines() if line.startswith("strongroom_"))
    assert float(shown["strongroom_append_batch_sum"]) == 5
    assert 1 <= float(shown["strongroom_append_batch_count"]) <= 5
    assert shown["strongroom_append_batch_count"] == shown["strongroom_append_duration_seconds_count"]
