"""The witness as a process: one address, one question."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from ops.crypto import keyfiles
from ops.crypto.signing import SigningKey
from ops.logging import Log, start_logging
from ops.proof.notes import LONGEST, Algorithm, VerifierKey
from ops.runtime import files
from ops.witness.witness import Seen, Witness

ADD = "/add-checkpoint"
PATIENCE = 10.0
KEY = "witness.key"

log = Log("strongroom.witness")


@dataclass(frozen=True, slots=True)
class Plan:
    """As whom, for which logs, where it remembers, and where it listens."""

    name: str
    logs: Sequence[VerifierKey]
    state: Path
    host: str
    port: int


def own_key(name: str, state: Path) -> tuple[SigningKey, VerifierKey]:
    """Made at the first start; the public half is what goes into a policy."""
    files.folder(state, 0o700)
    keyfiles.create(state / KEY)
    key = SigningKey(keyfiles.read_key(state / KEY))
    return key, VerifierKey(name, Algorithm.COSIGNATURE, key.public)


def main(plan: Plan, say: Callable[[str], None]) -> int:
    """Until asked to stop; says first what a policy has to name."""
    start_logging("witness")
    key, public = own_key(plan.name, plan.state)
    say(f"witness NAME {public} http://{plan.host}:{plan.port}")
    with closing(Seen(plan.state)) as seen, listening(Witness(plan.name, key, plan.logs, seen), plan) as server:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
        log.info("the witness is ready", port=server.server_port)
        server.serve_forever(poll_interval=0.1)
    return 0


def listening(witness: Witness, plan: Plan) -> ThreadingHTTPServer:
    """The server, bound and not serving yet. Each request in a thread of its own, none for longer than its patience."""

    class Handler(BaseHTTPRequestHandler):
        timeout = PATIENCE
        server_version = "strongroom-witness"

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if self.path != ADD:
                self.answer(404, f"there is only {ADD}\n")
            elif not length.isdigit() or int(length) > LONGEST:
                self.answer(413, f"send a Content-Length up to {LONGEST}\n")
            else:
                self.answer(*witness.add_checkpoint(self.rfile.read(int(length)).decode("utf-8", "replace")))

        def answer(self, status: int, body: str) -> None:
            log.info("answered", status=status)
            content = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/x.tlog.size" if status == 409 else "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Said by `answer`."""

    return ThreadingHTTPServer((plan.host, plan.port), Handler)
