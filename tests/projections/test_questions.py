"""The questions to the read models, by everybody who has or had something: what is his to see, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from projections.access import account_access, resource_access
from projections.accounts import get_account, list_accounts, list_passwords
from projections.pages import Page
from projections.resets import get_reset, list_resets
from projections.resources import get_resource, list_resources
from tests.support.company import Company

WEB, ROOT, APP = "web", "root on web", "app on web"
EVERYTHING = (WEB, ROOT, APP, "mail", "root on mail", "win", "Administrator on win")


def of(*levels: str) -> dict[str, str]:
    """What somebody has on the resource `web` and its accounts `root` and `app`."""
    return {thing: level for thing, level in zip((WEB, ROOT, APP), levels, strict=True) if level}


HAS = {
    "admin": {**of("OWNER", "OWNER", "OWNER"), "win": "OWNER", "Administrator on win": "OWNER"},
    "sid": {**dict.fromkeys(EVERYTHING, "MANAGE")},
    "bob": {"mail": "OWNER", "root on mail": "OWNER"},
    "max": of("MANAGE", "MANAGE", "MANAGE"),
    "kay": of("MODIFY", "MODIFY", "MODIFY"),
    "mia": of("MODIFY", "MODIFY", "MODIFY"),
    "vic": of("VIEW", "VIEW", "VIEW"),
    "nia": of("MODIFY", "VIEW", "MODIFY"),
    "una": of("VIEW", "MODIFY", "VIEW"),
    "zoe": of("MANAGE", "VIEW", "MANAGE"),
    "amy": of("", "VIEW", ""),
    "ray": {},
    "tim": {},
    "rex": of("VIEW", "VIEW", "VIEW"),
    "ned": of("MODIFY", "MODIFY", "MODIFY"),
    "tea": of("VIEW", "VIEW", "VIEW"),
}
"""By the shares of the company: narrower ones, ones that were revoked, ones that are over."""
ADMINISTRATORS = ("admin", "bob", "kay", "max", "sid", "zoe")


@pytest.mark.parametrize("name", HAS)
async def test_lists_hold_what_one_has_at_the_level_of_the_narrowest_share(company: Company, name: str) -> None:
    async with company.told() as ask:
        resources = (await ask(list_resources, name, Page())).items
        accounts = (await ask(list_accounts, name, Page())).items
    found = {row.id: row.level for row in (*resources, *accounts)}
    assert found == {company.things[thing]: level for thing, level in HAS[name].items()}
    assert len(resources) + len(accounts) == len(found)


async def test_what_is_not_listed_is_not_there_when_it_is_asked_for_by_its_id(company: Company) -> None:
    async with company.told() as ask:
        for name, thing, id in everybody(company):
            row = await ask(get_account if " on " in thing else get_resource, name, id)
            assert (row and row.level) == HAS[name].get(thing), (name, thing)


async def test_a_resource_counts_and_lists_the_accounts_that_one_sees(company: Company) -> None:
    async with company.told() as ask:
        for name, has in HAS.items():
            counted = {row.name: row.accounts for row in (await ask(list_resources, name, Page())).items}
            for thing in ("web", "mail", "win"):
                seen = {each for each in has if each.endswith(f" on {thing}")}
                listed = (await ask(list_accounts, name, Page(), None, company.things[thing])).items
                assert {row.id for row in listed} == {company.things[each] for each in seen}, (name, thing)
                assert counted.get(thing, 0) == (len(seen) if thing in has else 0), (name, thing)


async def test_passwords_and_resets_are_told_of_accounts_that_one_sees(company: Company) -> None:
    async with company.told() as ask:
        for name, thing, account in everybody(company):
            if " on " in thing:
                past = [(each.number, each.current) for each in await ask(list_passwords, name, account)]
                assert past == ([(1, True)] if thing in HAS[name] else []), (name, thing)
        for name, has in HAS.items():
            mine = [company.things["reset"]] if ROOT in has else []
            assert [each.id for each in await ask(list_resets, name, company.things[ROOT])] == mine, name
            one = await ask(get_reset, name, company.things["reset"])
            assert ([] if one is None else [one.id]) == mine, name


async def test_who_has_what_is_for_those_who_manage_it(company: Company) -> None:
    """Whom a narrow share leaves with less on an account does not read that account's list."""
    async with company.told() as ask:
        for name, thing, id in everybody(company):
            if name in ADMINISTRATORS:
                shown = await ask(account_access if " on " in thing else resource_access, name, id)
                assert (shown is not None) == (HAS[name].get(thing) in ("MANAGE", "OWNER")), (name, thing)


async def test_who_has_what_names_owner_and_shares_of_this_very_thing(company: Company) -> None:
    async with company.told() as ask:
        of_web = await ask(resource_access, "max", company.things[WEB])
        of_root = await ask(account_access, "max", company.things[ROOT])
        of_app = await ask(account_access, "max", company.things[APP])
    assert of_web.owner.username == of_root.owner.username == of_app.owner.username == "admin"
    assert [(each.subject.name, each.level) for each in of_root.grants] == [
        ("amy", "VIEW"), ("ned", "VIEW"), ("nia", "VIEW"), ("una", "MODIFY"), ("zoe", "VIEW"),
    ]  # fmt: skip
    assert (
        " ".join(each.subject.name for each in of_web.grants) == "gus ivy kay max mia ned nia rex tea tim una vic zoe"
    )
    assert (of_app.grants, of_app.version) == ([], 0)


SEE = {"account.view", "account.disclose"}
SET = SEE | {"account.change", "account.reset"}
RUN = SET | {"account.edit", "access.view", "access.change"}
RUN_RESOURCE = {"resource.view", "resource.change", "account.add", "access.view", "access.change"}
MAY = {
    WEB: {
        "admin": RUN_RESOURCE | {"resource.transfer"}, "sid": RUN_RESOURCE, "max": RUN_RESOURCE,
        "mia": {"resource.view"}, "vic": {"resource.view"},
    },
    ROOT: {"admin": RUN, "sid": RUN, "max": RUN, "mia": SET, "una": SET, "vic": SEE, "nia": SEE, "zoe": SEE},
}  # fmt: skip


@pytest.mark.parametrize("thing", MAY)
async def test_what_one_may_do_is_what_level_and_role_allow_together(company: Company, thing: str) -> None:
    async with company.told() as ask:
        for name, may in MAY[thing].items():
            row: Any = await ask(get_account if " on " in thing else get_resource, name, company.things[thing])
            assert set(row.may) == may, name


def everybody(company: Company) -> Iterator[tuple[str, str, UUID]]:
    """Every person, with everything there is."""
    return ((name, thing, company.things[thing]) for name in HAS for thing in EVERYTHING)
