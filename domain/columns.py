"""Columns: what the cells of an import mean, and under which headings other programs write them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from domain.errors import Invalid
from domain.ids import folded
from domain.resources import ResourceType
from domain.sheets import Cells

LONGEST_HEADING = 60
CERTAIN = 2
"""From so many known headings on, the first row holds headings."""


class Column(StrEnum):
    """What a column of an import means."""

    ACCOUNT = "account"
    PASSWORD = "password"
    RESOURCE = "resource"
    ADDRESS = "address"
    TYPE = "type"
    PORT = "port"
    RESOURCE_DESCRIPTION = "resource_description"
    ACCOUNT_DESCRIPTION = "account_description"


Columns = Mapping[Column, int]
"""Where each stands, counted from 0."""

ALIASES: Mapping[Column, tuple[str, ...]] = {
    Column.ACCOUNT: (
        "login name", "login username", "username", "user name", "user account", "account name", "login", "user",
        "account",
    ),
    Column.PASSWORD: ("login password", "password", "account password"),
    Column.RESOURCE: (
        "resource name", "resource", "title", "name", "system", "server", "host name", "hostname", "host", "account",
    ),
    Column.ADDRESS: (
        "address", "dns name", "dns name/ip address", "ip address", "host name", "hostname", "host", "login uri",
        "resource url", "web site", "website", "url", "uri",
    ),
    Column.TYPE: ("resource type", "type"),
    Column.PORT: ("port",),
    Column.RESOURCE_DESCRIPTION: ("resource description", "description"),
    Column.ACCOUNT_DESCRIPTION: ("account description",),
}  # fmt: skip
"""In ManageEngine's, KeePass's and Bitwarden's files, best first. Notes are nobody's: they often hold secrets, and a
description is read by everybody who sees the thing. Who wants them there says so."""
MISLEADING = {"type": "login username"}
"""A heading that means something else where the other one stands beside it."""

TYPES: Mapping[str, ResourceType] = {
    **{kind.value.replace("-", ""): kind for kind in ResourceType},
    **dict.fromkeys(("unix", "mac", "solaris", "hpunix", "ibmaix", "vmwareesxi", "ssh"), ResourceType.LINUX),
    **dict.fromkeys(("windowsdomain", "windowsserver"), ResourceType.WINDOWS),
    **dict.fromkeys(
        ("mssqlserver", "mysql", "mysqlserver", "postgresql", "oracledb", "oracledbserver", "sybasease"),
        ResourceType.DATABASE,
    ),
    **dict.fromkeys(
        ("ciscoios", "ciscocatos", "ciscopix", "hpprocurve", "junipernetscreen", "network"), ResourceType.NETWORK_DEVICE
    ),
    **dict.fromkeys(("websiteaccounts", "web"), ResourceType.WEBSITE),
}
"""What kinds of system are called elsewhere, without spaces, hyphens and capitals."""


def plain(heading: str) -> str:
    """`Login_Name ` and `login name` are one."""
    return " ".join(folded(heading).replace("_", " ").split())


def guessed(headings: Cells) -> dict[Column, int]:
    """What the headings say by themselves: each known one once. One that stands twice says nothing."""
    named = [plain(each) for each in headings]
    free = {name: at for at, name in enumerate(named) if named.count(name) == 1}
    for name, beside in MISLEADING.items():
        if beside in free:
            free.pop(name, None)
    found: dict[Column, int] = {}
    for column, aliases in ALIASES.items():
        known = next((alias for alias in aliases if alias in free), None)
        if known is not None:
            found[column] = free.pop(known)
    return found


def shown(headings: Cells) -> list[str | None]:
    """The headings as they may be shown. A file without any begins with somebody's password: then none is."""
    if len(guessed(headings)) < CERTAIN:
        return [None] * len(headings)
    return [each.strip() if each.isprintable() and len(each) <= LONGEST_HEADING else None for each in headings]


def checked(columns: Columns, width: int) -> None:
    """Refuse a map that leads outside of the file, or takes the passwords for something that is shown."""
    for column, at in columns.items():
        if not 0 <= at < width:
            raise Invalid(f"The file has {width} columns, counted from 0.", f"columns.{column}")
    secret = columns.get(Column.PASSWORD)
    for column, at in columns.items():
        if column is not Column.PASSWORD and at == secret:
            raise Invalid("This is the column of the passwords: choose another one.", f"columns.{column}")


def type_of(cell: str) -> ResourceType | None:
    """The kind of system that `cell` means, or None."""
    return TYPES.get(folded(cell).translate({ord(char): None for char in " -_"}))
