"""The year: what is due on which day, drawn from a seed: the same seed tells the same story of a year."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from random import Random

from commands.demonstration import company
from commands.demonstration.beginnings import Beginnings
from commands.demonstration.changes import Changes
from commands.demonstration.deeds import Deeds
from commands.demonstration.office import MINUTE, Member, Office, Progress
from commands.demonstration.repairs import Repairs
from commands.demonstration.rights import Holdings
from commands.demonstration.stage import OUTSIDE, Stage
from commands.set_up import SetUp
from domain.secrets import Secret

DAYS = 364
ADDED_BY, SHARES, VISITS = 90, 150, 900
"""By which day all systems are in; how many shares are given; how often somebody comes to work with passwords."""
SATURDAY = 5
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class Year:
    """Ends where it is told to, and begins a year earlier."""

    def __init__(
        self, stage: Stage, passwords: Mapping[str, Secret], ends: datetime, seed: int, visits: int = VISITS
    ) -> None:
        self._visits = visits
        self._chance = Random(seed)
        self._begins = begins(ends)
        self._holdings = Holdings()
        self._office = Office(stage, self._chance, ends)
        self._first = Beginnings(self._office, self._holdings, dict(passwords))
        self._changes = Changes(self._office, self._holdings)
        self._deeds = Deeds(self._office, self._holdings, Repairs(self._office))

    async def happen(self, set_up: SetUp, why: str, days: Progress = lambda done, of: None) -> None:
        self._office.at(self._begins, lambda: self._first.open_vault(set_up, why))
        self._office.at(self._begins + MINUTE, self._first.start)
        self._come()
        self._share()
        self._work()
        self._change()
        await self._office.live(days)

    def _come(self) -> None:
        """People first, then the systems of each in turn."""
        for employee in company.COLLEAGUES:
            self._on(employee.joins, company.FOUNDER.username, self._first.joining(employee))
        for number, system in enumerate(company.systems()):
            self._on(5 + number * (ADDED_BY - 5) // company.RESOURCES, system.owner, self._first.adding(system))

    def _share(self) -> None:
        for number in range(SHARES):
            owner = company.OWNERS[number % len(company.OWNERS)]
            self._on(12 + number * 330 // SHARES, owner, self._first.share)
            if number % 3 == 2:
                self._on(40 + number * 310 // SHARES, owner, self._changes.revoke)

    def _work(self) -> None:
        """More and more often, as there is more to come for."""
        names = [employee.username for employee in (company.FOUNDER, *company.COLLEAGUES)]
        for _ in range(self._visits):
            self._on(int(10 + (DAYS - 10) * self._chance.random() ** 0.8), self._chance.choice(names))

    def _change(self) -> None:
        changes, mira = self._changes, company.FOUNDER.username
        for day, deed in ((20, changes.set_rules), (185, changes.widen), (276, changes.narrow), (230, changes.forget)):
            self._on(day, mira, deed)
        self._on(290, mira, changes.part)
        for day, who in ((120, "mira"), (170, "jonas"), (250, "tomasz"), (320, "mira")):
            self._on(day, who, changes.hand_over)
        for day in range(100, 350, 12):
            self._on(day, company.OWNERS[day % len(company.OWNERS)], changes.move)
            self._on(day + 3, company.OWNERS[day // 3 % len(company.OWNERS)], changes.describe)
        self._office.at(self._moment(210), self._attack)

    def _on(self, day: int, who: str, *deeds: Callable[[Member], Awaitable[None]]) -> None:
        """He comes at some time of that day, or not at all when he does not belong to the company by then."""

        async def come() -> None:
            member = self._office.people.get(who)
            if member is not None and not member.gone:
                await self._office.visit(who, deeds or self._deeds.of_a_visit())

        self._office.at(self._moment(day), come)

    async def _attack(self) -> None:
        """Somebody far away tries the first administrator's name seven times within a minute."""
        for _ in range(7):
            self._office.stage.clock.turn(self._chance.uniform(1, 9) * timedelta(seconds=1))
            await self._office.mistype(company.FOUNDER.username, OUTSIDE)

    def _moment(self, day: int) -> datetime:
        """Working hours, a little wider; what falls on a weekend mostly waits until Monday."""
        moment = self._begins + day * DAY + self._chance.uniform(0, 10) * HOUR + 2 * MINUTE
        waits = moment.weekday() >= SATURDAY and self._chance.random() < 0.85
        return moment + (7 - moment.weekday()) * DAY if waits else moment


def begins(ends: datetime) -> datetime:
    """The first day's morning."""
    return (ends - DAYS * DAY).replace(hour=7, minute=30, second=0, microsecond=0)
