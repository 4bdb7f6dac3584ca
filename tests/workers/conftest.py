"""The hosts that workers are tested against."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.lab import LabHost, lab_hosts


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks for the lab's hosts is marked so."""
    for item in items:
        if "hosts" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.lab)
