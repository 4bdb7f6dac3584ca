"""Columns: what other programs' headings mean, and which headings may be shown."""

from __future__ import annotations

import pytest

from domain import columns
from domain.columns import Column, guessed, shown, type_of
from domain.errors import Invalid
from domain.resources import ResourceType

OURS = ("resource", "type", "address", "port", "resource description", "account", "password", "account description")
OURS_FEW = (Column.RESOURCE, Column.ACCOUNT, Column.PORT)
FILES = {
    "ours": (OURS, dict(zip((Column(each.replace(" ", "_")) for each in OURS), range(8), strict=True))),
    "ManageEngine": (
        ("Resource Name", "DNS Name", "Resource Type", "Description", "User Account", "Password", "Notes"),
        {Column.RESOURCE: 0, Column.ADDRESS: 1, Column.TYPE: 2, Column.RESOURCE_DESCRIPTION: 3, Column.ACCOUNT: 4,
         Column.PASSWORD: 5},
    ),
    "KeePass": (
        ("Group", "Title", "Username", "Password", "URL", "Notes", "TOTP", "Icon", "Last Modified", "Created"),
        {Column.RESOURCE: 1, Column.ACCOUNT: 2, Column.PASSWORD: 3, Column.ADDRESS: 4},
    ),
    "KeePass 1": (
        ("Account", "Login Name", "Password", "Web Site", "Comments"),
        {Column.RESOURCE: 0, Column.ACCOUNT: 1, Column.PASSWORD: 2, Column.ADDRESS: 3},
    ),
    "Bitwarden": (
        ("folder", "favorite", "type", "name", "notes", "fields", "reprompt", "login_uri", "login_username",
         "login_password", "login_totp"),
        {Column.RESOURCE: 3, Column.ADDRESS: 7, Column.ACCOUNT: 8, Column.PASSWORD: 9},
    ),
    "capitals and blanks": (("  RESOURCE ", "ACCOUNT", "Port"), dict(zip(OURS_FEW, range(3), strict=True))),
}  # fmt: skip


@pytest.mark.parametrize("program", FILES)
def test_headings_of_other_programs_are_known(program: str) -> None:
    headings, means = FILES[program]
    assert guessed(headings) == means
    assert shown(headings) == [heading.strip() for heading in headings]


def test_notes_become_a_description_by_nobodys_guess() -> None:
    """They hold recovery codes and answers to questions; a description is for everybody who sees the thing."""
    assert "notes" not in {alias for aliases in columns.ALIASES.values() for alias in aliases}


def test_a_heading_that_stands_twice_means_nothing() -> None:
    assert guessed(("resource", "account", "password", "Password")) == {Column.RESOURCE: 0, Column.ACCOUNT: 1}


@pytest.mark.parametrize("first", [("db1", "root", "hunter2"), ("server", "root", "hunter2")])
def test_a_first_row_that_holds_no_headings_is_not_shown(first: tuple[str, ...]) -> None:
    assert shown(first) == [None, None, None]


def test_a_heading_that_is_none_is_not_shown() -> None:
    assert shown(("resource", "account", "x" * 61, "a\nb")) == ["resource", "account", None, None]


@pytest.mark.parametrize(
    "chosen",
    [
        {Column.RESOURCE: 0, Column.PASSWORD: 0},
        {Column.ACCOUNT_DESCRIPTION: 1, Column.PASSWORD: 1},
        {Column.RESOURCE: 3},
    ],
)
def test_passwords_are_taken_for_nothing_else_and_nothing_lies_outside(chosen: dict[Column, int]) -> None:
    with pytest.raises(Invalid):
        columns.checked(chosen, 3)


def test_one_column_may_be_name_and_address() -> None:
    columns.checked({Column.RESOURCE: 0, Column.ADDRESS: 0, Column.PASSWORD: 1}, 2)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("Linux", ResourceType.LINUX),
        ("network-device", ResourceType.NETWORK_DEVICE),
        ("Network device", ResourceType.NETWORK_DEVICE),
        ("MS SQL server", ResourceType.DATABASE),
        ("WindowsDomain", ResourceType.WINDOWS),
        ("Website Accounts", ResourceType.WEBSITE),
        ("toaster", None),
    ],
)
def test_types_are_known_by_other_names(cell: str, kind: ResourceType | None) -> None:
    assert type_of(cell) is kind
