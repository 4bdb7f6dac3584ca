"""Which passwords are accepted at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.passwords import check_account_password, check_own_password
from domain.secrets import Secret


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=1024))
def test_an_account_may_have_any_visible_password(value: str) -> None:
    check_account_password(Secret(value))


@pytest.mark.parametrize("value", ["", "a\x00", "a\nb", "\x1b[A", "a\x7f", "a\x85", "\ud83d", "x" * 1025])
def test_a_password_that_no_resource_could_be_given_is_refused(value: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_account_password(Secret(value), "new_password")
    assert refusal.value.field == "new_password"
    assert not value or value not in refusal.value.detail


@pytest.mark.parametrize("value", ["correct horse", "пароль-пароль", "🔑🗝️🔐🔏🔒🔓🚪🏰🛡️⚔️🧱🗄️"])
def test_a_long_password_of_ones_own_is_accepted(value: str) -> None:
    check_own_password(Secret(value), "alice")


@pytest.mark.parametrize("value", ["short", "x" * 40, "ababababababab", "ab" + "cdefghij" * 20, "a\x00" * 12])
def test_a_weak_password_of_ones_own_is_refused(value: str) -> None:
    with pytest.raises(Invalid):
        check_own_password(Secret(value), "alice")


def test_a_password_is_not_ones_name_however_it_is_written() -> None:
    with pytest.raises(Invalid):
        check_own_password(Secret("ALICE-LIDDELL"), "alice-liddell")
