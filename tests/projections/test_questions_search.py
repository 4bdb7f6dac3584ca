"""What is searched, sorted and found: among what one sees anyway, and of people no more than names."""

from __future__ import annotations

from typing import Any

import pytest

from projections.accounts import SORTS as ACCOUNT_SORTS
from projections.accounts import list_accounts
from projections.pages import Page
from projections.resources import SORTS as RESOURCE_SORTS
from projections.resources import list_resources
from projections.sessions import list_sessions, list_sessions_of
from projections.users import SORTS as USER_SORTS
from projections.users import list_people, list_users
from tests.support.company import PEOPLE, Company

FOUND = {  # who, what he types: the resources, the accounts
    ("sid", "WEB"): ("web", "root on web, app on web"),
    ("sid", "10.0.0"): ("mail", ""),
    ("sid", "100%"): ("web", ""),
    ("sid", "%"): ("web", ""),
    ("sid", "_"): ("mail", ""),
    ("sid", "\\"): ("", ""),
    ("sid", "example.org"): ("web, win", ""),
    ("sid", "root"): ("", "root on web, root on mail"),
    ("sid", "of mail"): ("", "root on mail"),
    ("sid", ""): ("web, mail, win", "root on web, app on web, root on mail, Administrator on win"),
    ("admin", "root"): ("", "root on web"),
    ("admin", "mail"): ("", ""),
    ("bob", "web"): ("", ""),
    ("bob", "root"): ("", "root on mail"),
    ("amy", "web"): ("", "root on web"),
    ("tim", "web"): ("", ""),
}


@pytest.mark.parametrize(("name", "q"), FOUND)
async def test_search_finds_what_one_sees_and_takes_every_sign_for_itself(company: Company, name: str, q: str) -> None:
    async with company.told() as ask:
        found = [(await ask(question, name, Page(), q)).items for question in (list_resources, list_accounts)]
    expected = [{company.things[each] for each in said.split(", ") if each} for said in FOUND[name, q]]
    assert [{row.id for row in rows} for rows in found] == expected


async def test_resources_are_found_by_their_type_too(company: Company) -> None:
    async with company.told() as ask:
        listed = (await ask(list_resources, "sid", Page(), None, "windows")).items
    assert [row.name for row in listed] == ["win"]


SORTED = [
    (list_resources, "sid", RESOURCE_SORTS, 3), (list_resources, "admin", RESOURCE_SORTS, 2),
    (list_accounts, "sid", ACCOUNT_SORTS, 4), (list_accounts, "admin", ACCOUNT_SORTS, 3),
    (list_users, "admin", USER_SORTS, len(PEOPLE) + 2),
]  # fmt: skip


@pytest.mark.parametrize(("question", "name", "sorts", "count"), SORTED)
async def test_page_after_page_every_row_comes_once_in_either_order(
    company: Company, question: Any, name: str, sorts: dict[str, object], count: int
) -> None:
    async with company.told() as ask:
        for sort in sorts:
            forth = await pages(ask, question, name, sort)
            assert forth == (await pages(ask, question, name, f"-{sort}"))[::-1], sort
            assert len(set(forth)) == len(forth) == count, sort


async def pages(ask: Any, question: Any, name: str, sort: str) -> list[object]:
    rows: list[object] = []
    page = Page(2, sort)
    while True:
        listed = await ask(question, name, page)
        rows += [row.id for row in listed.items]
        if listed.next_cursor is None:
            return rows
        page = Page(2, sort, listed.next_cursor)


@pytest.mark.parametrize(
    ("q", "found"), [("MIA", "mia"), ("ia", "mia nia"), ("gus", ""), ("ivy", ""), ("example.org", ""), ("%", "")]
)
async def test_people_are_found_by_name_while_they_are_active_and_nothing_more_is_said_of_them(
    company: Company, q: str, found: str
) -> None:
    """Neither who is disabled, nor who has yet to come; and no address of theirs is found out."""
    async with company.told() as ask:
        people = await ask(list_people, "bob", q)
    assert " ".join(each.username for each in people) == found
    assert all(each.__slots__ == ("id", "username", "display_name") for each in people)


async def test_people_come_twenty_at_most(company: Company) -> None:
    async with company.told() as ask:
        assert len(await ask(list_people, "bob", None)) == len(PEOPLE)  # the administrator and all but Gus
        assert len(await ask(list_people, "bob", None, 3)) == 3


@pytest.mark.parametrize(
    ("q", "status", "found"),
    [("ivy@", None, "ivy"), (None, "disabled", "gus"), (None, "invited", "ivy"), ("ia", "active", "mia nia")],
)
async def test_users_are_found_by_name_address_and_status(
    company: Company, q: str | None, status: str | None, found: str
) -> None:
    async with company.told() as ask:
        listed = await ask(list_users, "bob", Page(), q, status)
    assert " ".join(each.username for each in listed.items) == found


async def test_ones_sessions_are_ones_own(company: Company) -> None:
    async with company.told() as ask:
        mine = await ask(list_sessions, "mia")
        hers = await ask(list_sessions_of, "admin", company.people["mia"].id)
    assert [(each.user_id, each.current) for each in mine] == [(company.people["mia"].id, True)]
    assert [(each.id, each.current) for each in hers] == [(mine[0].id, False)]
