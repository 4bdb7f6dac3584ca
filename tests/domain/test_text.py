"""What people may write."""

from __future__ import annotations

import pytest

from domain import text
from domain.errors import Invalid


def test_a_name_is_kept_trimmed_and_in_one_spelling() -> None:
    assert text.name_of("  Cafe\u0301 ", "name") == "Café"


@pytest.mark.parametrize(
    "name",
    ["", "   ", "a\nb", "a\x00b", "a\x7fb", "a\u202eb", "a\u200bb", "a\u00a0b", "a\ud800b", "x" * 201],
    ids=["empty", "blank", "lines", "nul", "delete", "turned round", "zero width", "hard space", "surrogate", "long"],
)
def test_a_name_that_hides_something_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        text.name_of(name, "username")
    assert refusal.value.field == "username"


def test_a_description_may_have_lines() -> None:
    assert text.description_of(" one\r\ntwo\tthree ") == "one\ntwo\tthree"


@pytest.mark.parametrize("description", ["a\x1b[31m", "x" * 2001, "a\u2028b"])
def test_a_description_that_cannot_be_shown_is_refused(description: str) -> None:
    with pytest.raises(Invalid):
        text.description_of(description)


@pytest.mark.parametrize("address", ["web-1.example.org", "192.0.2.7", "2001:db8::7", "münchen.example"])
def test_hosts_and_addresses_are_accepted(address: str) -> None:
    assert text.address_of(f" {address} ") == address


@pytest.mark.parametrize(
    "address",
    ["", "-oProxyCommand=x", "root@web", "https://web", "a b", "[::1]:22", "fe80::1%eth0", "x" * 254, "a\x00b"],
)
def test_an_address_is_a_host_alone(address: str) -> None:
    with pytest.raises(Invalid):
        text.address_of(address)


def test_an_email_address_may_be_left_out() -> None:
    assert text.email_of(None) is None
    assert text.email_of(" a@example.org ") == "a@example.org"


@pytest.mark.parametrize("email", ["", "a", "a@", "a b@c", "a@b@c", "a@b\x00", "x" * 250 + "@b.org"])
def test_what_is_no_email_address_is_refused(email: str) -> None:
    with pytest.raises(Invalid):
        text.email_of(email)
