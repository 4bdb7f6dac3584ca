"""Where the instance over a state folder listens: noted by its supervisor for those who only know the folder."""

from __future__ import annotations

import json
from pathlib import Path

from ops.runtime import files
from ops.settings import Settings

NOTED = ("host", "port", "nats_port")


def note(settings: Settings) -> None:
    content = {name: getattr(settings, name) for name in NOTED}
    files.write(_file(settings), json.dumps(content).encode(), 0o644)


def as_noted(settings: Settings) -> Settings:
    """The settings of the instance that runs; as they are when it has noted nothing that could be read."""
    try:
        noted = json.loads(_file(settings).read_text())
        return settings.with_(host=str(noted["host"]), port=int(noted["port"]), nats_port=int(noted["nats_port"]))
    except (OSError, ValueError, KeyError, TypeError):
        return settings


def _file(settings: Settings) -> Path:
    """True while the supervisor's lock is held."""
    return settings.state / "listening.json"
