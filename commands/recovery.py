"""Going on from a log that is not what was signed: two administrators say so at a terminal, and the log records it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from commands import naming
from commands.base import Caller, Command
from commands.sign_ins import matches
from commands.vault import Vault
from commands.work import Work
from domain.access import Operation
from domain.errors import SignInRefused
from domain.logs import Log, Recovery
from domain.names import NameKind
from domain.secrets import Secret
from domain.sign_ins import SignIn
from domain.users import User

BOTH = 2
Ask = Callable[[int], tuple[str, Secret]]
"""Which of the two is asked → the name and the password that he gives."""


class NotTwo(SignInRefused):
    """They are one, or one of them is no administrator who can sign in."""

    title = "Two administrators have to agree"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverLog(Command[None]):
    """Record what was lost, and under which name the log goes on. That two agreed was seen to before: while the log is
    read-only nobody can sign in."""

    log_id: UUID
    recovery: Recovery

    needs = Operation.SYSTEM_SET_UP

    async def execute(self, work: Work) -> None:
        if len(set(self.recovery.approved_by)) < BOTH:
            raise NotTwo
        (await work.get(Log, Log.create_id(self.log_id))).recover(self.recovery)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeOnPolicy(Command[None]):
    """Record who has to witness the log from now on: two administrators agreed, at a terminal."""

    log_id: UUID
    policy: str
    approved_by: tuple[UUID, ...]

    needs = Operation.SYSTEM_SET_UP

    async def execute(self, work: Work) -> None:
        are_two(self.approved_by)
        (await work.get(Log, Log.create_id(self.log_id))).agree(self.policy, self.approved_by)


async def administrator(vault: Vault, caller: Caller, username: str, password: Secret) -> UUID:
    """Who that is; NotTwo unless he is an administrator who can sign in, and it is his password."""
    work = vault.look(caller)
    user_id = await naming.holder_of(work, NameKind.USERNAME, username.strip())
    user = None if user_id is None else await work.find(User, user_id)
    sign_in = None if user_id is None else await work.find(SignIn, SignIn.create_id(user_id))
    right = await matches(work, sign_in, password)
    if user is None or not right or not user.active or not user.administers:
        raise NotTwo("This is no administrator who can sign in, or not his password.")
    return user.id


async def two_administrators(vault: Vault, caller: Caller, ask: Ask) -> tuple[UUID, ...]:
    """Who they are, asked one after the other; NotTwo when they are not."""
    people = []
    for number in range(1, BOTH + 1):
        name, password = await asyncio.to_thread(ask, number)
        people.append(await administrator(vault, caller, name, password))
    are_two(people)
    return tuple(people)


def are_two(people: Sequence[UUID]) -> None:
    """NotTwo when somebody came twice."""
    if len(set(people)) < BOTH:
        raise NotTwo("The same administrator came twice: another one has to agree.")
