"""The servers of a cluster of NATS, by where they are."""

from __future__ import annotations

from dataclasses import dataclass

BETWEEN = 2000
"""How far the port for the other servers is above that for users: 4222 and 6222, as is usual."""


@dataclass(frozen=True, slots=True)
class Member:
    """One server of the cluster."""

    host: str
    port: int

    @property
    def route(self) -> str:
        return f"{self.host}:{self.port + BETWEEN}"
