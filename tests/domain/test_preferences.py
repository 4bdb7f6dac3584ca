"""What people keep at hand, and how much of it; and how large a copy of the trail may be."""

from __future__ import annotations

import pytest

from domain import ids
from domain.access_lists import ObjectKind
from domain.errors import Invalid, NotFound
from domain.exports import MOST, AuditExport, ExportFormat
from domain.preferences import LONGEST, MOST_FILTERS, MOST_STARS, Preferences
from tests.domain.people import ALICE, BOB, OTHER, THING


def saved(name: str, question: str = "outcome=refused") -> Preferences:
    found = Preferences(ALICE)
    found.save_filter(name, question)
    return found


def test_everybody_has_his_own() -> None:
    assert Preferences(ALICE).id == Preferences.create_id(ALICE) != Preferences.create_id(BOB)
    assert Preferences(ALICE).key_scope == ALICE


def test_the_same_name_keeps_the_newer_question_and_the_same_question_changes_nothing() -> None:
    found = saved("Refusals")
    found.save_filter("refusals", "outcome=refused&actor=x")
    found.save_filter("refusals", "outcome=refused&actor=x")
    assert [type(event) for event in found.collect_events()] == [
        Preferences.Begun, Preferences.FilterSaved, Preferences.FilterSaved,
    ]  # fmt: skip
    assert list(found.filters.values()) == [("refusals", "outcome=refused&actor=x")]


@pytest.mark.parametrize(
    ("name", "question"), [("", "q=1"), ("two\nlines", "q=1"), ("x", ""), ("x", "q=\0"), ("x", "q" * (LONGEST + 1))]
)
def test_what_cannot_be_read_is_no_filter(name: str, question: str) -> None:
    with pytest.raises(Invalid):
        saved(name, question)


def test_there_is_an_end_to_what_is_kept() -> None:
    found = Preferences(ALICE)
    for number in range(MOST_FILTERS):
        found.save_filter(f"filter {number}", "q=1")
    found.save_filter("filter 1", "q=2")
    with pytest.raises(Invalid, match="At most 50"):
        found.save_filter("one more", "q=1")
    for _ in range(MOST_STARS):
        found.star(ObjectKind.ACCOUNT, ids.new())
    with pytest.raises(Invalid, match="At most 500"):
        found.star(ObjectKind.ACCOUNT, ids.new())


def test_what_is_removed_is_gone_once() -> None:
    found = saved("Refusals")
    [filter_id] = found.filters
    found.remove_filter(filter_id)
    assert not found.filters
    with pytest.raises(NotFound):
        found.remove_filter(filter_id)


def test_a_thing_is_a_favourite_or_not() -> None:
    found = Preferences(ALICE)
    for _ in range(2):
        found.star(ObjectKind.RESOURCE, THING)
    found.star(ObjectKind.ACCOUNT, OTHER)
    for _ in range(2):
        found.unstar(THING)
    assert found.stars == {OTHER}
    assert [event.TOPIC for event in found.collect_events()] == [  # type: ignore[attr-defined]
        "preferences.begun", "preferences.starred", "preferences.starred", "preferences.unstarred",
    ]  # fmt: skip


def test_a_copy_of_the_trail_has_an_end() -> None:
    AuditExport(ExportFormat.CSV, "{}", MOST, MOST)
    with pytest.raises(Invalid, match="choose a shorter time"):
        AuditExport(ExportFormat.CSV, "{}", MOST + 1, MOST + 1)
