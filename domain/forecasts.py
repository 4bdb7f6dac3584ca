"""Forecasts: what importing a row would do, as far as what is there already tells. It may still end otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from domain.columns import Column
from domain.entries import Entry, Trouble
from domain.ids import folded
from domain.resources import ResourceType

CORRECT = "Give this one another name, or leave the cell empty if it is the same."


class Outcome(StrEnum):
    """What importing a row would do."""

    NEW_RESOURCE = "new_resource"
    NEW_ACCOUNT = "new_account"
    THERE = "there"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Known:
    """A resource of the importer's own, as it is."""

    id: UUID
    name: str
    type: ResourceType
    address: str
    port: int | None


@dataclass(frozen=True, slots=True)
class Holding:
    """It and the login names on it."""

    resource: Known
    usernames: frozenset[str]


@dataclass(frozen=True, slots=True)
class Forecast:
    """A row with what would become of it."""

    entry: Entry
    outcome: Outcome
    troubles: tuple[Trouble, ...] = ()


def forecast(entry: Entry, known: Known | None, is_there: bool) -> Forecast:
    """What importing `entry` would do, with its resource as `known` and the account there or not."""
    if entry.troubles:
        return Forecast(entry, Outcome.ERROR, entry.troubles)
    troubles = tuple(_missing(entry) if known is None else _clashes(entry, known))
    if troubles:
        return Forecast(entry, Outcome.ERROR, troubles)
    if known is None:
        return Forecast(entry, Outcome.NEW_RESOURCE)
    return Forecast(entry, Outcome.THERE if is_there or not entry.username else Outcome.NEW_ACCOUNT)


def forecasts_of(entries: Sequence[Entry], own: Mapping[str, Holding]) -> list[Forecast]:
    """All rows, one after the other: what one adds is there for those behind it. `own` is by folded name."""
    found, begun = [], set[str]()
    for entry in entries:
        name = folded(entry.resource)
        holding = own.get(name)
        known = None if holding is None else holding.resource
        told = forecast(entry, known, holding is not None and entry.username in holding.usernames)
        if told.outcome is Outcome.NEW_RESOURCE and name in begun:
            told = replace(told, outcome=Outcome.NEW_ACCOUNT if entry.username else Outcome.THERE)
        if entry.same_as is not None and told.outcome is not Outcome.ERROR:
            told = replace(told, outcome=Outcome.THERE)
        if told.outcome is Outcome.NEW_RESOURCE:
            begun.add(name)
        found.append(told)
    return found


def _missing(entry: Entry) -> Iterable[Trouble]:
    """What a resource needs before it can be added."""
    if entry.type is None:
        yield Trouble(Column.TYPE, "The resource is new: say its type, or the type of all rows that name none.")
    if not entry.address:
        yield Trouble(Column.ADDRESS, "The resource is new: say its address.")


def _clashes(entry: Entry, known: Known) -> Iterable[Trouble]:
    """A password must not land on another system that happens to have the name. Nothing that is there is changed."""
    if entry.named_type not in (None, known.type):
        yield Trouble(Column.TYPE, f"You have a resource of this name, of type {known.type}. {CORRECT}")
    if entry.address and folded(entry.address) != folded(known.address):
        yield Trouble(Column.ADDRESS, f"You have a resource of this name at {known.address}. {CORRECT}")
    if entry.port not in (None, known.port):
        yield Trouble(Column.PORT, f"You have a resource of this name with {_port(known)}. {CORRECT}")


def _port(known: Known) -> str:
    return "no port" if known.port is None else f"port {known.port}"
