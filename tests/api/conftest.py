"""The API in this process, one vault a module."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest

from domain.secrets import Secret
from ops import database
from ops.migrations import databases, runner
from tests.api.site import ApiSite, Browser, PromptViews
from tests.support.servers import Database, DatabaseServer, fresh_database
from tests.support.vault import OWN, Clock, World


@pytest.fixture(scope="module")
def api_views(postgres_server: DatabaseServer) -> Iterator[Database]:
    with fresh_database(postgres_server, databases.VIEWS, runner.VIEWS) as made:
        yield made


@pytest.fixture
async def site(api_views: Database) -> AsyncIterator[ApiSite]:
    """A vault that has just been set up."""
    world = World(clock=Clock(datetime.now(UTC)))  # read models ask PostgreSQL what time it is
    await world.set_up(Secret(OWN))
    async with database.pool(api_views.project, 1, 4) as pool:
        views = PromptViews(pool, world)
        await views.build()
        yield ApiSite(world, views)


@pytest.fixture
async def admin(site: ApiSite) -> Browser:
    """The first administrator, signed in."""
    return await site.sign_in("admin")
