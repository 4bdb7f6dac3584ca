"""Our own processes as children: api, projector, worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ops.runtime import accounts
from ops.runtime.process import PLAIN, Command, spawn
from ops.runtime.readiness import WORD
from ops.settings import Settings

PROGRAM = Path(__file__).resolve().parents[2] / "strongroom.py"
PASSED_ON = ("OTEL_", "TZ", "STRONGROOM_")


@dataclass
class Process:
    """`strongroom <kind>`. As root it starts as root, and becomes its own OS user once it has its code and its keys."""

    kind: str
    settings: Settings
    state: Path
    drains: float = 10
    _said: int | None = None

    @property
    def name(self) -> str:
        return self.kind

    @property
    def log(self) -> Path:
        return self.state / "logs" / f"{self.kind}.log"

    @property
    def stops_by(self) -> tuple[tuple[signal.Signals, float], ...]:
        return ((signal.SIGTERM, self.drains),)

    def prepare(self) -> None:
        accounts.process(self.kind)

    def start(self) -> subprocess.Popen[bytes]:
        self._forget()
        self._said, speaks = os.pipe()
        os.set_blocking(self._said, False)
        try:
            argv = [sys.executable, "-s", "-E", str(PROGRAM), self.kind]
            command = Command(argv, signal.SIGKILL, env=self._env(speaks), passes=(speaks,), folder=PROGRAM.parent)
            return spawn(command, self.log)
        finally:
            os.close(speaks)

    def is_ready(self, process: subprocess.Popen[bytes]) -> bool:
        if self._said is None:
            return False
        try:
            said = os.read(self._said, len(WORD))
        except BlockingIOError:
            return False
        self._forget()
        return said == WORD

    def _forget(self) -> None:
        if self._said is not None:
            os.close(self._said)
        self._said = None

    def _env(self, speaks: int) -> Mapping[str, str]:
        run_as = accounts.process(self.kind).name if accounts.is_root() else None
        told = self.settings.with_(ready_fd=speaks, supervisor=os.getpid(), run_as=run_as).to_env()
        passed = {name: value for name, value in os.environ.items() if name.startswith(PASSED_ON)}
        return {**passed, **PLAIN, "HOME": os.environ.get("HOME", "/"), "PYTHONUNBUFFERED": "1", **told}
