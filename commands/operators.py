"""Who sits at the command line."""

from __future__ import annotations

import os
import pwd


def operator() -> str:
    """Whoever logged in, where that is known: root may be anybody. Root says it himself, so what is no number is not
    believed."""
    said = os.environ.get("SUDO_UID", "") if os.getuid() == 0 else ""
    number = int(said) if said.isascii() and said.isdigit() else os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except (KeyError, OverflowError):
        return str(number)
