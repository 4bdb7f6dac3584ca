"""Reservations of names, and ids."""

from __future__ import annotations

from uuid import UUID, uuid4, uuid5

from hypothesis import given
from hypothesis import strategies as st

from domain import ids
from domain.errors import NameTaken
from domain.names import Name, NameKind
from tests.domain.people import ALICE, BOB
from tests.support.scenario import Scenario

STREAM = UUID(int=99)


def taken() -> Scenario[Name]:
    return Scenario(lambda: Name(id=STREAM, kind=NameKind.USERNAME, holder_id=ALICE))


def test_a_name_has_one_holder() -> None:
    taken().when(lambda n: n.take(BOB)).then_refused(NameTaken)
    taken().when(lambda n: n.take(ALICE)).then_nothing()


def test_a_name_that_was_given_back_can_be_taken() -> None:
    name = taken().when(lambda n: n.release(ALICE)).then(Name.Released).then_it(lambda n: n.holder_id, None)
    name.when(lambda n: n.take(BOB)).then(Name.ReservedAgain, holder_id=BOB)


def test_only_its_holder_gives_a_name_back() -> None:
    taken().when(lambda n: n.release(BOB)).then_nothing()


@given(st.text(max_size=40))
def test_names_that_people_take_for_the_same_are_the_same(name: str) -> None:
    key = b"k" * 32
    assert ids.reserved(key, "username", name) == ids.reserved(key, "username", ids.folded(name))
    assert ids.reserved(key, "username", name) != ids.reserved(key, "resource", name)
    assert ids.reserved(key, "username", name) != ids.reserved(b"l" * 32, "username", name)
    assert ids.reserved(key, "username", name).version == 8


def test_made_ids_sort_by_their_time() -> None:
    assert ids.new().version == 7
    assert ids.new() != ids.new()


def test_a_derived_id_is_the_uuid5_of_its_kind_and_parents() -> None:
    for _ in range(100):
        parent, other = uuid4(), uuid4()
        assert ids.derived("access", parent) == uuid5(parent, "access")
        assert ids.derived("seat", other, parent) == uuid5(parent, f"seat/{other}")


def test_derived_ids_depend_on_kind_and_all_parents() -> None:
    found = {ids.derived("a", ALICE), ids.derived("b", ALICE), ids.derived("a", BOB), ids.derived("a", BOB, ALICE)}
    assert len(found) == 4
