"""Rows of an import: each trap has an answer that names its row and column, and no answer holds a password."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.agreement import entries_of
from domain.columns import guessed
from domain.entries import Entry
from domain.forecasts import Holding, Known, Outcome, forecasts_of
from domain.ids import folded
from domain.resources import ResourceType
from domain.secrets import Secret
from domain.sheets import read

HEADINGS = "resource,type,address,port,account,password,resource description,account description"
WEB = "web,linux,web.example,22"
SECRET = "hunter2-🗝"
OWN = {
    "db": Holding(Known(UUID(int=1), "db", ResourceType.DATABASE, "db.example", 5432), frozenset({"postgres", "root"}))
}


def entries(*rows: str, usual: ResourceType | None = None) -> tuple[Entry, ...]:
    sheet = read("\n".join((HEADINGS, *rows)).encode())
    return entries_of(sheet, guessed(sheet.headings), usual)


def outcomes(*rows: str, usual: ResourceType | None = None) -> list[str]:
    return [each.outcome.value for each in forecasts_of(entries(*rows, usual=usual), OWN)]


def troubles(*rows: str) -> list[list[tuple[str | None, str]]]:
    """By row: column and words."""
    found = forecasts_of(entries(*rows), OWN)
    assert not any(SECRET in trouble.message for each in found for trouble in each.troubles)
    return [[(trouble.column, trouble.message) for trouble in each.troubles] for each in found]


@pytest.mark.parametrize(
    "password", [" leading and trailing  ", "=1+1", '"quoted"', "a,b;c", "🗝𝕏", "'", "e\u0301", "\u00a0", "-x", "@x"]
)
def test_a_password_is_kept_as_it_came(password: str) -> None:
    quoted = password.replace('"', '""')
    (entry,) = entries(f'{WEB},root,"{quoted}",,')
    assert entry.password == Secret(password)
    assert entry.troubles == ()


def test_without_a_password_one_will_be_made() -> None:
    (entry,) = entries(f"{WEB},root,,,")
    assert (entry.password, entry.troubles) == (None, ())


def test_names_are_trimmed_and_brought_into_one_spelling() -> None:
    (entry,) = entries('"  e\u0301 ",linux, web.example , 22 , root ,x,,')
    assert (entry.resource, entry.address, entry.port, entry.username) == ("é", "web.example", 22, "root")


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ("web.example", ("web.example", None)),
        ("2001:db8::1", ("2001:db8::1", None)),
        ("https://web.example/login?next=1", ("web.example", None)),
        ("https://me:hunter2@web.example:8443/", ("web.example", 8443)),
        ("https://[2001:db8::1]:8443", ("2001:db8::1", 8443)),
    ],
)
def test_of_a_url_host_and_port_are_taken(cell: str, place: tuple[str, int | None]) -> None:
    (entry,) = entries(f"web,website,{cell},,root,x,,")
    assert (entry.address, entry.port) == place


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (f",linux,web.example,22,root,{SECRET},,", "resource", "which resource"),
        (f'"a\nb",linux,web.example,22,root,{SECRET},,', "resource", "one line"),
        (f"web,toaster,web.example,22,root,{SECRET},,", "type", "linux, windows, database"),
        (f"web,linux,-oProxyCommand=x,22,root,{SECRET},,", "address", "host name"),
        (f'web,linux,"https://a.example,https://b.example",,root,{SECRET},,', "address", "several"),
        (f"web,linux,https://[x,,root,{SECRET},,", "address", "not a URL"),
        (f"web,linux,https://web.example:99999/,,root,{SECRET},,", "address", "not a URL"),
        (f"web,linux,web.example,70000,root,{SECRET},,", "port", "1 to 65535"),
        (f"web,linux,web.example,２２,root,{SECRET},,", "port", "1 to 65535"),
        (f"web,linux,web.example,22,,{SECRET},,", "account", "no account"),
        (f'web,linux,web.example,22,"a\u202eb",{SECRET},,', "account", "visible"),
        (f'web,linux,web.example,22,root,"{SECRET}\n",,', "password", "control characters"),
        (f"web,linux,web.example,22,root,{SECRET * 200},,", "password", "1 to 1024"),
        (f"web,linux,web.example,22,root,{SECRET * 600},,", "password", "4,096"),
        (f"web,linux,web.example,22,root,{SECRET},{'x' * 2001},", "resource_description", "2000"),
        (f"web,linux,web.example,22,root,{SECRET},,{'x' * 2001}", "account_description", "2000"),
        (f"web,linux,web.example,22,root,{SECRET},", None, "It has 7 cells, the headings are 8"),
        (f"web,linux,web.example,22,root,{SECRET},,,", None, "It has 9 cells, the headings are 8"),
        (f"web,,web.example,22,root,{SECRET},,", "type", "The resource is new: say its type"),
        (f"web,linux,,22,root,{SECRET},,", "address", "The resource is new: say its address"),
        (f"db,linux,,,new,{SECRET},,", "type", "of type database"),
        (f"DB,,elsewhere.example,,new,{SECRET},,", "address", "at db.example"),
        (f"db,,,5433,new,{SECRET},,", "port", "with port 5432"),
    ],
)
def test_what_is_wrong_is_said_with_its_column(row: str, column: str | None, words: str) -> None:
    ((found,),) = troubles(row)
    assert found[0] == column
    assert words in found[1]


def test_all_that_is_wrong_with_a_row_is_said_at_once() -> None:
    (found,) = troubles(f",toaster,,0,root,{SECRET},,")
    assert [column for column, _ in found] == ["port", "resource", "type"]


def test_a_row_of_another_length_gives_nothing_away() -> None:
    """A separator in a password that was not quoted has moved the rest of it into the next cell."""
    (entry,) = entries("web,linux,web.example,22,root,hunter2,secret half,,")
    assert (entry.resource, entry.password, entry.account_description) == ("", None, "")


def test_rows_of_a_new_resource_say_together_what_it_is() -> None:
    found = entries("web,linux,,,root,x,,", "WEB,,web.example,,admin,y,,", "web,,,22,ops,z,the shop,")
    assert {(each.type, each.address, each.port, each.resource_description) for each in found} == {
        (ResourceType.LINUX, "web.example", 22, "the shop")
    }
    assert outcomes("web,linux,web.example,,root,x,,", "WEB,,,,admin,y,,") == ["new_resource", "new_account"]


def test_of_rows_that_contradict_each_other_none_is_believed() -> None:
    first, second, other = troubles(
        f"{WEB},root,{SECRET},,", "Web,linux,else.example,22,admin,,,", f"mail{WEB[3:]},a,,,"
    )
    assert first == second == [("address", "Rows 2 and 3 say different things of this resource. Make them agree.")]
    assert other == []


def test_an_account_that_is_named_twice_alike_is_one_and_otherwise_none() -> None:
    alike = f"{WEB},root,{SECRET},,"
    assert outcomes(alike, alike) == ["new_resource", "there"]
    assert [each.same_as for each in entries(alike, alike)] == [None, 2]
    for second in (f"{WEB},root,other,,", f"{WEB},root,,,", f"{WEB},root,{SECRET},,another description"):
        first, again = troubles(alike, second)
        assert first == again
        assert first[0][0] == "account"
        assert "Rows 2 and 3" in first[0][1]
    assert outcomes(f"{WEB},root,x,,", f"{WEB},Root,y,,") == ["new_resource", "new_account"]


def test_many_rows_are_not_all_named() -> None:
    rows = [f"web,linux,h{number}.example,,u{number},,," for number in range(9)]
    assert troubles(*rows)[0][0][1].startswith("Rows 2, 3, 4, 5, 6 and 4 more say")


def test_what_is_there_stays_and_what_is_missing_is_added() -> None:
    assert outcomes("db,,,,postgres,x,,", "db,database,DB.example,5432,new,x,,", "db,,,,,,,", "web,,w,,,,,") == [
        "there", "new_account", "there", "error",
    ]  # fmt: skip
    assert outcomes("web,,web.example,,,,,", usual=ResourceType.OTHER) == ["new_resource"]
    assert outcomes("db,,,,new,x,,", usual=ResourceType.LINUX) == ["new_account"], "said of new ones alone"


def test_a_resource_that_a_bad_row_would_have_begun_is_begun_by_the_next() -> None:
    assert outcomes(f'{WEB},"a\u202eb",x,,', f"{WEB},root,y,,") == ["error", "new_resource"]


def test_names_are_found_as_people_read_them() -> None:
    assert folded("ＤＢ") in OWN
    assert outcomes("ＤＢ,,,,new,x,,") == [Outcome.NEW_ACCOUNT]
