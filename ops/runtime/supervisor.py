"""Keeps children running: starts them, starts them again with growing pauses, and stops them in order."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import FrameType

from ops.logging import Log
from ops.runtime import process
from ops.runtime.process import Server, StartError

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0
PROVEN = 30.0
"""A child that served this long is forgiven its earlier ends."""
GLANCE, LONG_LOOK = 0.015, 60.0
NOW_AND_THEN = 1.0
log = Log("strongroom.supervisor")


class Stopped(Exception):
    """Somebody asked us to stop."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one child stands, for those who ask."""

    name: str
    pid: int | None
    ready: bool
    falls: int


@dataclass
class Slot:
    """One child: what runs there, since when, and when it is due again."""

    server: Server
    running: subprocess.Popen[bytes] | None = None
    exits: int | None = None
    ready: bool = False
    since: float = 0
    due: float = 0
    falls: int = 0
    trouble: str = ""

    def step(self, now: float) -> None:
        """Bring this child one step nearer to ready."""
        if self.running is not None and self.running.poll() is not None:
            self._fell(now)
        if self.running is None and now >= self.due:
            self._rise(now)
        if self.running is not None and not self.ready and self.server.is_ready(self.running):
            self.ready = True
            log.info("ready", child=self.server.name, pid=self.running.pid, seconds=round(now - self.since, 3))

    def wants_at(self, now: float) -> float:
        """In how many seconds to look again; an end wakes us by itself."""
        if self.running is None:
            return max(self.due - now, 0)
        return LONG_LOOK if self.ready else GLANCE

    def stop(self) -> None:
        if self.running is None:
            return
        log.info("stopping", child=self.server.name, pid=self.running.pid)
        process.stop(self.server, self.running)
        self._clear()

    def _rise(self, now: float) -> None:
        try:
            self.server.prepare()
            self.running = self.server.start()
        except (OSError, StartError) as error:
            log.error("cannot start", error, child=self.server.name)
            self.trouble = str(error)
            self._pause(now)
            return
        self.trouble = ""
        self.since, self.exits = now, os.pidfd_open(self.running.pid)
        log.info("started", child=self.server.name, pid=self.running.pid, attempt=self.falls + 1)

    def _fell(self, now: float) -> None:
        assert self.running is not None
        log.warning("ended", child=self.server.name, pid=self.running.pid, exit_code=self.running.returncode)
        if self.ready and now - self.since > PROVEN:
            self.falls = 0
        self._clear()
        self._pause(now)

    def _pause(self, now: float) -> None:
        self.due = now + min(FIRST_PAUSE * 2**self.falls, LONGEST_PAUSE)
        self.falls = min(self.falls + 1, 16)

    def _clear(self) -> None:
        if self.exits is not None:
            os.close(self.exits)
        self.running, self.exits, self.ready = None, None, False


class Supervisor:
    """Looks after children in one thread, the main one: the kernel ties their lives to the thread that forks."""

    def __init__(self) -> None:
        self._slots: list[Slot] = []
        self._asked = False
        self._wakes, wake = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(self._wakes, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask)

    def bring_up(self, servers: Iterable[Server], seconds: float) -> None:
        """Start all of them, and return when all answer; Stopped when asked to stop meanwhile."""
        added = [Slot(server) for server in servers]
        self._slots += added
        deadline = time.monotonic() + seconds
        while not self._all_ready(added):
            if time.monotonic() > deadline:
                raise StartError(_late([slot for slot in added if not slot.ready], seconds))
            self._wait()

    def look_after(self, now_and_then: Callable[[], None]) -> None:
        """Keep them running until somebody asks us to stop."""
        try:
            while True:
                self._step()
                now_and_then()
                self._wait(NOW_AND_THEN)
        except Stopped:
            log.info("asked to stop")

    def linger(self, seconds: float) -> None:
        """Look after the children for a moment."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._step()
            self._wait(deadline - time.monotonic())

    def restart(self, name: str) -> None:
        """Stop one child; the next turn starts it again."""
        for slot in self._slots:
            if slot.server.name == name:
                slot.stop()
                slot.due = 0

    def dismiss(self, name: str) -> None:
        """Stop one child for good."""
        for slot in [slot for slot in self._slots if slot.server.name == name]:
            slot.stop()
            self._slots.remove(slot)

    def shut_down(self) -> None:
        """Stop the children, those that were started last first."""
        for slot in reversed(self._slots):
            slot.stop()
        self._slots.clear()

    def standing(self) -> list[Standing]:
        return [
            Standing(slot.server.name, slot.running.pid if slot.running else None, slot.ready, slot.falls)
            for slot in self._slots
        ]

    def _all_ready(self, slots: Sequence[Slot]) -> bool:
        self._step()
        return all(slot.ready for slot in slots)

    def _step(self) -> None:
        if self._asked:
            raise Stopped
        for slot in self._slots:
            slot.step(time.monotonic())

    def _wait(self, at_most: float = LONG_LOOK) -> None:
        """Sleep until a child ends, a signal comes, or it is time."""
        now = time.monotonic()
        wanted = min((slot.wants_at(now) for slot in self._slots), default=at_most)
        with selectors.DefaultSelector() as selector:
            for number in [self._wakes, *(slot.exits for slot in self._slots if slot.exits is not None)]:
                selector.register(number, selectors.EVENT_READ)
            selector.select(min(wanted, at_most))
        _drain(self._wakes)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        """A second request means: now. The children end with us."""
        if self._asked:
            os._exit(1)
        self._asked = True


def _drain(number: int) -> None:
    try:
        os.read(number, 512)
    except BlockingIOError:
        return


def _late(slots: Sequence[Slot], seconds: float) -> str:
    names = ", ".join(f"{slot.server.name} ({slot.trouble or f'see {slot.server.log}'})" for slot in slots)
    return f"not ready within {seconds:.0f} s: {names}"
