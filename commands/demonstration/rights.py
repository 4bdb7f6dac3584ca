"""What the story believes people to have, so that it asks for what is granted, and knowingly for what is not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.access import Level
from domain.resources import ResourceType

Held = tuple[Level, datetime | None]


@dataclass(eq=False)
class Place:
    """A resource as the story knows it."""

    id: UUID
    name: str
    kind: ResourceType
    owner: str
    pinned: bool = False
    shares: dict[str, Held] = field(default_factory=dict)


@dataclass(eq=False)
class Login:
    """An account as the story knows it."""

    id: UUID
    name: str
    place: Place
    shares: dict[str, Held] = field(default_factory=dict)
    busy: bool = False
    """A reset of it is under way, or in doubt."""


@dataclass(eq=False)
class Holdings:
    """All places and logins there are by now."""

    places: list[Place] = field(default_factory=list)
    logins: list[Login] = field(default_factory=list)
    everywhere: set[str] = field(default_factory=set)
    """Who may reach everything just now."""

    def level(self, login: Login, who: str, now: datetime) -> Level | None:
        """What he has: as owner or by his scope, by the account's own share, or by the resource's."""
        if login.place.owner == who or who in self.everywhere:
            return Level.MANAGE
        for shares in (login.shares, login.place.shares):
            level, until = shares.get(who, (None, None))
            if level is not None and (until is None or now < until):
                return level
        return None

    def open_to(self, who: str, least: Level, now: datetime) -> list[Login]:
        """The accounts on which he has at least that level."""
        return [login for login in self.logins if (self.level(login, who, now) or 0) >= least]

    def closed_to(self, who: str, now: datetime) -> list[Login]:
        """Those that are none of his business."""
        return [login for login in self.logins if self.level(login, who, now) is None]

    def owned(self, who: str) -> list[Place]:
        return [place for place in self.places if place.owner == who]

    def shared(self) -> list[tuple[Place | Login, str]]:
        """What has been given to whom and still stands in a list."""
        things: list[Place | Login] = [*self.places, *self.logins]
        return [(thing, who) for thing in things for who in thing.shares]

    def hand_over(self, place: Place, to: str) -> None:
        """Neither the old owner nor the new one keeps a share."""
        for shares in (place.shares, *(login.shares for login in self.logins if login.place is place)):
            for who in (place.owner, to):
                shares.pop(who, None)
        place.owner = to
