"""Our own processes as children: api, projector, worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ops.crypto import roots
from ops.crypto.key_store import Tier
from ops.crypto.keyfiles import KeyFileError
from ops.runtime import accounts
from ops.runtime.process import PLAIN, Command, StartError, spawn
from ops.runtime.readiness import WORD
from ops.settings import Settings

PROGRAM = Path(__file__).resolve().parents[2] / "strongroom.py"
PASSED_ON = ("OTEL_", "TZ", "STRONGROOM_")
UNLOCK = "STRONGROOM_UNLOCK_FILE"
BOTH = (Tier.EVENT, Tier.SECRET)
ROOTS = {"api": BOTH, "worker": BOTH, "projector": (Tier.EVENT,)}
"""Which roots a process derives from: no password can ever be opened by the projector."""


@dataclass
class Process:
    """`strongroom <kind>`. As root it starts as root, and becomes its own OS user once it has its code and its keys."""

    kind: str
    settings: Settings
    state: Path
    drains: float = 10
    passes: Mapping[str, int] = field(default_factory=dict)
    """Descriptors that it inherits, by the setting that names each."""
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
        passed = {"ready_fd": speaks, **self.passes}
        try:
            if (handed := self._handed()) is not None:
                passed["roots_fd"] = handed
            argv = [sys.executable, "-s", "-E", str(PROGRAM), self.kind]
            inherits, env = tuple(passed.values()), self._env(passed)
            return spawn(Command(argv, signal.SIGKILL, env=env, passes=inherits, folder=PROGRAM.parent), self.log)
        finally:
            for number in (number for name, number in passed.items() if name not in self.passes):
                os.close(number)

    def _handed(self) -> int | None:
        try:
            return roots.handed_on(self.settings, ROOTS.get(self.kind, ()))
        except KeyFileError as error:
            raise StartError(str(error)) from error

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

    def _env(self, passed: Mapping[str, int]) -> Mapping[str, str]:
        run_as = accounts.process(self.kind).name if accounts.is_root() else None
        here = replace(self.settings, unlock_file=None)
        told = here.with_(**passed, supervisor=os.getpid(), run_as=run_as).to_env()
        kept = {name: value for name, value in os.environ.items() if name.startswith(PASSED_ON) and name != UNLOCK}
        return {**kept, **PLAIN, "HOME": os.environ.get("HOME", "/"), "PYTHONUNBUFFERED": "1", **told}
