"""A vault in memory, whose clock goes with PostgreSQL's, and its read models."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest

from commands.accounts import AddAccount
from commands.resources import AddResource
from domain.resources import ResourceType
from domain.secrets import Secret
from ops.migrations import databases, runner
from tests.support.company import Company, found
from tests.support.servers import Database, DatabaseServer, fresh_database
from tests.support.vault import Clock, Person, World
from tests.support.views import Gallery, gallery


@pytest.fixture
def world() -> World:
    return World(clock=Clock(datetime.now(UTC)))


@pytest.fixture
async def admin(world: World) -> Person:
    return await world.administrator()


@pytest.fixture
async def alice(world: World, admin: Person) -> Person:
    return await world.person(admin, "alice")


@pytest.fixture
async def bob(world: World, admin: Person) -> Person:
    """A second administrator, who owns nothing."""
    return await world.person(admin, "bob", "administrator")


@dataclass(frozen=True)
class Server:
    """A resource and its one account."""

    id: UUID
    account: UUID


@pytest.fixture
async def server(admin: Person) -> Server:
    return await add_server(admin, "web")


@pytest.fixture
async def shown(world: World, views_database: Database) -> AsyncIterator[Gallery]:
    async with gallery(world, views_database) as made:
        yield made


async def add_server(owner: Person, name: str) -> Server:
    added = AddResource(name=name, type=ResourceType.LINUX, address=f"{name}.example.org", port=2222, description="d")
    resource = await owner.does(added)
    account = AddAccount(resource_id=resource, username="root", description="of it", password=Secret("first password"))
    return Server(resource, await owner.does(account))


@pytest.fixture(scope="session")
def company(postgres_server: DatabaseServer) -> Iterator[Company]:
    """For tests that ask and change nothing."""
    with fresh_database(postgres_server, databases.VIEWS, runner.VIEWS) as place:
        yield asyncio.run(found(place))
