"""An installation as `strongroom up` lays it, with its servers running and its processes not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ops.runtime import groundwork, up
from ops.runtime.process import start_and_wait, stop
from ops.settings import Settings
from tests.support.servers import free_port, scratch


@pytest.fixture(scope="module")
def installation() -> Iterator[Settings]:
    with scratch() as folder:
        settings = Settings(folder / "s", folder / "config", port=free_port(), nats_port=free_port())
        groundwork.lay_files(settings)
        running = [(server, start_and_wait(server)) for server in up.servers(settings)]
        try:
            groundwork.lay_databases(settings)
            yield settings
        finally:
            for server, process in reversed(running):
                stop(server, process)
