"""An installation as `strongroom up` lays it, with its servers running and its processes not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from commands.first_start import open_vault
from ops.runtime import groundwork, up
from ops.runtime.process import start_and_wait, stop
from ops.settings import Settings
from tests.support.servers import free_port, scratch
from tests.support.works import Works


@pytest.fixture(scope="module")
def works() -> Iterator[Works]:
    with scratch() as folder:
        settings = Settings(folder / "s", folder / "config", port=free_port(), nats_port=free_port())
        groundwork.lay_files(settings)
        found = Works(settings, {server.name: (server, start_and_wait(server)) for server in up.servers(settings)})
        try:
            groundwork.lay_databases(settings)
            yield found
        finally:
            for server, process in reversed(found.running.values()):
                stop(server, process)


@pytest.fixture(scope="module")
def installation(works: Works) -> Settings:
    return works.settings


@pytest.fixture(scope="module")
def vault(works: Works) -> Works:
    """The same, its log opened and its read models built."""
    open_vault(works.settings, None)
    asyncio.run(works.build())
    return works
