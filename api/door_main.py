"""The process at the door of a sealed vault: the certificate and the port, and no key of the vault."""

from __future__ import annotations

import socket
from pathlib import Path

import uvloop

from api.door import Desk, Door
from api.observed import Observed
from api.server import LATE, Server, listen
from api.tls import allowed_hosts, loaded
from ops.logging import start_logging
from ops.runtime import certificates, privileges
from ops.runtime.process import StartError
from ops.settings import Settings
from ops.telemetry import start_telemetry


def main(settings: Settings) -> int:
    """Until the roots are open: then the supervisor ends it, and starts the vault."""
    if settings.unseal_fd is None:
        raise StartError("`strongroom up` starts the door of a sealed vault: nobody else has anything behind it")
    start_logging("door")
    start_telemetry("door", None if settings.traces is None else Path(settings.traces))
    certificate = loaded(certificates.certificate_file(settings), certificates.key_file(settings))
    hosts = allowed_hosts(certificate.names(), settings.port)
    listening = listen(settings.host, settings.port)
    privileges.drop(settings, *LATE)
    with socket.socket(fileno=settings.unseal_fd) as channel:
        app = Observed(Door(Desk(channel), hosts))
        uvloop.run(Server(app, certificate, settings).serve([listening]))
    return 0
