"""What people may write: names, descriptions and addresses that show as they are."""

from __future__ import annotations

import re
import unicodedata

from domain.errors import Invalid

NAME_LIMIT = 200
DESCRIPTION_LIMIT = 2000
ADDRESS_LIMIT = 253
_ADDRESS = re.compile(r"[^\s/@?#\[\]%]+")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")


def name_of(value: str, field: str) -> str:
    """A name in one spelling: NFC, trimmed, printable; nothing that hides or turns round what is read."""
    name = unicodedata.normalize("NFC", value).strip()
    if not name:
        raise Invalid("It needs a name.", field)
    if len(name) > NAME_LIMIT:
        raise Invalid(f"A name has at most {NAME_LIMIT} characters.", field)
    if not name.isprintable():
        raise Invalid("A name is one line of visible characters.", field)
    return name


def description_of(value: str, field: str = "description") -> str:
    """A few lines of text, without any other control character."""
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
    if len(text) > DESCRIPTION_LIMIT:
        raise Invalid(f"It has at most {DESCRIPTION_LIMIT} characters.", field)
    if not all(char.isprintable() or char in "\n\t" for char in text):
        raise Invalid("It holds characters that cannot be shown.", field)
    return text


def address_of(value: str) -> str:
    """A host name or an IP address alone: no port, no scheme, nothing that could begin an option."""
    address = value.strip()
    if not 0 < len(address) <= ADDRESS_LIMIT:
        raise Invalid(f"An address has 1 to {ADDRESS_LIMIT} characters.", "address")
    if not address.isprintable() or not _ADDRESS.fullmatch(address) or address.startswith("-"):
        raise Invalid("Give a host name or an IP address alone.", "address")
    return address


def email_of(value: str | None) -> str | None:
    """An address for notices, or none; whether it exists only a mail can tell."""
    if value is None:
        return None
    email = value.strip()
    if len(email) > 254 or not email.isprintable() or not _EMAIL.fullmatch(email):
        raise Invalid("This is not an e-mail address.", "email")
    return email
