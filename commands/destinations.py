"""SIEM destinations: who is told of every event. Administrators decide; what is decided waits for its witnesses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from commands.base import Command
from commands.checks import reasoned
from commands.work import Work
from domain import ids
from domain.access import Operation
from domain.destinations import Destination, DestinationKind, Destinations, checked
from domain.errors import Invalid, NotFound
from domain.secrets import Secret
from ops.siem import transport

SECRET = "siem"
SHORTEST_SECRET = 32


@dataclass(frozen=True, slots=True)
class Listed:
    """A destination, and whether it is sent to now."""

    destination: Destination
    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewDestinations(Command[list[Listed]]):
    """All of them, read where the forwarder reads them; it changes nothing."""

    needs = Operation.SYSTEM_VIEW

    async def execute(self, work: Work) -> list[Listed]:
        known = await work.find(Destinations, Destinations.create_id())
        return [] if known is None else [Listed(each, each.id in known.paused) for each in known.all]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddDestination(Command[UUID]):
    """Send every event behind `after` there; from now on when that is not said."""

    name: str
    kind: DestinationKind
    address: str
    authority: str = ""
    certificate: str = ""
    secret: Secret | None = None
    pseudonyms: bool = False
    after: int | None = None

    needs = Operation.SETTINGS_CHANGE

    async def execute(self, work: Work) -> UUID:
        await reasoned(work)
        if self.after is not None and self.after > work.since:
            raise Invalid("The log has not come that far.", "after")
        bare = Destination(
            ids.new(), self.name.strip(), self.kind, self.address.strip(), self.authority, self.certificate, None,
            self.pseudonyms, work.since if self.after is None else self.after,
        )  # fmt: skip
        checked(bare)
        self._check_secret(bare)
        sealed = None if self.secret is None else await work.sealer.seal(self.secret, bare.id, SECRET)
        known = await work.find(Destinations, Destinations.create_id())
        if known is None:
            known = Destinations()
            work.add_beside(known)
        known.add(replace(bare, secret=sealed))
        return bare.id

    def _check_secret(self, bare: Destination) -> None:
        """What is there fits together; no secret is in what is said of it."""
        if bare.kind is DestinationKind.WEBHOOK and (
            self.secret is None or len(self.secret.reveal()) < SHORTEST_SECRET
        ):
            raise Invalid(f"A webhook is signed with a secret of at least {SHORTEST_SECRET} characters.", "secret")
        if bare.kind is DestinationKind.NATS:
            if self.secret is not None:
                raise Invalid("NATS is reached as the settings say.", "secret")
            return
        if (bare.kind is DestinationKind.SYSLOG) and (bare.certificate == "") is not (self.secret is None):
            raise Invalid("A certificate needs its key, and a key its certificate.", "certificate")
        try:
            transport.context(bare, self.secret)
        except transport.Unusable as error:
            raise Invalid(str(error), error.field) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseDestination(Command[None]):
    """Send nothing there until it is resumed."""

    destination_id: UUID

    needs = Operation.SETTINGS_CHANGE

    async def execute(self, work: Work) -> None:
        await reasoned(work)
        (await _known(work)).pause(self.destination_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeDestination(Command[None]):
    """Send there again, and first what it missed."""

    destination_id: UUID

    needs = Operation.SETTINGS_CHANGE

    async def execute(self, work: Work) -> None:
        (await _known(work)).resume(self.destination_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveDestination(Command[None]):
    """Send nothing there any more."""

    destination_id: UUID

    needs = Operation.SETTINGS_CHANGE

    async def execute(self, work: Work) -> None:
        await reasoned(work)
        (await _known(work)).remove(self.destination_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestDestination(Command[None]):
    """Record an event that is to be seen there."""

    destination_id: UUID

    needs = Operation.SETTINGS_CHANGE

    async def execute(self, work: Work) -> None:
        (await _known(work)).test(self.destination_id)


async def _known(work: Work) -> Destinations:
    if (known := await work.find(Destinations, Destinations.create_id())) is None:
        raise NotFound
    return known
