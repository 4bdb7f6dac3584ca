"""Resources: the systems that have accounts, where they are, and how to know that it is really them."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from domain import host_keys, text
from domain.base import About, Aggregate, Event, FirstEvent, Ocsf, Severity
from domain.errors import Conflict, Invalid
from domain.ways import BY_THEMSELVES, Elevation, Way

SSH_PORT = 22


class ResourceType(StrEnum):
    """What kind of system it is; how passwords are changed there follows from it."""

    LINUX = "linux"
    WINDOWS = "windows"
    DATABASE = "database"
    NETWORK_DEVICE = "network-device"
    WEBSITE = "website"
    OTHER = "other"


class Resource(Aggregate):
    """A system. Who owns and shares it stands in its access list."""

    TOPIC = "resource"

    def __init__(
        self, id: UUID, name: str, type: ResourceType, address: str, port: int | None, description: str
    ) -> None:
        self.name = name
        self.type = type
        self.address = address
        self.port = port
        self.description = description
        self.host_key: str | None = None
        self.way = BY_THEMSELVES
        self.jump_id: UUID | None = None

    @classmethod
    def describe(
        cls, id: UUID, name: str, type: ResourceType, address: str, port: int | None, description: str
    ) -> Resource:
        """A new resource, as far as its description is fit to be kept."""
        name, address, description = _checked(name, address, port, description)
        return cls(id=id, name=name, type=type, address=address, port=port, description=description)

    @property
    def key_scope(self) -> UUID:
        return self.id

    @property
    def fingerprint(self) -> str | None:
        """The pinned host key as people compare it."""
        return None if self.host_key is None else host_keys.fingerprint(self.host_key)

    @property
    def ssh_port(self) -> int:
        return self.port or SSH_PORT

    def change(self, name: str, type: ResourceType, address: str, port: int | None, description: str) -> None:
        """Describe it anew. A pinned host key stays: it is what tells whether the new address is the same system."""
        name, address, description = _checked(name, address, port, description)
        if (name, type, address, port, description) != self._described:
            self.trigger_event(self.Changed, name=name, type=type, address=address, port=port, description=description)

    def pin_host_key(self, line: str | None) -> None:
        """Trust this host key and no other, on a person's word; None trusts none."""
        host_key = None if line is None else host_keys.host_key_of(line)
        if host_key == self.host_key:
            return
        if host_key is None:
            self.trigger_event(self.HostKeyUnpinned)
        else:
            self.trigger_event(self.HostKeyPinned, host_key=host_key)

    def set_way(self, way: Way) -> None:
        """From now on the passwords of its accounts are changed so."""
        way.check()
        if way != self.way:
            said = {"login_id": way.login_id, "elevation": way.elevation, "root_id": way.root_id}
            self.trigger_event(self.ResetWaySet, **said)

    def go_over(self, jump_id: UUID | None) -> None:
        """From now on it is reached over that resource; None: without one between."""
        if jump_id == self.id:
            raise Invalid("No way to a resource leads over itself.", "jump_id")
        if jump_id != self.jump_id:
            self.trigger_event(self.JumpHostSet, jump_id=jump_id)

    def check_not_helping(self, account_id: UUID) -> None:
        """Refuse to let go of an account that the others need."""
        if account_id in self.way.helpers.values():
            raise Conflict("The passwords of this resource are changed by this account. Name another one first.")

    def check_resettable(self) -> None:
        """Refuse a reset that could only fail, saying what to do first."""
        if self.type is not ResourceType.LINUX:
            raise Invalid("Passwords can be reset on resources of type linux only.", "type")
        if self.host_key is None:
            raise Invalid("Pin the resource's host key first, so that its password goes to no other host.", "host_key")

    @property
    def _described(self) -> tuple[str, ResourceType, str, int | None, str]:
        return self.name, self.type, self.address, self.port, self.description

    class Added(FirstEvent):
        """A system has been made known."""

        TOPIC = "resource.added"
        ABOUT = About("A resource was added", Ocsf.ENTITY_MANAGEMENT)
        name: str
        type: ResourceType
        address: str
        port: int | None
        description: str

    class Changed(Event):
        """All of its description, as it is from now on."""

        TOPIC = "resource.changed"
        ABOUT = About("A resource was changed", Ocsf.ENTITY_MANAGEMENT, Severity.LOW)
        name: str
        type: ResourceType
        address: str
        port: int | None
        description: str

        def apply(self, aggregate: Resource) -> None:
            aggregate.name = self.name
            aggregate.type = self.type
            aggregate.address = self.address
            aggregate.port = self.port
            aggregate.description = self.description

    class HostKeyPinned(Event):
        """A person said which host key is the resource's own."""

        TOPIC = "resource.host-key-pinned"
        ABOUT = About("A host key was pinned", Ocsf.ENTITY_MANAGEMENT, Severity.MEDIUM)
        host_key: str

        def apply(self, aggregate: Resource) -> None:
            aggregate.host_key = self.host_key

    class HostKeyUnpinned(Event):
        """No host key is trusted any more."""

        TOPIC = "resource.host-key-unpinned"
        ABOUT = About("A host key was unpinned", Ocsf.ENTITY_MANAGEMENT, Severity.MEDIUM)

        def apply(self, aggregate: Resource) -> None:
            aggregate.host_key = None

    class ResetWaySet(Event):
        """How the passwords of its accounts are changed from now on; nobody named: each account changes its own."""

        TOPIC = "resource.reset-way-set"
        ABOUT = About("The way of a resource's resets was set", Ocsf.ENTITY_MANAGEMENT, Severity.MEDIUM)
        login_id: UUID | None
        elevation: Elevation
        root_id: UUID | None

        def apply(self, aggregate: Resource) -> None:
            aggregate.way = Way(self.login_id, self.elevation, self.root_id)

    class JumpHostSet(Event):
        """Over which other resource it is reached from now on; None: over none."""

        TOPIC = "resource.jump-host-set"
        ABOUT = About("A resource's jump host was set", Ocsf.ENTITY_MANAGEMENT, Severity.MEDIUM)
        jump_id: UUID | None

        def apply(self, aggregate: Resource) -> None:
            aggregate.jump_id = self.jump_id


def _checked(name: str, address: str, port: int | None, description: str) -> tuple[str, str, str]:
    if port is not None and not 1 <= port <= 65535:
        raise Invalid("A port is a number from 1 to 65535.", "port")
    return text.name_of(name, "name"), text.address_of(address), text.description_of(description)
