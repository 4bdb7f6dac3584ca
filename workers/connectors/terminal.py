"""What a terminal, PAM and crypt carry unchanged; everything else is refused before anything changes."""

from __future__ import annotations

import re
import unicodedata

from domain.secrets import Secret
from workers.connectors.errors import CannotBeCarried

LONGEST = 511
"""Bytes: PAM and crypt end a password after these. The terminal itself would cut a line at 4095."""

ENTRY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@\\-]*\$?")
"""No colon, no space, no leading dash; a backslash and an at sign, for accounts of a domain have them."""

LAST_CONTROL = 0x1F
DELETE = 0x7F


def check_password(password: Secret) -> None:
    """A control character would edit or end the line, or signal the program, instead of arriving."""
    line = as_bytes(password)
    if not line:
        raise CannotBeCarried("an empty password")
    if len(line) > LONGEST:
        raise CannotBeCarried(f"a password longer than {LONGEST} bytes")
    if any(byte <= LAST_CONTROL or byte == DELETE for byte in line):
        raise CannotBeCarried("a password with control characters")


def check_username(username: str) -> None:
    """SSH folds names to NFKC: one that changes by it would sign in as somebody else."""
    if not username or not username.isprintable() or unicodedata.normalize("NFKC", username) != username:
        raise CannotBeCarried("this user name")


def check_entry(username: str) -> None:
    """`chpasswd` reads `name:password`, and `su` a name that is no option: letters, digits and a few signs."""
    if not ENTRY.fullmatch(username):
        raise CannotBeCarried("this user name")


def as_bytes(password: Secret) -> bytes:
    """UTF-8, the only encoding that SSH knows."""
    try:
        return password.reveal().encode()
    except UnicodeEncodeError:
        raise CannotBeCarried("a password that is not Unicode text") from None
