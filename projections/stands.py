"""What somebody has on a thing, by the rules that decide: on what ground, and on how many accounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.access import Access, Grant, Ground, Level, Scope, access_to
from projections.access import OwnerName
from projections.viewer import OWNER, level_name

Shares = Mapping[UUID, Grant]
"""By whom they are given to."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Of how many accounts the passwords can be seen, be changed too, and be managed too: each in one of these."""

    view: int = 0
    modify: int = 0
    manage: int = 0


@dataclass(frozen=True, slots=True)
class Stand:
    """What somebody has on a thing, by what, until when, and on how many accounts; without a level, only on those.

    `hides`: the wider share that the one which decides keeps from counting.
    """

    level: str | None
    ground: Ground | None
    until: datetime | None
    hides: str | None
    accounts: Levels


@dataclass(frozen=True, slots=True)
class Person:
    id: UUID
    username: str
    scope: Scope
    able: bool

    @property
    def name(self) -> OwnerName:
        return OwnerName(self.id, self.username)


@dataclass(frozen=True, slots=True)
class Shared:
    """A resource with all its accounts, or one account of it: who owns it, and every share there is."""

    resource: UUID
    owner: UUID
    account: UUID | None
    """None: it is about the resource."""
    accounts: int
    wide: Shares
    narrow: Mapping[UUID, Shares]
    """By account."""

    @property
    def subjects(self) -> set[UUID]:
        return {self.owner, *self.wide, *(each for shares in self.narrow.values() for each in shares)}

    def of(self, person: Person, now: datetime) -> Stand:
        """What `person` has here at `now`."""
        own = {account: shares[person.id] for account, shares in self.narrow.items() if person.id in shares}
        alone = {account: self._access(person, own[account], now) for account in own}
        rest = self._access(person, None, now)
        counted = Counter(each.level for each in alone.values()) + Counter({rest.level: self.accounts - len(alone)})
        found = rest if self.account is None else alone.get(self.account, rest)
        hides = rest.level if found.ground is Ground.ACCOUNT else None
        return Stand(
            _word(found), found.ground, found.until, None if hides is None else hides.name,
            Levels(counted[Level.VIEW], counted[Level.MODIFY], counted[Level.MANAGE]),
        )  # fmt: skip

    def with_share(self, person: UUID, grant: Grant | None) -> Shared:
        """The same, once this very thing is shared so with `person`, or no longer."""
        if self.account is None:
            return replace(self, wide=_with(self.wide, person, grant))
        own = _with(self.narrow.get(self.account, {}), person, grant)
        return replace(self, narrow={**self.narrow, self.account: own})

    def narrower(self, person: UUID, now: datetime) -> int:
        """On how many accounts of a resource a share of the account itself decides for `person`."""
        own = [shares[person] for shares in self.narrow.values() if person in shares and self.account is None]
        return sum(share.holds(now) for share in own)

    def _access(self, person: Person, own: Grant | None, now: datetime) -> Access:
        wide = self.wide.get(person.id)
        shares = {Ground.ACCOUNT: () if own is None else (own,), Ground.RESOURCE: () if wide is None else (wide,)}
        return access_to(person.id, person.scope, self.owner, shares, now)


def _word(access: Access) -> str | None:
    return None if access.level is None else level_name(OWNER if access.owner else access.level)


def _with(shares: Shares, person: UUID, grant: Grant | None) -> Shares:
    others = {each: share for each, share in shares.items() if each != person}
    return others if grant is None else {**others, person: grant}
