"""The units of systemd: they start what exists, with settings that exist, and leave a process what it needs.

That `strongroom.service` leaves `up` enough is shown by tests/journeys/test_up.py, which starts it with these powers.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

import strongroom
from ops import addresses
from ops.runtime import accounts, shares
from ops.settings import Settings
from tests.support.units import FOLDER, UNITS, environment, unit

ROOT = Path(__file__).resolve().parents[2]
HERE = "/opt/strongroom"
KNOWN = {f"STRONGROOM_{name.upper()}" for name in Settings.__dataclass_fields__}
PARTS = [name for name in UNITS if name != "strongroom.service"]
ANALYSE = shutil.which("systemd-analyze")
ALWAYS = {
    "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "UMask": "0077",
    "PrivateDevices": "yes", "ProtectKernelModules": "yes", "ProtectKernelTunables": "yes", "LimitCORE": "0",
    "ProtectControlGroups": "yes", "RestrictSUIDSGID": "yes", "RestrictNamespaces": "yes", "LockPersonality": "yes",
    "SystemCallArchitectures": "native",
}  # fmt: skip


def servers() -> dict[str, str]:
    lines = (FOLDER / "servers.env").read_text().splitlines()
    return dict(line.replace('"', "").split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_starts_a_command_that_exists(name: str) -> None:
    (line,) = unit(name)["ExecStart"]
    python, *options, program, command = shlex.split(line)
    assert (python, program) == (f"{HERE}/.venv/bin/python", f"{HERE}/strongroom.py")
    assert options == ["-s", "-E"], "as the supervisor starts its children"
    assert callable(strongroom._parser().parse_args([command]).run)


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_sets_what_is_a_setting(name: str) -> None:
    assert environment(name).keys() <= KNOWN
    assert {"STRONGROOM_STATE", "STRONGROOM_CONFIG"} <= environment(name).keys()


def test_the_servers_of_parts_that_run_apart_are_named_as_settings_want_it() -> None:
    told = servers()
    assert told.keys() <= KNOWN
    assert addresses.about_nats(told["STRONGROOM_NATS_URL"]) is None
    complaint = addresses.about_database(told["STRONGROOM_DATABASE_URL"])
    assert complaint is not None
    assert complaint.startswith("names sslrootcert=ca.pem, which is not there"), "it is, in the part's own folder"


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_is_shut_in(name: str) -> None:
    told = unit(name)
    assert {directive: told[directive] for directive in ALWAYS} == {key: [value] for key, value in ALWAYS.items()}
    assert told["SystemCallFilter"][0] == "@system-service"


@pytest.mark.parametrize("name", PARTS)
def test_a_part_has_no_powers_and_a_user_of_its_own(name: str) -> None:
    told = unit(name)
    assert told["CapabilityBoundingSet"] == [""]
    (user,) = told["User"]
    assert user.removeprefix("strongroom-") in shares.KEYS
    assert f"\nu {user} " in (FOLDER / "strongroom.sysusers").read_text()


def test_the_users_are_those_that_up_would_make() -> None:
    made = set(re.findall(r"^u (\S+) ", (FOLDER / "strongroom.sysusers").read_text(), re.MULTILINE))
    assert made == {accounts.SERVERS, *accounts.PROCESSES.values(), "strongroom-operator"}


def test_up_may_write_where_its_folders_are_and_nowhere_else() -> None:
    told = unit("strongroom.service")
    assert (told["StateDirectory"], told["ReadWritePaths"]) == (["strongroom"], ["/etc/strongroom"])
    assert environment("strongroom.service")["STRONGROOM_STATE"] == "/var/lib/strongroom"
    assert told["KillMode"] == ["mixed"], "the supervisor stops its children in their order"


@pytest.mark.skipif(ANALYSE is None, reason="needs systemd-analyze")
def test_systemd_understands_every_unit_and_finds_little_exposed(tmp_path: Path) -> None:
    for name in UNITS:
        (tmp_path / name).write_text((FOLDER / name).read_text().replace(HERE, str(ROOT)))
    paths = [str(tmp_path / name) for name in UNITS]
    verified = subprocess.run([str(ANALYSE), "verify", "--man=no", *paths], capture_output=True, text=True, check=False)
    assert (verified.returncode, [line for line in verified.stderr.splitlines() if str(tmp_path) in line]) == (0, [])
    for path in paths:
        highest = "35" if path.endswith("/strongroom.service") else "20"
        judged = [str(ANALYSE), "security", "--offline=true", f"--threshold={highest}", path]
        done = subprocess.run(judged, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-200:]
