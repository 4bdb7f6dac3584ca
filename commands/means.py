"""Means: by which other accounts a reset goes, over which hosts, and what is recorded of their use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from commands.base import Closed
from commands.checks import in_motion, refused_at
from commands.work import Work
from domain.accounts import PASSWORD, Account
from domain.errors import HelperBusy
from domain.helpers import KEY, Helper
from domain.resources import Resource
from domain.uses import Use
from domain.ways import MOST_HOPS, Elevation, Part


@dataclass(frozen=True, slots=True)
class HelperOrders:
    """One account that a reset works with; what it has is still sealed. `held_back`: it is not to be tried any more."""

    part: Part
    account_id: UUID
    username: str
    password: Closed
    key: Closed | None
    held_back: bool

    @property
    def named(self) -> str:
        return f"{self.username}, {self.part.words}"


@dataclass(frozen=True, slots=True)
class HopOrders:
    """A host on the way to another, and who signs in there."""

    address: str
    port: int
    host_key: str | None
    login: HelperOrders


@dataclass(frozen=True, slots=True)
class Means:
    """Without a login the account changes its own password. `broken` says why nobody can go this way just now."""

    elevation: Elevation
    login: HelperOrders | None
    root: HelperOrders | None
    hops: tuple[HopOrders, ...] = ()
    broken: str | None = None

    @property
    def helpers(self) -> Iterator[HelperOrders]:
        """Everybody whose password is used for another's."""
        yield from (hop.login for hop in self.hops)
        yield from (helper for helper in (self.login, self.root) if helper is not None)

    @property
    def first_held_back(self) -> HelperOrders | None:
        """The first that is not to be tried any more."""
        return next((helper for helper in self.helpers if helper.held_back), None)

    @property
    def usable(self) -> bool:
        return self.broken is None and self.first_held_back is None


async def means_of(work: Work, resource: Resource, account: Account | None) -> Means:
    """Who changes the account's password. Whoever signs in for the others changes his own himself. None: nobody is to
    sign in on the resource itself, but on the hosts between."""
    hops, broken = await _hops(work, resource, account)
    way = resource.way
    if account is None or way.login_id is None or way.login_id == account.id:
        return Means(Elevation.NONE, None, None, hops, broken)
    login = await _helper(work, Part.LOGIN, way.login_id, account)
    root = None if way.root_id is None else await _helper(work, Part.ROOT, way.root_id, account)
    return Means(way.elevation, login, root, hops, broken)


async def _hops(work: Work, resource: Resource, account: Account | None) -> tuple[tuple[HopOrders, ...], str | None]:
    """From us to the resource. What was set behind its back since it was set up makes it unusable, not wrong."""
    hops: list[HopOrders] = []
    while resource.jump_id is not None:
        resource = await work.get(Resource, resource.jump_id)
        if len(hops) == MOST_HOPS:
            return (), f"there are more than {MOST_HOPS} hosts on the way to it"
        if resource.way.login_id is None:
            return (), f"nobody is named who signs in on its jump host {resource.name}"
        login = await _helper(work, Part.JUMP, resource.way.login_id, account)
        hops.insert(0, HopOrders(resource.address, resource.ssh_port, resource.host_key, login))
    return tuple(hops), None


async def _helper(work: Work, part: Part, account_id: UUID, whose: Account | None) -> HelperOrders:
    account = whose if whose is not None and account_id == whose.id else await work.get(Account, account_id)
    if account is not whose and account.reset_id is not None:
        raise HelperBusy(f"A reset of {account.username}, {part.words}, has to end first.")
    number = account.password.number
    password = Closed(account.password.secret, account_id, PASSWORD, number)
    known = await work.find(Helper, Helper.create_id(account_id))
    if known is None:
        return HelperOrders(part, account_id, account.username, password, None, False)
    key = None if known.key is None or part is Part.ROOT else Closed(known.key, account_id, KEY, number)
    return HelperOrders(part, account_id, account.username, password, key, known.holds_back(number))


def note_uses(work: Work, means: Means, work_id: UUID, attempt: int) -> None:
    """For a reset or a look; recorded with it, so before anything is opened. What is not used is not opened at all."""
    if means.usable:
        for helper in means.helpers:
            work.add_beside(Use(helper.account_id, helper.password.number, helper.part, work_id, attempt))


async def tried_before(work: Work, account: Account) -> datetime | None:
    """When the resource last refused the account's own password; None also if a reset signs in as somebody else."""
    way = (await work.get(Resource, account.resource_id)).way
    return await refused_at(work, account) if way.login_id in (None, account.id) else None


async def waits_for_helper(work: Work, resource_id: UUID, account: Account | None) -> bool:
    """Whether a reset or a look would only be turned away now: a reset of an account that it needs is open. Without an
    account of its own it needs those on the way alone."""
    try:
        await means_of(work, await work.get(Resource, resource_id), account)
    except HelperBusy:
        return True
    return False


class Standing(Enum):
    """Whether a helper's password may be tried now."""

    USABLE = "usable"
    REFUSED = "refused"
    """It is not to be tried any more."""
    MOVED = "moved"
    """There is another one by now, or there may be: nobody would learn anything of the one that was lent."""


async def standing_of(work: Work, helper: HelperOrders, work_id: UUID) -> Standing:
    """As the log says now, not as it said when the attempt began."""
    account = await work.get(Account, helper.account_id)
    if in_motion(account, helper.password.number, work_id):
        return Standing.MOVED
    known = await work.find(Helper, Helper.create_id(helper.account_id))
    refused = known is not None and known.holds_back(helper.password.number)
    return Standing.REFUSED if refused else Standing.USABLE
