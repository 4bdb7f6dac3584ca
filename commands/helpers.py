"""Helpers: which accounts a reset of another works with, what is recorded of it, and when one is left in peace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from commands.base import Closed, Command, OnAccount, Thing
from commands.checks import reasoned
from commands.work import Work
from domain.access import Operation
from domain.accounts import PASSWORD, Account
from domain.errors import Conflict, HelperBusy
from domain.helpers import Helper
from domain.resets import Reset
from domain.resources import Resource
from domain.uses import Use
from domain.ways import Elevation, Part


@dataclass(frozen=True, slots=True)
class HelperOrders:
    """One account that a reset works with; what it has is still sealed. `held`: it is not to be tried any more."""

    part: Part
    account_id: UUID
    username: str
    password: Closed
    held: bool


@dataclass(frozen=True, slots=True)
class WayOrders:
    """By whom the password of an account is changed."""

    elevation: Elevation
    login: HelperOrders
    root: HelperOrders | None

    @property
    def helpers(self) -> Iterator[HelperOrders]:
        yield self.login
        if self.root is not None:
            yield self.root

    @property
    def held(self) -> HelperOrders | None:
        """The first that is not to be tried any more."""
        return next((helper for helper in self.helpers if helper.held), None)


async def way_of(work: Work, resource: Resource, account: Account) -> WayOrders | None:
    """Who changes the account's password; None: it does so itself, as whoever signs in for the others does."""
    way = resource.way
    if way.login_id is None or way.login_id == account.id:
        return None
    login = await _helper(work, Part.LOGIN, way.login_id, account)
    root = None if way.root_id is None else await _helper(work, Part.ROOT, way.root_id, account)
    return WayOrders(way.elevation, login, root)


async def _helper(work: Work, part: Part, account_id: UUID, whose: Account) -> HelperOrders:
    account = whose if account_id == whose.id else await work.get(Account, account_id)
    if account is not whose and account.reset_id is not None:
        raise HelperBusy(f"A reset of {account.username}, which it needs, has to end first.")
    known = await work.find(Helper, Helper.create_id(account_id))
    number = account.password.number
    closed = Closed(account.password.secret, account_id, PASSWORD, number)
    return HelperOrders(part, account_id, account.username, closed, known is not None and known.holds_back(number))


def note_uses(work: Work, way: WayOrders | None, reset: Reset) -> None:
    """Recorded with the attempt, so before anything is opened. What is held back is not opened at all."""
    if way is not None and way.held is None:
        for helper in way.helpers:
            work.add_beside(Use(helper.account_id, helper.password.number, helper.part, reset.id, reset.attempts))


async def waits_for_helper(work: Work, reset: Reset) -> bool:
    """Whether an attempt would only be turned away now: a reset of an account that it needs is open."""
    account = await work.get(Account, reset.account_id)
    try:
        await way_of(work, await work.get(Resource, account.resource_id), account)
    except HelperBusy:
        return True
    return False


async def is_held_back(work: Work, helper: HelperOrders) -> bool:
    """As the log says now, not as it said when the attempt began."""
    known = await work.find(Helper, Helper.create_id(helper.account_id))
    return known is not None and known.holds_back(helper.password.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteHelperRefused(Command[bool]):
    """The resource refused a helper's password: nobody tries that one again until a person says so.

    Answers whether that stands: not if the password has moved meanwhile, or is in motion. Then nothing is noted.
    """

    account_id: UUID
    number: int
    reset_id: UUID

    needs = Operation.RESET_PERFORM

    async def execute(self, work: Work) -> bool:
        account = await work.get(Account, self.account_id)
        if account.password.number != self.number or account.reset_id not in (None, self.reset_id):
            return False
        (await _known(work, account.id)).note_refusal(self.number, self.reset_id)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class TryHelperAgain(Command[None]):
    """Let resets work again with a password that was refused: it is right, or the account's lock is gone."""

    account_id: UUID

    needs = Operation.ACCOUNT_RESET

    def object(self) -> Thing:
        return OnAccount(self.account_id)

    async def execute(self, work: Work) -> None:
        await reasoned(work)
        known = await work.find(Helper, Helper.create_id(self.account_id))
        if known is None:
            raise Conflict("Its password has not been refused.")
        known.try_again()


async def _known(work: Work, account_id: UUID) -> Helper:
    known = await work.find(Helper, Helper.create_id(account_id))
    if known is None:
        known = Helper(account_id)
        work.add(known)
    return known
