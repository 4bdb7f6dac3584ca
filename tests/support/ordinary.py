"""Somebody who is not root, with a Python he can reach: as root he is made, with what he cannot walk to copied."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ops.runtime import accounts, binaries
from ops.runtime.accounts import Account
from tests.support.servers import scratch

NAME = "strongroom-tester"
ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("domain", "commands", "projections", "workers", "api", "ops", "tests", "strongroom.py")


@dataclass(frozen=True)
class Person:
    """Who starts things, where his Python and his copy of the code are, and a folder of his own."""

    account: Account
    python: Path
    code: Path
    home: Path

    def start(self, *words: str, **env: str) -> subprocess.Popen[str]:
        """Run Python in his name; what it prints can be read."""
        other = self.account.uid != os.geteuid()
        return subprocess.Popen(
            [str(self.python), *words], cwd=self.code, env={"PATH": "/usr/bin:/bin", "HOME": str(self.home), **env},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            user=self.account.uid if other else None, group=self.account.gid if other else None,
            extra_groups=[] if other else None,
        )  # fmt: skip


@contextmanager
def myself() -> Iterator[Person]:
    """Whoever runs the tests."""
    with scratch() as folder:
        yield Person(accounts.me(), Path(sys.executable), ROOT, folder)


@contextmanager
def somebody_else() -> Iterator[Person]:
    """An ordinary user, even when root runs the tests."""
    if not accounts.is_root():
        pytest.skip("the tests run as an ordinary user already")
    with scratch() as folder:
        account = _account()
        folder.chmod(0o755)
        home = folder / "home"
        home.mkdir(mode=0o700)
        os.chown(home, account.uid, account.gid)
        yield Person(account, _python(account, folder), _code(account, folder), home)


def _account() -> Account:
    if (found := accounts.lookup(NAME)) is None:
        subprocess.run(
            ["useradd", "--system", "--user-group", "--no-create-home", NAME], check=False, capture_output=True
        )
        found = accounts.lookup(NAME)
    assert found is not None
    return found


def _python(account: Account, folder: Path) -> Path:
    """A virtual environment over the system's Python, when that is the same release as ours."""
    base = Path(sys.executable)
    if binaries.may_reach(account, base):
        return base
    system = Path(f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}")
    if not system.exists():
        pytest.skip(f"an ordinary user cannot reach {base.resolve()}, and there is no {system}")
    venv = folder / "venv"
    site = venv / "lib" / system.name / "site-packages"
    site.parent.mkdir(parents=True)
    _reachable_copy(account, Path(sysconfig.get_path("purelib")), site)
    (venv / "bin").mkdir()
    (venv / "bin" / "python").symlink_to(system)
    shutil.copyfile(Path(sysconfig.get_path("scripts")) / "nats-server", venv / "bin" / "nats-server")
    (venv / "bin" / "nats-server").chmod(0o755)
    (venv / "pyvenv.cfg").write_text("home = /usr/bin\ninclude-system-site-packages = false\n")
    return venv / "bin" / "python"


def _code(account: Account, folder: Path) -> Path:
    if binaries.may_reach(account, ROOT):
        return ROOT
    code = folder / "code"
    code.mkdir()
    for name in filter(lambda name: (ROOT / name).exists(), LAYERS):
        subprocess.run(["cp", "-a", str(ROOT / name), str(code / name)], check=True)
    return code


def _reachable_copy(account: Account, folder: Path, to: Path) -> None:
    """A link where he can walk, else a copy of names alone where both lie on one disk."""
    if binaries.may_reach(account, folder):
        to.symlink_to(folder)
    elif subprocess.run(["cp", "-al", str(folder), str(to)], check=False, capture_output=True).returncode:
        shutil.rmtree(to, ignore_errors=True)
        subprocess.run(["cp", "-a", str(folder), str(to)], check=True)
