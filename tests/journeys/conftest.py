"""One vault of real processes for the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.fleet import Fleet, a_fleet


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Two api processes, a projector and a worker, on servers of their own; a test starts what it needs to run."""
    with a_fleet(tmp_path_factory.mktemp("fleet")) as whole:
        yield whole
