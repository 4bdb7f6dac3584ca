"""Deeds that few do: what one keeps at hand, alarms, roles of a new release, resets that end, what is forgotten."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from commands.alarms import CloseAlarm
from commands.preferences import RemoveFilter, SaveFilter, StarAccount, StarResource, Unstar
from commands.resets import BeginAttempt, ConfirmReset, DoubtReset, NoteStep, OpenReset, SettleReset
from commands.shredding import BeginShredding
from commands.sign_ins import ConfirmSession
from domain.access import ADMINISTRATOR, BUILT_IN_ROLES, Operation
from domain.alarms import AlarmKind
from domain.preferences import Preferences
from domain.resets import Outcome, Step
from domain.secrets import Secret
from domain.shreddings import Forgettable
from tests.support.deeds import DEEDS, Play
from tests.support.history import History, Numbers, pick
from tests.support.vault import OWN, SYSTEM

LEASE = timedelta(minutes=1)


async def star(history: History, n: Numbers) -> None:
    thing = (
        StarAccount(account_id=pick(history.accounts, n[1])),
        StarResource(resource_id=pick(history.resources, n[1])),
    )
    await history.owner(n[0]).does(pick(thing, n[2]))


async def unstar(history: History, n: Numbers) -> None:
    await history.owner(n[0]).does(Unstar(object_id=pick(pick((history.accounts, history.resources), n[2]), n[1])))


async def save_filter(history: History, n: Numbers) -> None:
    """Under few names, so that one is saved over another."""
    await history.owner(n[0]).does(SaveFilter(name=f"filter {n[1] % 3}", question=f"topic={n[2]}"))


async def remove_filter(history: History, n: Numbers) -> None:
    saved = [event for event in await history.world.events() if isinstance(event, Preferences.FilterSaved)]
    if saved:
        kept = pick(saved, n[1])
        keepers = {Preferences.create_id(each.id): each for each in history.people}
        await keepers[kept.originator_id].does(RemoveFilter(filter_id=kept.filter_id))


async def close_alarm(history: History, n: Numbers) -> None:
    """One of few, some of them more than once, and a later look before an earlier one."""
    seen = history.world.clock() - timedelta(seconds=n[2])
    close = CloseAlarm(kind=pick(list(AlarmKind), n[1] % 2), name="audit", position=n[1] % 3, seen_at=seen)
    await history.owner(n[0]).does(close)


async def confirm_session(history: History, n: Numbers) -> None:
    await history.person(n[0]).does(ConfirmSession(password=Secret(OWN)))


async def redefine_roles(history: History, n: Numbers) -> None:
    """As a release does that gives a role less, and the next one that gives it back."""
    less = BUILT_IN_ROLES[ADMINISTRATOR] - {Operation.AUDIT_READ}
    with pytest.MonkeyPatch.context() as patch:
        if n[0] % 3 == 0:
            patch.setitem(BUILT_IN_ROLES, ADMINISTRATOR, less)
        await history.world.set_up()


async def reset_at_once(history: History, n: Numbers) -> None:
    """From the wish to the new password, within one lease."""
    reset, attempt = await _attempt(history, n)
    for step in (Step.CONNECTED, Step.HANDING_OVER, Step.VERIFIED):
        await history.world.performs(NoteStep(reset_id=reset, attempt=attempt, step=step, detail="a step"))
    await history.world.performs(ConfirmReset(reset_id=reset, attempt=attempt))


async def reset_in_doubt(history: History, n: Numbers) -> None:
    """Nobody knows which password holds, until somebody has found out."""
    reset, attempt = await _attempt(history, n)
    handed = NoteStep(reset_id=reset, attempt=attempt, step=Step.HANDING_OVER, detail="a step")
    await history.world.performs(handed)
    await history.world.performs(DoubtReset(reset_id=reset, attempt=attempt, because="it went away", error="away"))
    found = BeginAttempt(reset_id=reset, lease=LEASE)
    again = (await history.world.performs(found)).attempt
    await history.world.performs(SettleReset(reset_id=reset, attempt=again, outcome=pick(list(Outcome), n[2])))


async def forget(history: History, n: Numbers) -> None:
    """The newest of what there is, so that much is left; who agrees is in it, their keys stay."""
    people = n[1] % 2 == 0
    things = [each.id for each in history.people[4:]] if people else history.accounts[4:]
    if things:
        two = (history.people[0].id, history.people[1].id)
        kind = Forgettable.USER if people else Forgettable.ACCOUNT
        gone = BeginShredding(subject_id=pick(things, n[2]), kind=kind, event_keys=(), secret_keys=(), approved_by=two)
        await history.world.system.execute(gone, SYSTEM)


async def _attempt(history: History, n: Numbers) -> tuple[UUID, int]:
    reset = await history.keeper(n).does(OpenReset(account_id=pick(history.accounts, n[1])))
    return reset, (await history.world.performs(BeginAttempt(reset_id=reset, lease=LEASE))).attempt


ALL_DEEDS: tuple[Play, ...] = (
    *DEEDS,
    star,
    star,
    unstar,
    save_filter,
    save_filter,
    remove_filter,
    close_alarm,
    confirm_session,
    redefine_roles,
    reset_at_once,
    reset_in_doubt,
    forget,
)
