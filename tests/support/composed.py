"""docker-compose.yml without containers: each service's own command, environment and health check, as a plain process.

Volumes become folders of a scratch folder, hosts become ports of loopback, OS users become whoever runs the test. Left
out are what an engine alone can do (users, read-only file systems, limits, networks) and the collector, which is not
ours. PostgreSQL is the wheel's: it speaks no TLS, so a relay does, which lets in whom the volume's pg_hba.conf does.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from ops.runtime.members import BETWEEN
from tests.support.proxy import SOCKET
from tests.support.servers import DatabaseServer, database_server, free_port, scratch
from tests.support.tls_relay import Authority, LetsIn, tls_relay

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
PATIENCE = 60.0
BIN = Path(sys.executable).parent
PROGRAMS = {"python": [sys.executable], "nats-server": [str(BIN / "nats-server")]}
SAYS = {
    "projector": "the projector is ready",
    "signer": "the log is what was signed",
    "api": '"serving"',
    "nats": "Server is ready",
}
STRONGROOM = [sys.executable, "-s", "-E", str(ROOT / "strongroom.py")]
ABSOLUTE = re.compile(r"(?<![\w/])/(?!/)[\w./*-]+")
VARIABLE = re.compile(r"\$\{\w+(?::-([^}]*))?\}")


def composition() -> dict[str, Any]:
    """The file as it is read, anchors resolved."""
    found: dict[str, Any] = YAML(typ="safe", pure=True).load(FILE)
    return found


def plain(text: str) -> str:
    """With no variable of the shell set."""
    return VARIABLE.sub(lambda found: found[1] or "", text)


@dataclass
class Composed:
    """The services of the file, over one scratch folder."""

    folder: Path
    services: Mapping[str, Any] = field(default_factory=lambda: composition()["services"])
    swaps: dict[str, str] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("nats-1", "nats-2", "nats-3"):
            self.ports[name] = port_and_route()
            self.swaps[f"{name}:4222"] = f"localhost:{self.ports[name]}"
        self.ports["db"] = free_port()
        self.swaps["host=db port=5432"] = f"host=localhost port={self.ports['db']}"
        self.swaps["--database=db"] = "--database=localhost"

    def root(self, name: str) -> Path:
        """What the service sees as `/`: its mounts, and nothing else."""
        return self.folder / "roots" / name

    def mount(self, name: str) -> None:
        """A volume lies where it is mounted first: for who makes it that is a folder, as it is in a container."""
        for mounted in self.services[name].get("volumes", ()):
            source, target = mounted.split(":")[:2]
            there = ROOT / source if source.startswith("./") else self.folder / "volumes" / source
            here = self.root(name) / target.lstrip("/")
            here.parent.mkdir(parents=True, exist_ok=True)
            if not there.exists():
                here.mkdir()
                there.parent.mkdir(exist_ok=True)
                there.symlink_to(here)
            if not here.exists():
                here.symlink_to(there)

    def mapped(self, name: str, text: str) -> str:
        text = plain(text)
        for ours, theirs in self.swaps.items():
            text = text.replace(ours, theirs)
        text = re.sub(r"^(--owner=[\w-]+)=\d+$", rf"\1={os.geteuid()}", text)
        return ABSOLUTE.sub(lambda path: f"{self.root(name)}{path[0]}", text)

    def environment(self, name: str) -> dict[str, str]:
        given = {
            key: self.mapped(name, str(value)) for key, value in self.services[name].get("environment", {}).items()
        }
        if given.get("STRONGROOM_HOST") == "0.0.0.0":
            given["STRONGROOM_HOST"] = "127.0.0.1"
        if "STRONGROOM_PORT" in given:
            given["STRONGROOM_PORT"] = str(self.ports.setdefault(name, free_port()))
        return {**given, "PATH": f"{BIN}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}

    def argv(self, name: str) -> list[str]:
        service = self.services[name]
        entry = service.get("entrypoint")
        program = STRONGROOM if entry is None else PROGRAMS[entry[0]]
        return [*program, *(self.mapped(name, word) for word in service["command"])]

    def start(self, name: str) -> subprocess.Popen[bytes]:
        self.mount(name)
        inside = self.root(name) / self.services[name].get("working_dir", "/").lstrip("/")
        inside.mkdir(parents=True, exist_ok=True)
        with open(self.log(name), "ab") as output:
            self.running[name] = subprocess.Popen(
                self.argv(name), env=self.environment(name), cwd=inside, stdout=output, stderr=output
            )
        return self.running[name]

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def run(self, name: str) -> str:
        """A service that ends: all that it said, when it ended well."""
        code = self.start(name).wait(PATIENCE)
        assert code == 0, f"{name} ended with {code}: {self.log(name).read_text()}"
        return self.log(name).read_text()

    def is_healthy(self, name: str) -> bool:
        words = self.services[name]["healthcheck"]["test"]
        asked = [*PROGRAMS[words[1]], *(self.mapped(name, word) for word in words[2:])]
        environment = {**self.environment(name), "PYTHONPATH": str(ROOT)}
        done = subprocess.run(asked, env=environment, cwd=self.root(name), capture_output=True, check=False, timeout=30)
        return done.returncode == 0

    def until_healthy(self, *names: str) -> None:
        """By their own health checks, all at once."""
        with ThreadPoolExecutor(len(names)) as pool:
            list(pool.map(self._until_healthy, names))

    def _until_healthy(self, name: str) -> None:
        """Asked once it has said that it is there: asking costs as much as starting does."""
        deadline = time.monotonic() + PATIENCE
        word = next(word for kind, word in SAYS.items() if name.startswith(kind))
        while word not in self.log(name).read_text() or not self.is_healthy(name):
            time.sleep(0.05)
            ended = self.running[name].poll()
            assert ended is None, f"{name} ended with {ended}: {self.log(name).read_text()[-3000:]}"
            assert time.monotonic() < deadline, f"{name} is not healthy: {self.log(name).read_text()[-3000:]}"

    def kill(self, name: str) -> None:
        self.running[name].kill()
        self.running[name].wait()

    @contextmanager
    def database(self) -> Iterator[DatabaseServer]:
        """PostgreSQL as the file has it: its settings, what the image runs when it makes a cluster, whom it lets in."""
        self.mount("db")
        with database_server(self._settings()) as server:
            self._made(server)
            keys = self.folder / "volumes" / "postgresql-keys"
            authority = Authority(keys / "ca.pem", keys / "own.pem", keys / "own.key")
            with tls_relay(server.postgres.socket / SOCKET, authority, self.ports["db"], admission(keys)):
                yield server

    def _settings(self) -> dict[str, str]:
        given = dict(word.removeprefix("-c").split("=", 1) for word in self.services["db"]["command"][1:])
        return {name: value for name, value in given.items() if not name.startswith(("ssl", "hba_file", "ident_file"))}

    def _made(self, server: DatabaseServer) -> None:
        scripts = self.root("db") / "docker-entrypoint-initdb.d"
        roles, databases = sorted(scripts.iterdir())
        with server.superuser() as superuser:
            superuser.execute(roles.read_bytes())
            for statement in filter(str.strip, databases.read_text().split(";")):
                superuser.execute(statement.encode())

    def end(self) -> None:
        for process in self.running.values():
            process.kill()
            process.wait()


@contextmanager
def composed() -> Iterator[Composed]:
    """All that runs is ended with it."""
    with scratch() as folder, ExitStack() as stack:
        it = Composed(folder)
        stack.callback(it.end)
        yield it


def admission(keys: Path) -> LetsIn:
    """What the volume's pg_hba.conf and pg_ident.conf say of those who come over the network."""
    line = next(line for line in (keys / "pg_hba.conf").read_text().splitlines() if line.startswith("host"))
    kind, databases, roles, _, *how = line.split()
    assert (kind, how) == ("hostssl", ["cert", "map=strongroom"])
    known = {tuple(line.split()[1:]) for line in (keys / "pg_ident.conf").read_text().splitlines()}

    def lets_in(name: str, role: str, database: str) -> bool:
        return database in databases.split(",") and role in roles.split(",") and (name, role) in known

    return lets_in


def port_and_route() -> int:
    """A free port whose neighbour for the other servers is free too."""
    while True:
        port = free_port()
        if port + BETWEEN < 65536 and is_free(port + BETWEEN):
            return port


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
