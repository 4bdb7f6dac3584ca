"""How new a reading must be: `Strongroom-At-Least` waits and says if it was in vain, `Strongroom-Require` insists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.asgi import Scope, header
from api.problems import Malformed, NotYet, PositionAhead
from ops.ledger.log import EventLog
from projections.base import Projection
from projections.reading import Views

PATIENCE = 2.0
DIGITS = 18


@dataclass(frozen=True, slots=True)
class Wanted:
    """The position that the client has seen, and whether anything older is of use to him."""

    position: int = 0
    required: bool = False

    async def met(self, log: EventLog, views: Views, projections: Sequence[type[Projection]]) -> bool:
        """Wait, two seconds at most; whether the read models have come as far as is wanted."""
        if not self.position:
            return True
        await self._check_exists(log)
        met = await views.at_least(self.position, PATIENCE, *projections)
        if self.required and not met:
            raise NotYet
        return met

    async def _check_exists(self, log: EventLog) -> None:
        """Nobody waits for what may never come."""
        if self.position > log.head and not await log.read(self.position - 1, 1):
            raise PositionAhead


ANY = Wanted()


def wanted_by(scope: Scope) -> Wanted:
    """What the request's headers ask for; the stricter header counts."""
    required = _position(scope, b"strongroom-require")
    if required is not None:
        return Wanted(required, True)
    return Wanted(_position(scope, b"strongroom-at-least") or 0)


def _position(scope: Scope, name: bytes) -> int | None:
    given = header(scope, name)
    if given is None:
        return None
    if not given.isdigit() or len(given) > DIGITS:
        raise Malformed(f"{name.decode().title()} must be one position.")
    return int(given)
