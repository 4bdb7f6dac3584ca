"""How the company's people come to the vault, and how they leave it again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import TypeVar
from uuid import UUID

from commands.base import Caller, Command
from commands.demonstration.company import AGENTS, TICKETS, WHY, Employee
from commands.demonstration.stage import INSIDE, Stage
from commands.sessions import EndLeftSession, SignOut
from commands.sign_ins import SignedIn, SignInWithPassword
from domain.errors import SignInRefused
from domain.provenance import ActorKind, Channel
from domain.secrets import Secret

T = TypeVar("T")
Deed = Callable[[], Awaitable[None]]
Progress = Callable[[int, int], None]
MINUTE = timedelta(minutes=1)


@dataclass
class Member:
    """Somebody with a password of his own, who may be signed in just now."""

    employee: Employee
    password: Secret
    id: UUID
    session: SignedIn | None = None
    gone: bool = False

    @property
    def name(self) -> str:
        return self.employee.username


@dataclass
class Office:
    """The people, the clock they live by, and what is due when. What is due after `ends` does not happen."""

    stage: Stage
    chance: Random
    ends: datetime
    worker_run: UUID | None = None
    people: dict[str, Member] = field(default_factory=dict)
    _due: list[tuple[datetime, int, Deed]] = field(default_factory=list)
    _order: count[int] = field(default_factory=count)

    def at(self, moment: datetime, deed: Deed) -> None:
        heappush(self._due, (moment, next(self._order), deed))

    async def live(self, days: Progress) -> None:
        """Do what is due, in its order; `days` hears how many of them are over."""
        first = self._due[0][0]
        while self._due:
            moment, _, deed = heappop(self._due)
            days((moment - first).days, (self.ends - first).days)
            if moment < self.ends:
                self.stage.clock.to(moment)
                await deed()

    async def visit(self, who: str, deeds: Sequence[Callable[[Member], Awaitable[None]]]) -> None:
        """Sign in, do it, and leave: by signing out, or by letting the session come to its end."""
        member = self.people[who]
        if self.chance.random() < 0.08:
            await self.mistype(who)
        await self._enter(member)
        for deed in deeds:
            self.stage.clock.turn(self.chance.uniform(0.5, 6) * MINUTE)
            await deed(member)
        await self._leave(member)

    async def does(self, member: Member, command: Command[T], why: bool = False) -> T:
        """Have the vault do it, for a reason and a ticket if it takes one."""
        assert member.session is not None
        caller = Caller(
            kind=ActorKind.USER, id=member.id, channel=Channel.CONSOLE, session=member.session.session_id,
            reason=self.chance.choice(WHY) if why else None, ticket=self._ticket() if why else None, source=INSIDE,
        )  # fmt: skip
        return (await self.stage.api.execute(command, caller)).value

    async def mistype(self, who: str, source: str = INSIDE) -> None:
        """Somebody tries with a password that it is not."""
        with suppress(SignInRefused):
            await self.stage.as_nobody(self._sign_in(who, Secret("not this one, sorry"), source), source)

    async def _enter(self, member: Member) -> None:
        self.stage.clock.turn(MINUTE)
        member.session = await self.stage.as_nobody(self._sign_in(member.name, member.password, INSIDE))

    async def _leave(self, member: Member) -> None:
        assert member.session is not None
        if self.chance.random() < 0.7 or member.session.ends_at >= self.ends:
            self.stage.clock.turn(self.chance.uniform(1, 20) * MINUTE)
            await self.does(member, SignOut())
        else:
            self.at(member.session.ends_at + MINUTE, self._ender(member.session.session_id))
        member.session = None

    def _ender(self, session_id: UUID) -> Deed:
        async def end() -> None:
            assert self.worker_run is not None
            await self.stage.as_worker(self.worker_run, EndLeftSession(session_id=session_id, idle=False))

        return end

    def _sign_in(self, who: str, password: Secret, source: str) -> SignInWithPassword:
        address = source.replace("0/24", str(self.chance.randint(2, 250)))
        return SignInWithPassword(username=who, password=password, address=address, agent=self.chance.choice(AGENTS))

    def _ticket(self) -> str | None:
        if self.chance.random() < 0.25:
            return None
        return f"{self.chance.choice(TICKETS)}{self.chance.randint(10_000, 99_999):07}"
