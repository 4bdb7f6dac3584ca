"""An import under way: row after row through the one door, each by itself, and a line of the answer for each."""

from __future__ import annotations

import asyncio
import hmac
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal
from uuid import UUID

from api.caller import Visitor
from api.problems import name_of
from api.shapes import Shown
from commands.accounts import AddAccount
from commands.imports import EndImport, FindPlace, Place
from commands.resources import AddResource
from domain.entries import Entry, Trouble
from domain.errors import OutcomeUnknown, StrongroomError, TooManyAttempts, Unauthenticated, Unavailable
from domain.forecasts import Outcome, forecast
from domain.ids import folded
from ops.ledger.log import Idempotency

SECONDS = 10.0
"""For a row."""
ENDING = (Unauthenticated, TooManyAttempts, Unavailable)
"""What one row is refused for and all behind it would be too."""


class RowTrouble(Shown):
    """What is wrong with a row, in which column, and what to do; never what stands there."""

    column: str | None
    message: str


class RowDone(Shown):
    """What became of a row. One that failed added nothing, except perhaps its resource."""

    kind: Literal["row"] = "row"
    row: int
    outcome: Literal["added", "there", "failed"]
    resource_id: UUID | None = None
    account_id: UUID | None = None
    adds_resource: bool = False
    troubles: Sequence[RowTrouble] = ()


class ImportOpened(Shown):
    """The first line."""

    kind: Literal["opened"] = "opened"
    id: UUID
    rows: int
    position: int


class ImportEnded(Shown):
    """The last line, when all rows have been tried."""

    kind: Literal["ended"] = "ended"
    resources: int
    accounts: int
    there: int
    failed: int
    position: int


class ImportStopped(Shown):
    """The last line instead, when going on makes no sense: the same request, sent again, goes on from there."""

    kind: Literal["stopped"] = "stopped"
    problem: str
    title: str
    detail: str


ImportLine = ImportOpened | RowDone | ImportEnded | ImportStopped


@dataclass(frozen=True, slots=True)
class Why:
    """What the one who imports gave as reason and ticket, for every event of it."""

    reason: str | None
    ticket: str | None


def told(troubles: Sequence[Trouble]) -> list[RowTrouble]:
    return [RowTrouble(column=each.column, message=each.message) for each in troubles]


@dataclass(slots=True, repr=False)
class Importing:
    """One import of these rows, by somebody whose events name the position of its opening as their cause."""

    caller: Visitor
    opened: ImportOpened
    entries: Sequence[Entry]
    why: Why
    counts: Counter[str] = field(default_factory=Counter)
    met: set[str] = field(default_factory=set)
    """Folded names of the resources that rows have been put on."""

    async def lines(self) -> AsyncIterator[bytes]:
        """Line by line. What has no answer any more stops; what was added stays, and is found again by a repeat."""
        yield _line(self.opened)
        try:
            for entry in self.entries:
                yield _line(await self._tried(entry))
            yield _line(await self._ended())
        except StrongroomError as problem:
            yield _line(_stopped(problem))
        except TimeoutError:
            yield _line(_stopped(OutcomeUnknown()))

    async def _tried(self, entry: Entry) -> RowDone:
        """A refusal ends its row; what would refuse all the others too ends the import."""
        try:
            async with asyncio.timeout(SECONDS):
                done = await self._done(entry)
        except ENDING:
            raise
        except StrongroomError as refusal:
            done = _failed(entry, Trouble(None, _words(refusal)))
        self.counts[done.outcome] += 1
        self.counts["resources"] += done.adds_resource
        self.counts["accounts"] += done.outcome == "added" and done.account_id is not None
        return done

    async def _done(self, entry: Entry) -> RowDone:
        """Add what is missing, after another look at what is there: the preview may be old."""
        if entry.troubles:
            return _failed(entry, *entry.troubles)
        place = await self.caller.ask(FindPlace(resource=entry.resource, username=entry.username))
        expected = forecast(entry, place.resource, place.account_id is not None)
        if expected.outcome is Outcome.ERROR:
            return _failed(entry, *expected.troubles)
        resource, adds = await self._resource(entry, place)
        account, is_new = await self._account(entry, place, resource)
        outcome: Literal["added", "there"] = "added" if is_new or (adds and account is None) else "there"
        return RowDone(row=entry.row, outcome=outcome, resource_id=resource, account_id=account, adds_resource=adds)

    async def _resource(self, entry: Entry, place: Place) -> tuple[UUID, bool]:
        """Its id, and whether this import added it, by an earlier request perhaps."""
        name = folded(entry.resource)
        once, is_first = self._once(f"resource/{name}"), name not in self.met
        self.met.add(name)
        if place.resource is not None:
            return place.resource.id, is_first and await self.caller.before(once) == place.resource.id
        assert entry.type is not None
        command = AddResource(
            name=entry.resource,
            type=entry.type,
            address=entry.address,
            port=entry.port,
            description=entry.resource_description,
        )
        return (await self.caller.create(command, once, self.why.reason, self.why.ticket)).value, True

    async def _account(self, entry: Entry, place: Place, resource: UUID) -> tuple[UUID | None, bool]:
        """The same of the account; None for a row that names none."""
        if not entry.username:
            return None, False
        once = self._once(f"account/{entry.row}")
        if place.account_id is not None:
            return place.account_id, await self.caller.before(once) == place.account_id
        command = AddAccount(
            resource_id=resource,
            username=entry.username,
            description=entry.account_description,
            password=entry.password,
        )
        return (await self.caller.create(command, once, self.why.reason, self.why.ticket)).value, True

    def _once(self, what: str) -> Idempotency:
        """Follows from the import and the row, under a key: `what` holds a name, which no copy of the log may tell."""
        said = f"import/{self.opened.id}/{what}".encode()
        mac = hmac.digest(self.caller.services.body_key, said, sha256)
        return Idempotency(self.caller.id, mac, mac)

    async def _ended(self) -> ImportEnded:
        resources, accounts, there, failed = (
            self.counts[each] for each in ("resources", "accounts", "there", "failed")
        )
        end = EndImport(import_id=self.opened.id, resources=resources, accounts=accounts, there=there, failed=failed)
        async with asyncio.timeout(SECONDS):
            done = await self.caller.execute(end, self.why.reason, self.why.ticket)
        return ImportEnded(resources=resources, accounts=accounts, there=there, failed=failed, position=done.position)


def _failed(entry: Entry, *troubles: Trouble) -> RowDone:
    return RowDone(row=entry.row, outcome="failed", troubles=told(troubles))


def _words(refusal: StrongroomError) -> str:
    return refusal.title if refusal.detail == refusal.title else f"{refusal.title}: {refusal.detail}"


def _stopped(problem: StrongroomError) -> ImportStopped:
    return ImportStopped(problem=name_of(type(problem)), title=problem.title, detail=problem.detail)


def _line(line: ImportLine) -> bytes:
    return line.model_dump_json().encode() + b"\n"
