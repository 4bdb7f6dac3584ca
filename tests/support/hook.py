"""An HTTPS receiver of webhooks, which answers as it is told and keeps what it took."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from ops.crypto.authority import Authority


@dataclass
class Hook:
    """A receiver of webhooks: answers as told, keeps what it was sent."""

    status: list[int]
    port: int = 0
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    sleeps: threading.Event | None = None

    @property
    def positions(self) -> list[int]:
        return [int(event["sequence"]) for body in self.bodies for event in json.loads(body)]


@contextmanager
def hook(folder: Path, authority: Authority, *status: int, sleeps: bool = False) -> Iterator[Hook]:
    own = authority.issue("localhost", ["localhost"])
    (folder / "hook.pem").write_bytes(own.certificate)
    (folder / "hook.key").write_bytes(own.key)
    it = Hook([*status], sleeps=threading.Event() if sleeps else None)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if it.sleeps is not None:
                it.sleeps.wait(60)
            answer = it.status.pop(0) if it.status else 204
            if answer == 204:
                it.bodies.append(body)
                it.headers.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(answer)
            self.send_header("location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nobody looks."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "hook.pem", folder / "hook.key")
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    it.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield it
    finally:
        if it.sleeps is not None:
            it.sleeps.set()
        server.shutdown()
        server.server_close()
