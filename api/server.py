"""uvicorn, as it serves here: a port that is shared, TLS, bounded HTTP/1.1, and a stop that lets browsers go first."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn

from api.protocol import BoundedProtocol
from api.tls import Certificate
from ops.logging import Log
from ops.runtime.process import StartError
from ops.runtime.readiness import announce
from ops.settings import Settings

LOG = Log("strongroom.api")
LATE = (
    "anyio._backends._asyncio",
    "uvicorn.lifespan.off",
    "uvicorn.protocols.http.httptools_impl",
    "psycopg._copy",
    "psycopg.pq._debug",
)
"""Modules that are imported only when they are needed: afterwards we may not be able to read them."""


class Server(uvicorn.Server):
    """uvicorn, which says when it is ready, and lets go of what is held open before it stops."""

    def __init__(
        self, app: object, certificate: Certificate, settings: Settings, on_stop: Callable[[], None] = lambda: None
    ) -> None:  # fmt: skip
        super().__init__(configured(app, certificate))
        self._on_stop = on_stop
        self._settings = settings

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        announce(self._settings)
        LOG.info("serving", port=self._settings.port)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._on_stop()
        await super().shutdown(sockets)


def configured(app: object, certificate: Certificate) -> uvicorn.Config:
    """How uvicorn serves here: TLS and bounded HTTP/1.1, and nothing that it would write or guess by itself."""
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        loop="none",
        http=BoundedProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        backlog=2048,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=5,
        ssl_context_factory=lambda _config, _default: certificate.context,
    )


def listen(host: str, port: int) -> socket.socket:
    """The port, shared with any other api process on this machine: the kernel deals connections out."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        raise StartError(
            f"cannot listen on {host} port {port} ({error.strerror}): choose another with STRONGROOM_HOST and "
            "STRONGROOM_PORT"
        ) from error
    listening.set_inheritable(False)
    return listening
