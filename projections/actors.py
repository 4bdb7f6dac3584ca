"""What actors are called where people read of them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.provenance import ActorKind

WITHOUT_NAME = {
    ActorKind.WORKER: "the worker",
    ActorKind.SYSTEM: "Strongroom",
    ActorKind.NOBODY: "nobody known",
}
UNKNOWN = "erased"


@dataclass(frozen=True, slots=True)
class ActorName:
    """Somebody or something, by the name it has or had."""

    kind: str
    id: UUID
    name: str


def actor_name(kind: str, id: UUID, name: str | None) -> ActorName:
    """A user by his name, processes by what they are; who is not known any more was erased."""
    return ActorName(kind, id, name or WITHOUT_NAME.get(ActorKind(kind), UNKNOWN))
