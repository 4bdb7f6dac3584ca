"""What a server that is away costs whoever tries again and again."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from psycopg.pq import ConnStatus

from ops import database


async def test_a_connection_that_fails_gives_its_buffers_back_at_once(tmp_path: Path) -> None:
    with pytest.raises(psycopg.OperationalError, match="No such file") as failed:
        await database.connect(f"host={tmp_path} dbname=none")
    assert failed.value.pgconn is not None
    assert failed.value.pgconn.status == ConnStatus.BAD
    with pytest.raises(psycopg.OperationalError, match="closed"):
        failed.value.pgconn.exec_(b"select 1")


async def test_so_do_those_of_a_pool(tmp_path: Path) -> None:
    assert database.pool(f"host={tmp_path} dbname=none").connection_class is database.Reached
