"""`strongroom up` as an operator runs it: started, timed, asked to stop, or killed with everything that it started."""

from __future__ import annotations

import os
import queue
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.trial import NoResult
from ops.database import LEDGER, VIEWS
from ops.runtime import files
from ops.settings import Settings
from tests.support.servers import free_port

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "correct horse battery"
PATIENCE = 60.0


@dataclass
class Installation:
    """One state folder with its supervisor, when that runs."""

    folder: Path
    port: int = field(default_factory=free_port)
    bus_port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None

    @property
    def settings(self) -> Settings:
        return Settings(self.folder / "state", self.folder / "config", port=self.port, nats_port=self.bus_port)

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def superuser(self, database: str = LEDGER) -> str:
        return f"host={self.settings.state / 'run'} dbname={database} user=postgres"

    @property
    def views_superuser(self) -> str:
        return self.superuser(VIEWS)

    def start(self) -> float:
        """Until it says that it is ready; how many seconds that took, from before Python began."""
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "strongroom.py"), "up", *self._words()], cwd=ROOT, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self._env(),
        )  # fmt: skip
        said = _first_line(self.process, PATIENCE)
        if "is ready" not in said:
            self.stop()
            raise NoResult(f"strongroom did not start: {said or 'it said nothing'}")
        return time.perf_counter() - began

    def stop(self) -> None:
        """As an operator would."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill_everything()
        self.process = None

    def kill_everything(self) -> None:
        """The supervisor and all below it at once, without a word."""
        assert self.process is not None
        for pid in (self.process.pid, *descendants(self.process.pid)):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()
        self.process = None

    def pid_of(self, kind: str) -> int:
        """The process of `strongroom <kind>`."""
        assert self.process is not None
        for pid in descendants(self.process.pid):
            if _words_of(pid)[-1:] == [kind]:
                return pid
        raise NoResult(f"there is no process {kind}")

    def _words(self) -> list[str]:
        password = self.folder / "password"
        if not password.exists():
            files.write(password, f"{PASSWORD}\n".encode(), 0o600)
        settings = self.settings
        return [
            "--state", str(settings.state), "--config", str(settings.config), "--port", str(self.port),
            "--admin-password-file", str(password),
        ]  # fmt: skip

    def _env(self) -> dict[str, str]:
        kept = {"PATH": os.environ["PATH"], "HOME": str(self.folder)}
        return kept | {"STRONGROOM_NATS_PORT": str(self.bus_port), "STRONGROOM_SIEM_LOCAL": "1"}


def descendants(pid: int) -> Iterator[int]:
    """All processes below, the nearest first."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in map(int, children):
        yield child
        yield from descendants(child)


def proportional_mebibytes(pid: int) -> float:
    """PSS: pages that several processes share count in parts, so that the sum over processes is what they use."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise NoResult(f"process {pid} does not tell its memory")


def unguessable(length: int = 12) -> str:
    """A name that nothing else has."""
    return secrets.token_hex(length // 2)


def _words_of(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0")
    except OSError:
        return []


def _first_line(process: subprocess.Popen[str], seconds: float) -> str:
    """What it says first; the rest is read too, so that it never waits for us."""
    lines: queue.Queue[str] = queue.Queue()
    assert process.stdout is not None
    output = process.stdout

    def read() -> None:
        for line in output:
            lines.put(line)
        lines.put("")

    threading.Thread(target=read, daemon=True).start()
    try:
        return lines.get(timeout=seconds).strip()
    except queue.Empty:
        return ""
