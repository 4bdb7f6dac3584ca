"""Where the instance over a state folder listens, and whether it could: noted for those who only know the folder."""

from __future__ import annotations

import json
import socket
import time
from pathlib import Path

from ops.runtime import files
from ops.runtime.process import StartError
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


def refuse_taken(settings: Settings) -> None:
    """Say so now, rather than start a child again and again. A child of a killed supervisor may still be ending."""
    wanted = {"STRONGROOM_PORT": (settings.host, settings.port)}
    if settings.nats_url is None:
        wanted["STRONGROOM_NATS_PORT"] = ("127.0.0.1", settings.nats_port)
    for variable, (host, port) in wanted.items():
        for patience in (0.1,) * 20 + (None,):
            if (trouble := cannot_bind(host, port)) is None:
                break
            if patience is None:
                raise StartError(f"cannot listen on {host} port {port} ({trouble}): choose another with {variable}")
            time.sleep(patience)


def cannot_bind(host: str, port: int) -> str | None:
    """Why nobody could listen there now; None when one could."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error.strerror or str(error)
    return None
