"""Destinations: where every event is sent to, for SIEM systems. Administrators decide who is told, in the log."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from domain import text
from domain.base import About, Aggregate, Event, FirstEvent, Ocsf, Severity
from domain.errors import Conflict, Invalid, NotFound
from domain.secrets import SealedSecret

_ID = UUID("7a1c4f0e-8b52-4c0b-9b7e-1d6f2f7d9e31")
MOST = 20
STREAM = "AUDIT"
"""The only address of that kind."""
PEM_LIMIT = 16 * 1024
"""Characters; twice that and a key fit into an event."""


class DestinationKind(StrEnum):
    """How events get there."""

    SYSLOG = "syslog"
    """RFC 5424 over TLS, as RFC 5425 says."""
    WEBHOOK = "webhook"
    """Batches of CloudEvents by HTTPS POST, signed."""
    NATS = "nats"
    """The stream AUDIT on our own NATS, from which consumers read."""


@dataclass(frozen=True, slots=True)
class Destination:
    """One receiver. `address` is host:port or an https address; `authority` the certificates (PEM) of whom its own is
    by, those of this machine when empty; `certificate` (PEM) ours, for mutual TLS. `secret` is the key of that, or what
    webhooks are signed with. `after` is the position behind which it begins."""

    id: UUID
    name: str
    kind: DestinationKind
    address: str
    authority: str
    certificate: str
    secret: SealedSecret | None
    pseudonyms: bool
    after: int

    @property
    def place(self) -> tuple[str, int]:
        """Host and port."""
        split = _split(self.kind, self.address)
        assert split.hostname is not None
        return split.hostname, split.port or 443


class Destinations(Aggregate):
    """All of them. Each is as it was added: another address would get what was meant for this one, secret included, so
    whoever wants another adds it anew."""

    TOPIC = "siem"

    def __init__(self) -> None:
        self.all: tuple[Destination, ...] = ()
        self.paused: frozenset[UUID] = frozenset()

    @staticmethod
    def create_id(*_: object, **__: object) -> UUID:
        return _ID

    def add(self, destination: Destination) -> None:
        """Send there from now on, or from where it says."""
        checked(destination)
        if len(self.all) >= MOST:
            raise Conflict(f"There are {MOST} destinations already: remove one first.")
        if any(each.name == destination.name for each in self.all):
            raise Conflict("There is a destination of that name already.")
        if destination.kind is DestinationKind.NATS and any(each.kind is destination.kind for each in self.all):
            raise Conflict("There is a destination on NATS already: consumers all read from one stream.")
        self.trigger_event(self.Added, destination=destination)

    def named(self, destination_id: UUID) -> Destination:
        """NotFound when it was removed, or never was."""
        for each in self.all:
            if each.id == destination_id:
                return each
        raise NotFound

    def pause(self, destination_id: UUID) -> None:
        """Send nothing more until it is resumed; then all that came meanwhile."""
        self.named(destination_id)
        if destination_id not in self.paused:
            self.trigger_event(self.Paused, destination_id=destination_id)

    def resume(self, destination_id: UUID) -> None:
        self.named(destination_id)
        if destination_id in self.paused:
            self.trigger_event(self.Resumed, destination_id=destination_id)

    def remove(self, destination_id: UUID) -> None:
        self.named(destination_id)
        self.trigger_event(self.Removed, destination_id=destination_id)

    def test(self, destination_id: UUID) -> None:
        """An event for no other purpose than to be seen there."""
        self.named(destination_id)
        self.trigger_event(self.Tested, destination_id=destination_id)

    class Begun(FirstEvent):
        """The first destination is about to be added."""

        TOPIC = "siem.begun"
        ABOUT = About("Sending events to SIEM systems began", Ocsf.API_ACTIVITY)

    class Added(Event):
        """Every event goes there from its position on."""

        TOPIC = "siem.added"
        ABOUT = About("A SIEM destination was added", Ocsf.API_ACTIVITY, Severity.HIGH, critical=True)
        destination: Destination

        def apply(self, aggregate: Destinations) -> None:
            aggregate.all = (*aggregate.all, self.destination)

    class Paused(Event):
        """Nothing is sent there for a while."""

        TOPIC = "siem.paused"
        ABOUT = About("A SIEM destination was paused", Ocsf.API_ACTIVITY, Severity.HIGH, critical=True)
        destination_id: UUID

        def apply(self, aggregate: Destinations) -> None:
            aggregate.paused |= {self.destination_id}

    class Resumed(Event):
        """It gets what it missed, and goes on."""

        TOPIC = "siem.resumed"
        ABOUT = About("A SIEM destination was resumed", Ocsf.API_ACTIVITY, Severity.MEDIUM)
        destination_id: UUID

        def apply(self, aggregate: Destinations) -> None:
            aggregate.paused -= {self.destination_id}

    class Removed(Event):
        """Nothing is sent there any more."""

        TOPIC = "siem.removed"
        ABOUT = About("A SIEM destination was removed", Ocsf.API_ACTIVITY, Severity.HIGH, critical=True)
        destination_id: UUID

        def apply(self, aggregate: Destinations) -> None:
            aggregate.all = tuple(each for each in aggregate.all if each.id != self.destination_id)
            aggregate.paused -= {self.destination_id}

    class Tested(Event):
        """Somebody wants to see whether it arrives."""

        TOPIC = "siem.tested"
        ABOUT = About("A test event for a SIEM destination", Ocsf.API_ACTIVITY)
        destination_id: UUID


def checked(destination: Destination) -> None:
    """Invalid where something cannot be meant so."""
    text.name_of(destination.name, "name")
    for field in ("authority", "certificate"):
        if len(getattr(destination, field)) > PEM_LIMIT:
            raise Invalid(f"It has at most {PEM_LIMIT} characters.", field)
    if destination.kind is DestinationKind.NATS:
        return _checked_stream(destination)
    split = _split(destination.kind, destination.address)
    if split.username is not None or split.fragment or not split.hostname:
        raise Invalid("Give a host without user name or fragment.", "address")
    text.address_of(split.hostname)
    if destination.kind is DestinationKind.SYSLOG and (split.path or split.query):
        raise Invalid("Give host and port alone, as in siem.example:6514.", "address")
    if destination.kind is DestinationKind.WEBHOOK and destination.certificate:
        raise Invalid("A webhook is signed; it has no certificate.", "certificate")


def _checked_stream(destination: Destination) -> None:
    if destination.address != STREAM:
        raise Invalid(f"On NATS there is the stream {STREAM} alone.", "address")
    for field in ("authority", "certificate"):
        if getattr(destination, field):
            raise Invalid("NATS is reached as the settings say.", field)


def _split(kind: DestinationKind, address: str) -> SplitResult:
    if len(address) > text.NAME_LIMIT or not address.isprintable() or " " in address:
        raise Invalid("This is no address.", "address")
    said = f"syslog://{address}" if kind is DestinationKind.SYSLOG else address
    try:
        split = urlsplit(said)
        port = split.port
    except ValueError as error:
        raise Invalid("This is no address.", "address") from error
    if kind is DestinationKind.SYSLOG and port is None:
        raise Invalid("Give the port too, as in siem.example:6514.", "address")
    if kind is DestinationKind.WEBHOOK and split.scheme != "https":
        raise Invalid("A webhook has an address that begins with https://.", "address")
    return split
