"""A vault in memory, the people in it, and a resource with an account."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest

from commands.accounts import AddAccount
from commands.resources import AddResource, PinHostKey
from domain.resources import ResourceType
from domain.secrets import Secret
from tests.support.vault import Person, World

HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
FIRST = "first pässword"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def admin(world: World) -> Person:
    """The first administrator, who owns what these tests work on."""
    return await world.administrator()


@pytest.fixture
async def alice(world: World, admin: Person) -> Person:
    """A password user."""
    return await world.person(admin, "alice")


@pytest.fixture
async def bob(world: World, admin: Person) -> Person:
    """A second administrator: his role shows him nothing of the first one's."""
    return await world.person(admin, "bob", "administrator")


@dataclass(frozen=True)
class Server:
    """A resource and its one account."""

    id: UUID
    account: UUID


@pytest.fixture
async def server(admin: Person) -> Server:
    resource = await admin.does(AddResource(name="web", type=ResourceType.LINUX, address="web.example.org"))
    await admin.does(PinHostKey(resource_id=resource, host_key=HOST_KEY))
    account = await admin.does(AddAccount(resource_id=resource, username="root", password=Secret(FIRST)))
    return Server(resource, account)
