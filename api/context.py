"""What is known of one request on its way through: its id, where it came from, and what its answer has to carry."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import cast
from uuid import UUID

from api.asgi import Header, Scope, header
from domain import ids
from domain.provenance import Channel

KEY = "strongroom"


@dataclass(slots=True)
class Context:
    """Made at the edge, filled in on the way, read again when the answer leaves."""

    address: str
    agent: str | None
    channel: Channel
    id: UUID = field(default_factory=ids.new)
    actor: UUID | None = None
    session: UUID | None = None
    route: str | None = None
    problem: str | None = None
    position: int | None = None
    stale: bool = False
    etag: int | None = None
    cookie: bytes | None = None

    def headers(self) -> list[Header]:
        """What the answer says beside its body."""
        said = [(b"strongroom-request", str(self.id).encode())]
        if self.position is not None:
            said.append((b"strongroom-position", b"%d" % self.position))
        if self.stale:
            said.append((b"strongroom-stale", b"true"))
        if self.etag is not None:
            said.append((b"etag", b'"%d"' % self.etag))
        if self.cookie is not None:
            said.append((b"set-cookie", self.cookie))
        return said

    @property
    def source(self) -> str:
        """The network the request came from: limits hold for a neighbourhood, not for one address of it."""
        return _network_of(self.address)


def context_of(scope: Scope) -> Context:
    """The context that `Observed` put there."""
    return cast("Context", scope[KEY])


def begin(scope: Scope) -> Context:
    """A context for a request that has just come in."""
    client = scope.get("client")
    agent = header(scope, b"user-agent")
    context = Context(
        address=client[0] if client else "",
        agent=None if agent is None else _printable(agent),
        channel=Channel.CONSOLE if header(scope, b"sec-fetch-site") else Channel.API,
    )
    scope[KEY] = context
    return context


@lru_cache(maxsize=1024)
def _network_of(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((parsed, 24 if parsed.version == 4 else 64), strict=False))


def _printable(agent: bytes) -> str:
    return "".join(char for char in agent.decode("latin-1") if char.isprintable())[:200]
