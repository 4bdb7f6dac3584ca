"""What a command is, who calls one, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar
from uuid import UUID

from domain import ids
from domain.access import Operation
from domain.provenance import ActorKind, Channel
from domain.secrets import SealedSecret
from ops.ledger.log import Idempotency

if TYPE_CHECKING:
    from commands.work import Work

T = TypeVar("T", covariant=True)


@dataclass(frozen=True, slots=True)
class OnResource:
    """A command is about this resource."""

    id: UUID


@dataclass(frozen=True, slots=True)
class OnAccount:
    """A command is about this account, and so about its resource too."""

    id: UUID


Thing = OnResource | OnAccount


class Command(Generic[T]):
    """Something wanted of the vault. `needs` is the operation its actor must hold; None: nobody has signed in yet."""

    needs: ClassVar[Operation | None]

    def object(self) -> Thing | None:
        """What the access lists are asked about; None: the operation alone decides."""
        return None

    async def execute(self, work: Work) -> T:
        """Decide. May run several times, so it touches nothing outside `work`; what creates adds its thing first."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, through which request, and why. `source` is a network address: it limits, it is never recorded."""

    kind: ActorKind
    id: UUID
    channel: Channel
    session: UUID | None = None
    request_id: UUID = field(default_factory=ids.new)
    reason: str | None = None
    ticket: str | None = None
    causation: int | None = None
    source: str = ""
    idempotency: Idempotency | None = None


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """A command's result, and the position of the last event that it recorded, or rests on when it recorded nothing."""

    value: T
    position: int


@dataclass(frozen=True, slots=True)
class Closed:
    """A secret that a command may show, still sealed: the Vault opens it once the record is durable."""

    secret: SealedSecret
    owner: UUID
    field: str
    number: int
