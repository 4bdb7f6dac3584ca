"""A process of the product, to be treated badly: started, killed, frozen at any moment, or at a named step."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ops.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 60.0


@dataclass
class Child:
    """`strongroom <kind>`. One that may `stumble` has steps at which it can be told to kill or to freeze itself."""

    kind: str
    settings: Settings
    output: Path
    stumbles: bool = False
    process: subprocess.Popen[bytes] | None = None
    kills: int = 0
    freezes: int = 0

    @property
    def trap(self) -> Path:
        """Where it is told at which step to stumble; it goes on to `reached` when that has happened."""
        return self.output.with_suffix(".trap")

    @property
    def reached(self) -> Path:
        return self.output.with_suffix(".reached")

    def begin(self) -> None:
        """Start it, to fall before it is ready; nobody listens whether it is, later on."""
        speaks = os.open(os.devnull, os.O_WRONLY)
        try:
            self.process = self._spawned(speaks)
        finally:
            os.close(speaks)

    async def start(self, seconds: float = READY_WITHIN) -> None:
        """Until it says that it is ready."""
        hears, speaks = os.pipe()
        try:
            self.process = self._spawned(speaks)
        finally:
            os.close(speaks)
        try:
            said = await asyncio.wait_for(asyncio.to_thread(os.read, hears, 16), seconds)
        finally:
            os.close(hears)
        assert said, f"the {self.kind} did not start: {self.said[-3000:]}"

    def _spawned(self, speaks: int) -> subprocess.Popen[bytes]:
        env = {**self.settings.with_(ready_fd=speaks).to_env(), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        with open(self.output, "ab") as output:
            return subprocess.Popen(
                [sys.executable, *self._words()], env=env, cwd=ROOT, pass_fds=(speaks,), stdout=output, stderr=output
            )

    def _words(self) -> Sequence[str]:
        if self.stumbles:
            return "-m", "tests.support.stumbling", self.kind, str(self.trap), str(self.reached)
        return str(ROOT / "strongroom.py"), self.kind

    @property
    def said(self) -> str:
        """All that it has written."""
        return self.output.read_text()

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def resident(self) -> int:
        """Its memory in KiB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))

    def arm(self, step: str, how: str) -> None:
        """The next time it comes to `step` it is to `kill` or to `freeze` itself."""
        self.reached.unlink(missing_ok=True)
        fresh = self.trap.with_suffix(".new")
        fresh.write_text(json.dumps({"step": step, "how": how}))
        fresh.rename(self.trap)

    def disarm(self) -> None:
        self.trap.unlink(missing_ok=True)

    async def stumbled(self, seconds: float) -> None:
        """Until it has come to the step at which it was to stumble, and lies there."""
        deadline = time.monotonic() + seconds
        while not (self.reached.exists() and self._lies):
            assert time.monotonic() < deadline, f"the {self.kind} never came to the step: {self.said[-2000:]}"
            await asyncio.sleep(0.02)

    @property
    def _lies(self) -> bool:
        if not self.alive:
            return True
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()
        self.kills += 1

    async def freeze(self, seconds: float) -> None:
        self._signal(signal.SIGSTOP)
        self.freezes += 1
        await asyncio.sleep(seconds)
        self.thaw()

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    async def stop(self, seconds: float = 15) -> int:
        """Ask it to end; its exit code."""
        self._signal(signal.SIGTERM)
        return await self.ended(seconds)

    async def ended(self, seconds: float) -> int:
        """Its exit code, when it ends by itself."""
        assert self.process is not None
        return await asyncio.wait_for(asyncio.to_thread(self.process.wait), seconds)

    def _signal(self, number: signal.Signals) -> None:
        if self.alive and self.process is not None:
            self.process.send_signal(number)
