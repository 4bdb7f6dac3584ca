"""Ways: how the passwords of a resource's accounts are changed; each by itself, or all by one that may."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.errors import Invalid


class Elevation(StrEnum):
    """How whoever signs in becomes somebody who may set the passwords of others."""

    NONE = "none"
    SUDO = "sudo"
    SU = "su"


class Part(StrEnum):
    """What an account does for the reset of another."""

    LOGIN = "login"
    ROOT = "root"
    JUMP = "jump"

    @property
    def words(self) -> str:
        """What is said of an account beside its name: several may be at work in one reset."""
        return {
            Part.LOGIN: "which signs in for the others",
            Part.ROOT: "whose password su asks for",
            Part.JUMP: "which signs in on a jump host",
        }[self]


MOST_HOPS = 3
"""Hosts between us and a resource: each is one more that may be down, and one more that sees who goes where."""


@dataclass(frozen=True, slots=True)
class Way:
    """Who signs in, how he is raised, and whose password `su` asks for. Nobody: each account changes its own."""

    login_id: UUID | None = None
    elevation: Elevation = Elevation.NONE
    root_id: UUID | None = None

    @property
    def helpers(self) -> dict[Part, UUID]:
        """The accounts whose passwords are used for those of others."""
        named = {Part.LOGIN: self.login_id, Part.ROOT: self.root_id}
        return {part: account for part, account in named.items() if account is not None}

    def check(self) -> None:
        """Refuse what says too little or too much."""
        if self.login_id is None and (self.elevation is not Elevation.NONE or self.root_id is not None):
            raise Invalid("Say which account signs in.", "login_id")
        if self.elevation is Elevation.SU and self.root_id is None:
            raise Invalid("Say whose password su asks for.", "root_id")
        if self.elevation is not Elevation.SU and self.root_id is not None:
            raise Invalid("Only su asks for another account's password.", "root_id")
        if self.elevation is Elevation.SU and self.root_id == self.login_id:
            raise Invalid("An account that signs in need not become itself.", "root_id")


BY_THEMSELVES = Way()
