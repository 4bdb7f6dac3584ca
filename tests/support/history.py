"""Histories of a vault: what people do to resources, accounts, shares and each other, and what becomes of resets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from commands.access import GrantAccess, RevokeAccess
from commands.accounts import AddAccount, ChangePassword, EditAccount
from commands.base import Command, OnAccount, OnResource, Thing
from commands.disclosures import DisclosePassword
from commands.invitations import InviteAgain
from commands.moves import MoveAccount
from commands.resets import (
    BeginAttempt,
    ConfirmReset,
    DoubtReset,
    FailReset,
    NoteStep,
    OpenReset,
    PutOffReset,
    SettleReset,
)
from commands.resources import AddResource, ChangeResource, PinHostKey, TransferResource
from commands.sessions import EndSession, SignOut
from commands.sign_ins import ChangeOwnPassword
from commands.users import ChangeProfile, DisableUser, EnableUser, GiveRoles, GiveScope
from commands.ways import SetResetWay
from domain.access import ADMINISTRATOR, PASSWORD_USER, Level, Scope
from domain.disclosures import Purpose
from domain.resets import Outcome, Step
from domain.resources import ResourceType
from domain.secrets import Secret
from tests.support.vault import OWN, Person, World

T = TypeVar("T")
HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
MINUTE = timedelta(minutes=1)
Numbers = tuple[int, int, int]
"""What picks among the things there are."""


def pick(things: Sequence[T], number: int) -> T:
    return things[number % len(things)]


class History:
    """A world, and what was made in it. Numbers pick among that, so that any deed can be done at any time."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.people: list[Person] = []
        self.resources: list[UUID] = []
        self.accounts: list[UUID] = []
        self.resets: dict[UUID, UUID] = {}
        """With the account of each."""
        self.attempts: dict[UUID, int] = {}
        self.grants: list[tuple[Thing, UUID]] = []
        self.keyed: list[UUID] = []
        self.refused: list[UUID] = []
        self.probes: list[UUID] = []
        self.looks: list[Command[UUID]] = []
        self.tries: dict[UUID, int] = {}

    async def begin(self) -> None:
        """Two administrators, two users, four resources with a host key and an account each, one of which changes the
        passwords of its resource: so few deeds are in vain."""
        admin = await self.world.administrator()
        self.people.append(admin)
        for name, role in (("boss", ADMINISTRATOR), ("ann", PASSWORD_USER), ("ben", PASSWORD_USER)):
            self.people.append(await self.world.person(admin, name, role))
        for number in range(4):
            await self.add_resource((number, 0, number))
            await self.add_account((number, number, number))
            await self.pin((number, number, 0))
        way = SetResetWay(resource_id=self.resources[2], login_id=self.accounts[2])
        await admin.does(way)
        self.world.clock.turn(MINUTE)

    def person(self, number: int) -> Person:
        """Anybody."""
        return pick(self.people, number)

    def owner(self, number: int) -> Person:
        """Mostly somebody who may."""
        return pick(self.people[:2], number)

    def keeper(self, n: Numbers) -> Person:
        """Mostly whoever had the resource or account with the second number at first."""
        return self.owner(n[1] if n[0] % 4 else n[0])

    def _thing(self, number: int) -> Thing:
        if number % 2:
            return OnAccount(pick(self.accounts, number // 2))
        return OnResource(pick(self.resources, number // 2))

    async def add_user(self, n: Numbers) -> None:
        name = f"user{len(self.people)}"
        role = pick((PASSWORD_USER, ADMINISTRATOR), n[0])
        self.people.append(await self.world.person(self.owner(n[1]), name, role))

    async def add_resource(self, n: Numbers) -> None:
        kind = pick(list(ResourceType), n[1])
        add = AddResource(name=f"host {n[2]}", type=kind, address="10.0.0.1", port=None, description="a host")
        self.resources.append(await self.owner(n[0]).does(add))

    async def add_account(self, n: Numbers) -> None:
        name = f"login{len(self.accounts)}"
        add = AddAccount(resource_id=pick(self.resources, n[1]), username=name, password=Secret("password"))
        self.accounts.append(await self.owner(n[0]).does(add))

    async def change_resource(self, n: Numbers) -> None:
        resource = pick(self.resources, n[1])
        change = ChangeResource(
            resource_id=resource, name=f"renamed {n[2]}", type=ResourceType.LINUX, address="10.0.0.2", port=n[2] + 1
        )
        await self.owner(n[0]).does(change)

    async def pin(self, n: Numbers) -> None:
        key = pick((HOST_KEY, HOST_KEY, None), n[2])
        await self.keeper(n).does(PinHostKey(resource_id=pick(self.resources, n[1]), host_key=key))

    async def edit_account(self, n: Numbers) -> None:
        edit = EditAccount(account_id=pick(self.accounts, n[1]), username=f"edited{n[2]}", description="edited")
        await self.owner(n[0]).does(edit)

    async def move(self, n: Numbers) -> None:
        move = MoveAccount(account_id=pick(self.accounts, n[1]), resource_id=pick(self.resources, n[2]))
        await self.owner(n[0]).does(move)

    async def change_password(self, n: Numbers) -> None:
        await self.person(n[0]).does(ChangePassword(account_id=pick(self.accounts, n[1])))

    async def disclose(self, n: Numbers) -> None:
        show = DisclosePassword(account_id=pick(self.accounts, n[1]), purpose=Purpose.VIEW, number=n[2] % 3 or None)
        await self.person(n[0]).sees(show)

    async def grant(self, n: Numbers) -> None:
        until = self.world.clock() + timedelta(days=n[2]) if n[2] % 3 == 0 else None
        level = pick(list(Level), n[2])
        give = GrantAccess(thing=self._thing(n[1]), user_id=self.person(n[2]).id, level=level, until=until)
        await self.owner(n[0]).does(give)
        self.grants.append((give.thing, give.user_id))

    async def grant_for_a_moment(self, n: Numbers) -> None:
        """Over as soon as the clock is turned."""
        until = self.world.clock() + timedelta(milliseconds=500)
        user = self.person(n[2]).id
        await self.owner(n[0]).does(GrantAccess(thing=self._thing(n[1]), user_id=user, level=Level.VIEW, until=until))

    async def revoke(self, n: Numbers) -> None:
        if self.grants:
            thing, user = pick(self.grants, n[1])
            await self.owner(n[0]).does(RevokeAccess(thing=thing, user_id=user))

    async def transfer(self, n: Numbers) -> None:
        to = self.person(n[2]).id
        await self.owner(n[0]).does(TransferResource(resource_id=pick(self.resources, n[1]), user_id=to))

    async def disable(self, n: Numbers) -> None:
        await self.owner(n[0]).does(DisableUser(user_id=pick(self.people[2:], n[1]).id))

    async def enable(self, n: Numbers) -> None:
        user = pick(self.people[2:], n[1])
        await self.owner(n[0]).does(EnableUser(user_id=user.id))
        await self.sign_in((self.people.index(user), 0, 0))

    async def give_roles(self, n: Numbers) -> None:
        roles = frozenset(pick(((PASSWORD_USER,), (ADMINISTRATOR,), (ADMINISTRATOR, PASSWORD_USER)), n[2]))
        await self.owner(n[0]).does(GiveRoles(user_id=pick(self.people[2:], n[1]).id, roles=roles))

    async def give_scope(self, n: Numbers) -> None:
        scope = pick(list(Scope), n[2])
        await self.owner(n[0]).does(GiveScope(user_id=self.person(n[1]).id, scope=scope))

    async def change_profile(self, n: Numbers) -> None:
        change = ChangeProfile(user_id=self.person(n[1]).id, display_name=f"Shown {n[2]}", email=f"m{n[2]}@example.org")
        await self.owner(n[0]).does(change)

    async def invite_again(self, n: Numbers) -> None:
        await self.owner(n[0]).does(InviteAgain(user_id=pick(self.people[2:], n[1]).id))

    async def sign_in(self, n: Numbers) -> None:
        person = self.person(n[0])
        username = (await self._username(person.id)) or "nobody"
        person.signed_in = (await self.world.enter(username)).signed_in

    async def sign_in_wrongly(self, n: Numbers) -> None:
        await self.world.enter(await self._username(self.person(n[0]).id), "not his password")

    async def sign_out(self, n: Numbers) -> None:
        await self.person(n[0] % len(self.people[2:]) + 2).does(SignOut())

    async def end_session(self, n: Numbers) -> None:
        session = self.person(n[1] % len(self.people[2:]) + 2).signed_in.session_id
        await self.owner(n[0]).does(EndSession(session_id=session))

    async def own_password(self, n: Numbers) -> None:
        await self.person(n[0]).does(ChangeOwnPassword(current=Secret(OWN), new=Secret(OWN + "!")))

    async def open_reset(self, n: Numbers) -> None:
        account = pick(self.accounts, n[1])
        self.resets[await self.keeper(n).does(OpenReset(account_id=account))] = account

    async def begin_attempt(self, n: Numbers) -> None:
        if self.resets:
            reset = pick(list(self.resets), n[0])
            orders = await self.world.performs(BeginAttempt(reset_id=reset, lease=timedelta(milliseconds=500)))
            self.attempts[reset] = orders.attempt

    async def work_on(self, n: Numbers) -> None:
        """Whatever a worker may say of his attempt."""
        if not self.attempts:
            return
        reset = pick(list(self.attempts), n[0])
        given: dict[str, Any] = {"reset_id": reset, "attempt": self.attempts[reset]}
        words = {**given, "because": "it did not answer", "error": "unreachable"}
        sayings: list[Command[None]] = [
            NoteStep(**given, step=pick(list(Step), n[2]), detail="a step"),
            ConfirmReset(**given),
            PutOffReset(**words),
            FailReset(**words),
            DoubtReset(**words),
            SettleReset(**given, outcome=pick(list(Outcome), n[2])),
        ]
        await self.world.performs(pick(sayings, n[1]))

    async def _username(self, user: UUID) -> str:
        added = [event for event in await self.world.events() if event.originator_id == user]
        return str(vars(added[0])["username"])
