"""What a process that was started as root still is once it serves: an ordinary user, in no group but his own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec

import pytest

from ops.runtime import accounts
from ops.runtime.accounts import Account
from ops.runtime.privileges import PrivilegesKept, drop
from ops.runtime.process import Command, spawn
from ops.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
NOBODY = accounts.lookup("nobody") or Account("nobody", 65534, 65534)
P = ParamSpec("P")
OTHER_GROUPS = [7, 8, 9]
IS = """
import ctypes, json, os, resource
from pathlib import Path
PR_GET_DUMPABLE = 3
says = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(json.dumps({
    "users": os.getresuid(), "groups": os.getresgid(), "others": os.getgroups(), "home": os.environ.get("HOME"),
    "no_new": says["NoNewPrivs"].strip(), "able": int(says["CapEff"], 16) | int(says["CapPrm"], 16),
    "core": resource.getrlimit(resource.RLIMIT_CORE), "debuggable": ctypes.CDLL(None).prctl(PR_GET_DUMPABLE),
}))
"""
DROPPED = (
    "import sys; from pathlib import Path; from ops.runtime.privileges import drop; from ops.settings import Settings"
)
DROPPED += f"\ndrop(Settings(Path('/'), Path('/'), run_as=sys.argv[1] or None))\n{IS}"


def as_root(test: Callable[P, None]) -> Callable[P, None]:
    """Nobody else has anything to give up."""
    return pytest.mark.root(pytest.mark.skipif(os.geteuid() != 0, reason="needs root")(test))


def dropped(run_as: str, **given: object) -> dict[str, object]:
    """What is left of a child that was started as we are, with more groups than it should have."""
    done = subprocess.run(
        [sys.executable, "-c", DROPPED, run_as], cwd=ROOT, capture_output=True, text=True, check=True, **given
    )  # type: ignore[call-overload]
    found: dict[str, object] = json.loads(done.stdout)
    return found


@as_root
def test_root_and_its_groups_are_given_up_for_good() -> None:
    left = dropped(NOBODY.name, extra_groups=OTHER_GROUPS)
    assert left == {
        "users": [NOBODY.uid] * 3, "groups": [NOBODY.gid] * 3, "others": [], "home": "/nonexistent",
        "no_new": "1", "able": 0, "core": [0, 0], "debuggable": 0,
    }  # fmt: skip


def test_who_is_nobody_special_is_shut_in_too() -> None:
    left = dropped("")
    assert (left["no_new"], left["core"], left["debuggable"]) == ("1", [0, 0], 0)


@as_root
@pytest.mark.parametrize("name", ["root", "strongroom-nobody-of-this-name"])
def test_what_cannot_be_run_as_is_refused(name: str) -> None:
    with pytest.raises(PrivilegesKept, match="is not an OS user to run as"):
        drop(Settings(Path("/"), Path("/"), run_as=name))


@as_root
def test_a_child_is_its_user_and_in_no_group_of_ours(tmp_path: Path) -> None:
    before = os.getgroups()
    os.setgroups(OTHER_GROUPS)
    try:
        child = spawn(Command(["/bin/cat", "/proc/self/status"], account=NOBODY), tmp_path / "said")
    finally:
        os.setgroups(before)
    assert child.wait(30) == 0
    said = dict(line.split(":", 1) for line in (tmp_path / "said").read_text().splitlines())
    assert said["Uid"].split() == [str(NOBODY.uid)] * 4
    assert said["Gid"].split() == [str(NOBODY.gid)] * 4
    assert (said["Groups"].split(), int(said["CapEff"], 16)) == ([], 0)
