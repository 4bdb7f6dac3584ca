"""The hosts that workers are tested against, and a vault for those that need one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from ops import database
from projections.reading import Views
from tests.support.lab import LabHost, lab_hosts
from tests.support.live import LiveVault, live_vault
from tests.support.servers import Database


@pytest.fixture(scope="session")
def hosts() -> Iterator[dict[str, LabHost]]:
    with lab_hosts() as running:
        yield running


@pytest.fixture(scope="session")
def web1(hosts: dict[str, LabHost]) -> LabHost:
    return hosts["web1"]


@pytest.fixture(scope="session")
def db1(hosts: dict[str, LabHost]) -> LabHost:
    return hosts["db1"]


@pytest.fixture
async def vault(tmp_path: Path, ledger_database: Database, views_database: Database) -> AsyncIterator[LiveVault]:
    async with live_vault(tmp_path, ledger_database, views_database) as live:
        yield live


@pytest.fixture
async def views(vault: LiveVault) -> AsyncIterator[Views]:
    async with database.pool(vault.views.append) as pool:
        yield Views(pool)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks for the lab's hosts is marked so."""
    for item in items:
        if "hosts" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.lab)
