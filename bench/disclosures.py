"""Disclosures and changes over HTTPS, beside an empty route of the same server and beside OpenBao."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bench import load, openbao
from bench.load import Load, Request
from bench.openbao import OpenBao
from bench.stage import Stage
from bench.trial import Figures, NoResult, Round, Row, Trial, at_least, at_most, figure, ratio
from bench.upped import ROOT
from bench.vault import Login, Vault
from ops.runtime import certificates
from tests.support.servers import free_port

MANY, FEW = 32, 4
SECRETS = 1000
DISCLOSED, CHANGED = "account-password.disclosed", "account.password-changed"
DISCLOSE = json.dumps({"reason": "scheduled maintenance of the database", "ticket": "CHG0012345", "purpose": "view"})
CHANGE = json.dumps({"password": "correct horse battery staple", "reason": "scheduled maintenance"})
PEER_WRITE = json.dumps({"data": {"password": "correct horse battery staple"}})


@contextmanager
def opened(stage: Stage) -> Iterator[Round]:
    vault = stage.vault("disclosures")
    with ExitStack() as stack:
        works = {
            **_ours(stage, vault),
            "empty": _empty(stage, stack, vault),
            **(_peer(stage, stack, vault) if openbao.program() is not None else {}),
        }

        def round_() -> Figures:
            figures: dict[str, float] = {}
            for name in random.sample(list(works), len(works)):
                done = works[name]()
                figures |= {name: done.rate, f"{name}-p50": done.p50, f"{name}-p99": done.p99}
            return figures

        yield round_


Work = Callable[[], Load]


def _ours(stage: Stage, vault: Vault) -> dict[str, Work]:
    disclose = disclosing(stage.folder / "disclose", vault)
    change = load.script_of(stage.folder / "change", _requests(vault, "password", CHANGE))
    seconds = stage.options.seconds
    warm(vault, disclose)
    return {
        "many": lambda: recorded(vault, disclose, MANY, seconds),
        "few": lambda: recorded(vault, disclose, FEW, seconds),
        "changes": lambda: recorded(vault, change, MANY, seconds, CHANGED),
    }


def disclosing(file: Path, vault: Vault) -> Path:
    """A script of disclosures, by all users and of all accounts in turn."""
    return load.script_of(file, _requests(vault, "disclosures", DISCLOSE))


def warm(vault: Vault, script: Path) -> None:
    """Until every account was asked for once: what the api process holds after its first minutes."""
    answered = 0
    while answered < len(vault.accounts):
        answered += load.put(vault.installation.address, script, MANY, 2, answered).requests


def recorded(vault: Vault, script: Path, connections: int, seconds: int, topic: str = DISCLOSED) -> Load:
    """The load, if each of its answers stands in the log."""
    before = vault.head()
    done = load.put(vault.installation.address, script, connections, seconds)
    vault.check(before, topic, done.requests)
    return done


def _requests(vault: Vault, what: str, body: str) -> list[Request]:
    return [
        request(vault.users[number % len(vault.users)], "POST", f"/api/v1/accounts/{account}/{what}", body)
        for number, account in enumerate(vault.accounts)
    ]


def request(who: Login, method: str, path: str, body: str) -> Request:
    return Request(method, path, who.headers["Cookie"], who.headers["X-CSRF-Token"], body=body)


def _empty(stage: Stage, stack: ExitStack, vault: Vault) -> Work:
    port, settings = free_port(), vault.installation.settings
    files = certificates.certificate_file(settings), certificates.key_file(settings)
    argv = [sys.executable, "-m", "bench.empty", str(port), *map(str, files)]
    process = stack.enter_context(subprocess.Popen(argv, cwd=ROOT))
    stack.callback(process.terminate)
    _until_open(port)
    script = load.script_of(stage.folder / "empty", [Request("GET", "/empty")])
    return lambda: load.put(f"https://127.0.0.1:{port}", script, MANY, stage.options.seconds)


def _until_open(port: int) -> None:
    for _ in range(200):
        try:
            urlopen(f"https://127.0.0.1:{port}/", timeout=1)
        except URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                return  # it speaks TLS: that is all we need to know
        time.sleep(0.05)
    raise NoResult("the empty route did not start")


def _peer(stage: Stage, stack: ExitStack, vault: Vault) -> dict[str, Work]:
    settings, seconds = vault.installation.settings, stage.options.seconds
    certificate, key = certificates.certificate_file(settings), certificates.key_file(settings)
    peer = stack.enter_context(openbao.running(certificate, key, SECRETS))
    read = load.script_of(stage.folder / "peer-read", _of_peer(peer, "GET", ""))
    write = load.script_of(stage.folder / "peer-write", _of_peer(peer, "POST", PEER_WRITE))
    return {
        "peer-many": lambda: load.put(peer.address, read, MANY, seconds),
        "peer-few": lambda: load.put(peer.address, read, FEW, seconds),
        "peer-writes": lambda: load.put(peer.address, write, MANY, seconds),
    }


def _of_peer(peer: OpenBao, method: str, body: str) -> Sequence[Request]:
    return [Request(method, f"/v1/kv/data/{number}", token=peer.token, body=body) for number in range(SECRETS)]


DISCLOSURES = Trial(
    "disclosures",
    (
        Row("disclosures-empty-route", f"disclosures over HTTPS, {MANY} connections, of an empty FastAPI route",
            at_least(0.5), ratio("many", "empty")),
        Row("disclosures-p99", f"disclosures, {FEW} connections, p99", at_most(10, "ms"), figure("few-p99")),
        Row("disclosures-openbao", f"disclosures, {MANY} connections, of OpenBao's KV v2 read with file audit",
            at_least(1.3), ratio("many", "peer-many"), peers=True),
        Row("disclosures-openbao-p99", "their p99, of OpenBao's",
            at_most(1), ratio("many-p99", "peer-many-p99"), peers=True),
        Row("disclosures-openbao-few", f"the same with {FEW} connections",
            at_least(0.7), ratio("few", "peer-few"), peers=True),
        Row("changes-openbao", f"changes of a password, {MANY} connections, of OpenBao's KV v2 write on raft",
            at_least(3), ratio("changes", "peer-writes"), peers=True),
    ),
    opened,
)  # fmt: skip
