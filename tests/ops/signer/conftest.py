"""A log of 700 records, of which 600 stand there at first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ops.signer.stand import Stand, stand
from tests.support.servers import Database


@pytest.fixture
def at(ledger_database: Database, tmp_path: Path) -> Iterator[Stand]:
    (tmp_path / "signer").mkdir()
    with stand(ledger_database, tmp_path / "signer", 600, of=700) as made:
        yield made
