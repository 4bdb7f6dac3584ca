"""`strongroom up` in earnest: a whole vault over folders and ports of its own, and somebody to speak to it."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg

from ops.runtime import certificates
from ops.settings import Settings
from tests.support.servers import free_port, scratch

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120


@dataclass
class Installation:
    """One machine's Strongroom, with a trace file. Without a password for `admin` it has a `link` for him."""

    folder: Path
    admin_password: str | None
    port: int = field(default_factory=free_port)
    nats_port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None
    link: str | None = None
    told: Mapping[str, str] = field(default_factory=dict)
    """Further settings."""
    through: Sequence[str] = ()
    """A program that starts it, and its words."""

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def config(self) -> Path:
        return self.folder / "config"

    @property
    def traces(self) -> Path:
        return self.folder / "traces.jsonl"

    @property
    def settings(self) -> Settings:
        return Settings(state=self.state, config=self.config, port=self.port, nats_port=self.nats_port)

    @property
    def address(self) -> str:
        return f"https://localhost:{self.port}"

    def up(self) -> None:
        """Until it says that it is ready."""
        said = self.starts()
        assert "ready" in said, f"{said}{self.complaints}"
        if self.admin_password is None:
            self._said()
            self.link = self._said().strip()

    def starts(self) -> str:
        """The first that it says."""
        with self._password_file() as password:
            self.process = self._started(str(ROOT / "strongroom.py"), "up", *password)
            return self._said()

    def asked(self, *words: str, told: str = "") -> subprocess.CompletedProcess[str]:
        """A command line of its operator; `told` comes through its standard input."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("STRONGROOM_")}
        ports = {"STRONGROOM_NATS_PORT": str(self.nats_port), "STRONGROOM_PORT": str(self.port)}
        places = ("--state", str(self.state), "--config", str(self.config))
        return subprocess.run(
            [sys.executable, str(ROOT / "strongroom.py"), *words, *places],
            capture_output=True, text=True, timeout=90, check=False, env={**kept, **ports}, cwd=ROOT, input=told,
        )  # fmt: skip

    def falls(self, step: str) -> str:
        """Start it, to be killed at `step`; all that it has said until then."""
        trap, reached = self.folder / "up.trap", self.folder / "up.reached"
        trap.write_text(json.dumps({"step": step, "how": "kill"}))
        with self._password_file() as password:
            process = self._started("-m", "tests.support.stumbling", "up", str(trap), str(reached), *password)
            assert process.stdout is not None
            with process, process.stdout:
                said = process.stdout.read()
                process.wait(PATIENCE)
        assert reached.exists(), f"it never came to the step: {said}{self.complaints}"
        return said

    @property
    def complaints(self) -> str:
        return (self.folder / "up.log").read_text()

    def _started(self, *program: str) -> subprocess.Popen[str]:
        words = ["--state", str(self.state), "--config", str(self.config), "--port", str(self.port)]
        told = {"STRONGROOM_NATS_PORT": str(self.nats_port), "STRONGROOM_TRACES": str(self.traces), **self.told}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("STRONGROOM_")}
        with open(self.folder / "up.log", "a") as errors:
            return subprocess.Popen(
                [*self.through, sys.executable, *program, *words],
                cwd=ROOT, env={**kept, **told}, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=errors,
            )  # fmt: skip

    def _said(self) -> str:
        assert self.process is not None
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    @contextmanager
    def _password_file(self) -> Iterator[list[str]]:
        """For as long as it takes to read it."""
        if self.admin_password is None:
            yield []
            return
        path = self.folder / "admin.password"
        path.write_text(f"{self.admin_password}\n")
        path.chmod(0o600)
        try:
            yield ["--admin-password-file", str(path)]
        finally:
            path.unlink()

    def down(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(PATIENCE)
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None

    def pid(self, child: str) -> int:
        """The process of one child, as the supervisor knows it."""
        standing = json.loads((self.state / "standing.json").read_text())
        return next(int(each["pid"]) for each in standing if each["name"] == child)

    def superuser(self, database: str) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self.superuser_url(database), autocommit=True)

    def superuser_url(self, database: str) -> str:
        return f"host={self.state / 'run'} user=postgres dbname={database}"

    @asynccontextmanager
    async def visitor(self) -> AsyncIterator[Visitor]:
        """Somebody who has not signed in."""
        context = ssl.create_default_context(cafile=str(certificates.certificate_file(self.settings)))
        async with httpx.AsyncClient(verify=context, base_url=self.address, timeout=30) as client:
            yield Visitor(client)


@dataclass
class Visitor:
    """Somebody at the API of a real process."""

    client: httpx.AsyncClient
    csrf: str | None = None
    id: str = ""

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = dict(more.pop("headers", {}))
        if self.csrf is not None and method != "GET":
            headers.setdefault("x-csrf-token", self.csrf)
        return await self.client.request(method, f"/api/v1{path}", headers=headers, **more)

    async def does(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """It works; what the answer says."""
        answer = await self.ask(method, path, headers=headers, **({} if body is None else {"json": body}))
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def post(self, path: str, body: Any) -> Any:
        return await self.does("POST", path, body)

    async def get(self, path: str, position: int = 0) -> Any:
        """As new as `position`."""
        return await self.does("GET", path, **{"strongroom-require": str(position)} if position else {})

    async def sign_in(self, username: str, password: str) -> None:
        said = await self.post("/sessions", {"username": username, "password": password})
        self.csrf, self.id = said["csrf_token"], said["user"]["id"]

    async def until(self, path: str, done: Any, seconds: float = 60) -> Any:
        """Ask until the answer is as wanted."""
        async with asyncio.timeout(seconds):
            while not done(said := await self.get(path)):
                await asyncio.sleep(0.1)
        return said


def installation(admin_password: str | None, through: Sequence[str] = (), **told: str) -> Iterator[Installation]:
    """A vault of its own, up; for fixtures. `told`: settings, by their names."""
    with scratch() as folder:
        said = {f"STRONGROOM_{name.upper()}": value for name, value in told.items()}
        it = Installation(folder, admin_password, through=through, told=said)
        try:
            it.up()
            yield it
        finally:
            it.down()
