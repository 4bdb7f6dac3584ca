"""Agreement: the rows of an import held against each other. Of two that contradict each other neither is believed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace

from domain.columns import Column, Columns
from domain.entries import Entry, Trouble, entry_of
from domain.ids import folded
from domain.resources import ResourceType
from domain.sheets import Sheet

NAMED = 5
"""So many rows are named in a message; of more it says only that there are more."""
SAID: dict[Column, Callable[[Entry], str | int | None]] = {
    Column.TYPE: lambda entry: entry.named_type,
    Column.ADDRESS: lambda entry: folded(entry.address),
    Column.PORT: lambda entry: entry.port,
    Column.RESOURCE_DESCRIPTION: lambda entry: entry.resource_description,
}
"""What the rows of one resource say of it, each or one for all."""


def entries_of(sheet: Sheet, columns: Columns, usual: ResourceType | None) -> tuple[Entry, ...]:
    """The rows of a file in their order. `usual` is the type of a new resource whose rows name none."""
    by_resource: dict[str, list[Entry]] = defaultdict(list)
    alone: list[Entry] = []
    for line in sheet.lines:
        entry = entry_of(line, len(sheet.headings), columns)
        (by_resource[folded(entry.resource)] if entry.resource else alone).append(entry)
    for rows in by_resource.values():
        alone += _without_doubles(_agreed(rows, usual))
    return tuple(sorted(alone, key=lambda entry: entry.row))


def _agreed(rows: list[Entry], usual: ResourceType | None) -> list[Entry]:
    """Each row with all that the rows of its resource say of it together, or with what they say differently."""
    against = tuple(_contradictions(rows))
    named = next((each.named_type for each in rows if each.named_type), None)
    address = next((each.address for each in rows if each.address), "")
    port = next((each.port for each in rows if each.port), None)
    words = next((each.resource_description for each in rows if each.resource_description), "")
    return [
        replace(
            each,
            named_type=named,
            type=named or usual,
            address=address,
            port=port,
            resource_description=words,
            troubles=(*each.troubles, *against),
        )
        for each in rows
    ]


def _contradictions(rows: list[Entry]) -> Iterable[Trouble]:
    for column, said in SAID.items():
        telling = [each for each in rows if said(each)]
        if len({said(each) for each in telling}) > 1:
            yield Trouble(column, f"{_rows(telling)} say different things of this resource. Make them agree.")


def _without_doubles(rows: list[Entry]) -> list[Entry]:
    """A row that says what an earlier one said is marked; an account that is said to be different things, refused."""
    by_username: dict[str, list[Entry]] = defaultdict(list)
    for each in rows:
        by_username[each.username].append(each)
    return [each for same in by_username.values() for each in _one_account(same)]


def _one_account(rows: list[Entry]) -> list[Entry]:
    first, *others = rows
    if not first.username or not others:
        return rows
    if all((each.password, each.account_description) == (first.password, first.account_description) for each in others):
        return [first, *(replace(each, same_as=first.row) for each in others)]
    message = f"{_rows(rows)} name this account with different passwords or descriptions. Keep the right one."
    against = Trouble(Column.ACCOUNT, message)
    return [replace(each, troubles=(*each.troubles, against)) for each in rows]


def _rows(entries: list[Entry]) -> str:
    """Rows 2, 5 and 9."""
    *before, last = [str(each.row) for each in entries[:NAMED]]
    more = len(entries) - NAMED
    return f"Rows {', '.join([*before, last])} and {more} more" if more > 0 else f"Rows {', '.join(before)} and {last}"
