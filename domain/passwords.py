"""Which passwords are accepted at all: those of accounts byte for byte, those of people long enough."""

from __future__ import annotations

import unicodedata

from domain.errors import Invalid
from domain.ids import folded
from domain.secrets import Secret

LONGEST = 1024
SHORTEST_OWN = 12
LONGEST_OWN = 128


def check_account_password(password: Secret, field: str = "password") -> None:
    """Refuse what no resource could be given: everything else is kept exactly as it came."""
    value = password.reveal()
    if not 0 < len(value) <= LONGEST:
        raise Invalid(f"A password has 1 to {LONGEST} characters.", field)
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in value):
        raise Invalid("A password must not hold control characters or broken ones.", field)


def check_own_password(password: Secret, username: str, field: str = "password") -> None:
    """A person's own: long enough to withstand guessing, and not his name. No other rules, which only annoy."""
    check_account_password(password, field)
    value = password.reveal()
    if len(value) < SHORTEST_OWN:
        raise Invalid(f"Your password needs at least {SHORTEST_OWN} characters.", field)
    if len(value.encode()) > LONGEST_OWN:
        raise Invalid(f"Your password may have at most {LONGEST_OWN} bytes.", field)
    if folded(value) == folded(username):
        raise Invalid("Your password must not be your name.", field)
    if len(set(value)) < 4:
        raise Invalid("Your password repeats itself too much.", field)
