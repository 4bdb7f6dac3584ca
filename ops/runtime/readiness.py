"""How a process tells whoever started it that it answers: one word through a pipe it inherited."""

from __future__ import annotations

import os

from ops.settings import Settings

WORD = b"ready\n"


def announce(settings: Settings) -> None:
    """Say that this process does its work now. Once; nobody may be listening."""
    if settings.ready_fd is None:
        return
    try:
        os.write(settings.ready_fd, WORD)
        os.close(settings.ready_fd)
    except OSError:
        pass  # told before, or the supervisor is gone: then we are about to end too
