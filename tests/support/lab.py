"""The lab's real hosts for a test session: started in a folder of their own, and stopped at its end."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh
import pytest

LAB = Path(__file__).resolve().parents[2].parent / "shared" / "lab" / "lab.py"
NETS = 90


@dataclass
class LabHost:
    """A host of the lab: `passwords` are those that its accounts have now."""

    name: str
    address: str
    port: int
    host_keys: dict[str, str]
    passwords: dict[str, str]
    facts: dict[str, Any]
    folder: Path
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def as_root(self, command: str, data: str = "") -> str:
        """Run a shell command as root on the host, through the account that may use sudo freely."""
        async with await self._connect("auto", self.passwords["auto"]) as connection:
            done = await connection.run(f"sudo -n sh -c '{command}'", input=data, check=True)
        return str(done.stdout)

    async def set_password(self, account: str, password: str) -> None:
        """Give the account this password, behind the vault's back."""
        await self.as_root("chpasswd", f"{account}:{password}\n")
        self.passwords[account] = password

    async def opens(self, account: str, password: str) -> bool:
        """Whether the host lets `account` in, asked without any of the product's code."""
        try:
            connection = await self._connect(account, password)
        except asyncssh.PermissionDenied:
            return False
        connection.close()
        return True

    async def _connect(self, account: str, password: str) -> asyncssh.SSHClientConnection:
        known = asyncssh.import_known_hosts("".join(f"* {key}\n" for key in self.host_keys.values()))
        return await asyncssh.connect(
            self.address, self.port, username=account, password=password, known_hosts=known, config=None,
            client_keys=None, agent_path=None, preferred_auth="password",
        )  # fmt: skip


def why_not() -> str | None:
    """Why there can be no lab here; None when there can."""
    if not LAB.exists():
        return f"the lab is not here: {LAB}"
    if os.geteuid():
        return "the lab's hosts need root"
    if shutil.which("apt-get") is None:
        return "the lab's hosts need Debian's packages"
    return None


@contextmanager
def lab_hosts() -> Iterator[dict[str, LabHost]]:
    """The hosts, running; those of $LAB_DIR are used as they are and left running."""
    if (reason := why_not()) is not None:
        pytest.skip(reason)
    if "LAB_DIR" in os.environ:
        yield _hosts(_lab(dict(os.environ), "up", "hosts"), Path(os.environ["LAB_DIR"]))
        return
    folder = tempfile.mkdtemp(prefix="strongroom-lab.", dir="/tmp")
    environment = {**os.environ, "LAB_DIR": folder, "LAB_NET": f"127.{100 + os.getpid() % NETS}"}
    try:
        yield _hosts(_lab(environment, "up", "hosts"), Path(folder))
    finally:
        _lab(environment, "down")
        shutil.rmtree(folder, ignore_errors=True)


def _lab(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, str(LAB), *words], env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    if done.returncode:
        pytest.fail(f"the lab did not start: {done.stderr[-2000:]}")
    return done.stdout


def _hosts(printed: str, folder: Path) -> dict[str, LabHost]:
    return {name: _host(name, facts, folder) for name, facts in json.loads(printed)["hosts"]["hosts"].items()}


def _host(name: str, facts: dict[str, Any], folder: Path) -> LabHost:
    keys = {kind: key["public"] for kind, key in facts["host_keys"].items()}
    accounts = dict(facts["accounts"])
    return LabHost(name, facts["address"], facts["ssh_port"], keys, accounts, facts, folder / f"hosts-{name}")
