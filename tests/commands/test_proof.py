"""What is critical takes effect once it is proved, and nothing rests on it before."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from commands.disclosures import DisclosePassword
from commands.resources import AddResource
from commands.users import GiveRoles
from domain.access import ADMINISTRATOR
from domain.base import Author
from domain.disclosures import Purpose
from domain.errors import AwaitingProof
from domain.resources import ResourceType
from domain.users import User
from tests.commands.conftest import Server
from tests.support.vault import Person, World

ADD = AddResource(name="db", type=ResourceType.LINUX, address="db.test")


@dataclass
class Proof:
    """Reaches as far as it is told, without waiting."""

    size: int = 1 << 62
    up_to_date: bool = True

    async def covers(self, position: int) -> bool:
        return position <= self.size

    async def keeps_up(self) -> bool:
        return self.up_to_date


@pytest.fixture
def proof(world: World) -> Proof:
    """Of all that stands there when it is asked for, and of no more."""
    return Proof(world.log.head)


def before(world: World, person: Person, proof: Proof) -> Person:
    """The same person at a process that waits for the proof."""
    vault = world.process(Author.API)
    vault._proof = proof
    return replace(person, vault=vault)


async def given(world: World) -> int:
    """How often roles were given to somebody."""
    return sum(isinstance(event, User.RolesGiven) for event in await world.events())


async def test_a_role_that_is_not_proved_lets_nobody_do_anything(
    world: World, admin: Person, alice: Person, proof: Proof
) -> None:
    proof.size = world.log.head
    roles = GiveRoles(user_id=alice.id, roles=frozenset({ADMINISTRATOR}))
    with pytest.raises(AwaitingProof, match=r"Position \d+ has to be signed"):
        await before(world, admin, proof).does(roles)
    assert await given(world) == 1, "it is recorded"
    with pytest.raises(AwaitingProof):
        await before(world, alice, proof).does(ADD)
    proof.size = world.log.head
    await before(world, alice, proof).does(ADD)


async def test_while_witnesses_see_nothing_no_more_of_it_is_recorded(
    world: World, admin: Person, alice: Person
) -> None:
    proof = Proof(up_to_date=False)
    with pytest.raises(AwaitingProof, match="Too few witnesses"):
        await before(world, admin, proof).does(GiveRoles(user_id=alice.id, roles=frozenset({ADMINISTRATOR})))
    assert await given(world) == 0


async def test_what_is_not_critical_waits_for_nobody(world: World, admin: Person, server: Server) -> None:
    proof = Proof(world.log.head, up_to_date=False)
    person = before(world, admin, proof)
    await person.does(ADD)
    await person.sees(DisclosePassword(account_id=server.account, purpose=Purpose.VIEW))


async def test_a_role_is_waited_for_by_whoever_reads_it_in_another_process(
    world: World, admin: Person, alice: Person
) -> None:
    """The one who gave it was told at once; the process in which it is used has a memory of its own."""
    await admin.does(GiveRoles(user_id=alice.id, roles=frozenset({ADMINISTRATOR})))
    proof = Proof(world.log.head - 2)
    with pytest.raises(AwaitingProof):
        await before(world, alice, proof).does(ADD)
