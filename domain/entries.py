"""Entries: the rows of an import as resources and accounts, each with all that is wrong with it by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

from domain import text
from domain.columns import Column, Columns, type_of
from domain.errors import Invalid
from domain.passwords import check_account_password
from domain.resources import ResourceType
from domain.secrets import Secret
from domain.sheets import LONGEST_CELL, Line

T = TypeVar("T")
KINDS = ", ".join(ResourceType)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a row, where (None: with the whole of it), and what to do; never what stands in a cell."""

    column: Column | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row: an account with the resource it is on, or a resource alone. Empty is what the row does not say."""

    row: int
    resource: str = ""
    named_type: ResourceType | None = None
    type: ResourceType | None = None
    """The one that is named, or that of all rows that name none."""
    address: str = ""
    port: int | None = None
    resource_description: str = ""
    username: str = ""
    account_description: str = ""
    password: Secret | None = None
    troubles: tuple[Trouble, ...] = ()
    same_as: int | None = None
    """The earlier row that says just the same."""


def entry_of(line: Line, width: int, columns: Columns) -> Entry:
    """What a row says. One with too few or too many cells says nothing: its password may stand anywhere."""
    if len(line.cells) != width:
        message = (
            f"It has {len(line.cells)} cells, the headings are {width}."
            " Put cells that hold separators or line breaks into quotation marks."
        )
        return Entry(row=line.row, troubles=(Trouble(None, message),))
    return _Reader(line, columns).entry()


@dataclass(slots=True, repr=False)
class _Reader:
    """Reads one row's cells, and notes what it stumbles over."""

    line: Line
    columns: Columns
    troubles: list[Trouble] = field(default_factory=list)

    def entry(self) -> Entry:
        nowhere: tuple[str, int | None] = ("", None)
        address, port = self._read(Column.ADDRESS, place_of, nowhere)
        named = self._read(Column.PORT, port_of, None)
        username = self._read(Column.ACCOUNT, lambda cell: text.name_of(cell, "account"), "")
        return Entry(
            row=self.line.row,
            resource=self._resource(),
            named_type=self._read(Column.TYPE, kind_of, None),
            address=address,
            port=port if named is None else named,
            resource_description=self._read(Column.RESOURCE_DESCRIPTION, text.description_of, ""),
            username=username,
            account_description=self._read(Column.ACCOUNT_DESCRIPTION, text.description_of, ""),
            password=self._password(username),
            troubles=tuple(self.troubles),
        )

    def _resource(self) -> str:
        if not self._cell(Column.RESOURCE).strip():
            self._stumble(Column.RESOURCE, "Say which resource it is on.")
        return self._read(Column.RESOURCE, lambda cell: text.name_of(cell, "resource"), "")

    def _password(self, username: str) -> Secret | None:
        """Byte for byte as it came, blanks at its ends included; None when one is to be made."""
        cell = self._cell(Column.PASSWORD)
        if not cell:
            return None
        if not username and not self._stumbled(Column.ACCOUNT):
            self._stumble(Column.ACCOUNT, "There is a password but no account that it belongs to.")
        secret = Secret(cell)
        try:
            check_account_password(secret)
        except Invalid as wrong:
            self._stumble(Column.PASSWORD, wrong.detail)
        return secret

    def _read(self, column: Column, read: Callable[[str], T], otherwise: T) -> T:
        """What `read` makes of the cell; `otherwise` if that is empty or wrong."""
        cell = self._cell(column)
        if not cell.strip():
            return otherwise
        try:
            return read(cell)
        except Invalid as wrong:
            self._stumble(column, wrong.detail)
            return otherwise

    def _cell(self, column: Column) -> str:
        at = self.columns.get(column)
        cell = "" if at is None else self.line.cells[at]
        if len(cell) <= LONGEST_CELL:
            return cell
        if not self._stumbled(column):
            self._stumble(column, f"A cell has at most {LONGEST_CELL:,} characters.")
        return ""

    def _stumble(self, column: Column, message: str) -> None:
        self.troubles.append(Trouble(column, message))

    def _stumbled(self, column: Column) -> bool:
        return any(trouble.column is column for trouble in self.troubles)


def kind_of(cell: str) -> ResourceType:
    """The type that the cell names in our words or another program's."""
    kind = type_of(cell)
    if kind is None:
        raise Invalid(f"This is no type that is known here. Say one of: {KINDS}.", "type")
    return kind


def port_of(cell: str) -> int:
    """A number of one to five digits; whether there is such a port the resource says."""
    digits = cell.strip()
    if not (digits.isascii() and digits.isdigit() and 1 <= int(digits[:6]) <= 65535):
        raise Invalid("A port is a number from 1 to 65535.", "port")
    return int(digits)


def place_of(cell: str) -> tuple[str, int | None]:
    """Host and port: of an address that stands alone, or of a URL, whose user, path and query are left behind."""
    if "://" not in cell:
        return text.address_of(cell), None
    if "," in cell or len(cell.split()) > 1:
        raise Invalid("These are several addresses: keep one.", "address")
    try:
        parts = urlsplit(cell.strip())
        return text.address_of(parts.hostname or ""), parts.port
    except ValueError:
        raise Invalid("This is not a URL: give a host name or an IP address alone.", "address") from None
