"""What an operator sets wrongly is said in one sentence that names it, before anything is made."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import strongroom
from domain import ids
from ops.runtime import files, keys
from ops.settings import Settings, SettingsError

SOCKET = "host=/run/postgresql"
COMMANDS = ("up", "api", "projector", "worker", "signer", "doctor", "ledger verify", "projections list")
ALL_COMMANDS = (
    *COMMANDS, "open", "demo", "projections rebuild users", "projections as-of users 1",
    "witness --name w.example --log key", "ledger key", "ledger checkpoint", "ledger proof 1", "ledger export --to DIR",
    "ledger recover", "ledger replay", "ledger policy FILE", "keys status", "keys rotate --tier event",
    "keys protect --by passphrase", "keys unseal", "door", "siem consumers list",
    "prepare --into share --database db.example --bus bus.example:4222",
)  # fmt: skip


def asked(command: str, state: Path, config: Path) -> int:
    return strongroom.main([*command.split(), "--state", str(state), "--config", str(config)])


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("STRONGROOM_"):
            monkeypatch.delenv(name)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("state", "config", "blamed"),
    [
        ("file", "config", "--state or STRONGROOM_STATE"),
        ("file/below", "config", "--state or STRONGROOM_STATE"),
        ("state", "file", "--config or STRONGROOM_CONFIG"),
        ("state", "held", "--config or STRONGROOM_CONFIG"),
    ],
)
def test_a_file_where_a_folder_belongs_is_named(
    command: str, state: str, config: str, blamed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "held").mkdir()
    (tmp_path / "held" / "strongroom").touch()
    before = set(tmp_path.rglob("*"))
    assert asked(command, tmp_path / state, tmp_path / config) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert "is no folder" in said[0]
    assert blamed in said[0]
    assert set(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("command", ALL_COMMANDS)
def test_a_misspelt_setting_stops_every_command_before_it_makes_anything(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STRONGROOM_PROT", "1")
    assert asked(command, tmp_path / "state", tmp_path / "config") == 1
    assert "STRONGROOM_PROT is no setting: write STRONGROOM_PORT, or unset it" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_every_command_is_among_them(capsys: pytest.CaptureFixture[str]) -> None:
    """Else the test above would leave one out."""
    with pytest.raises(SystemExit):
        strongroom.main(["--help"])
    listed = {line.split()[0] for line in capsys.readouterr().out.splitlines() if re.match(r"    [a-z]", line)}
    assert listed == {command.split()[0] for command in ALL_COMMANDS}


@pytest.mark.parametrize("variable", ["STRONGROOM_DATABASE_URL", "STRONGROOM_VIEWS_URL"])
@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("s3cret", "cannot be read"),
        ("mysql://s3cret@db.example/x", "cannot be read"),
        ("postgres=s3cret", "cannot be read"),
        ("port=5432", "names no host"),
        ("postgresql:///strongroom", "names no host"),
        ("host=db.example password=s3cret sslmode=verify-full", "holds a password"),
        ("host=db.example", "sslmode=verify-full"),
        ("postgresql://db.example/strongroom?sslmode=require", "sslmode=verify-full"),
        ("host=db.example port=99999 sslmode=verify-full", "from 1 to 65535"),
        ("postgresql://db.example:http/?sslmode=verify-full", "from 1 to 65535"),
        ("host=a,b port=5432,0 sslmode=verify-full", "from 1 to 65535"),
        ("host=db.example sslmode=verify-full sslrootcert=/no/such.pem", "sslrootcert=/no/such.pem"),
        ("host=db.example sslmode=verify-full sslkey=/no/such.key", "sslkey=/no/such.key"),
    ],
)
def test_an_address_of_postgresql_is_judged_when_it_is_read(variable: str, address: str, complaint: str) -> None:
    environ = {"STRONGROOM_DATABASE_URL": SOCKET, "STRONGROOM_VIEWS_URL": SOCKET, variable: address}
    with pytest.raises(SettingsError) as refused:
        Settings.from_env(environ)
    assert str(refused.value).startswith(variable)
    assert complaint in str(refused.value)
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("nonsense", "does not begin with"),
        ("127.0.0.1:4222", "does not begin with"),
        ("http://bus.example:4222", "does not begin with"),
        ("nats://", "one server"),
        ("tls://:4222", "one server"),
        ("nats://bus.example:0", "one server"),
        ("nats://one.example,two.example", "does not begin with"),
        ("nats://one.example,tls://two.example", "with TLS and servers without"),
        ("nats://bus.example:99999", "no port from 1 to 65535"),
        ("nats://bus.example:http", "no port from 1 to 65535"),
        ("nats://[::1", "no port from 1 to 65535"),
        ("nats://app:s3cret@bus.example", "names a user"),
        ("nats://bus.example:4222/log", "behind the port"),
    ],
)
def test_an_address_of_nats_is_judged_when_it_is_read(address: str, complaint: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({"STRONGROOM_NATS_URL": address})
    assert str(refused.value).startswith("STRONGROOM_NATS_URL")
    assert complaint in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_addresses_that_can_be_used_are_taken() -> None:
    database = "postgresql://a.example:5432,b.example/?sslmode=verify-full&sslrootcert=system"
    for bus in (
        "nats://127.0.0.1:4222",
        "tls://bus.example",
        "nats://[::1]:4222/",
        "tls://one.example,tls://two.example",
    ):
        read = Settings.from_env({
            "STRONGROOM_DATABASE_URL": database, "STRONGROOM_VIEWS_URL": SOCKET, "STRONGROOM_NATS_URL": bus,
        })  # fmt: skip
        assert (read.database_url, read.views_url, read.nats_url) == (database, SOCKET, bus)


def test_one_database_elsewhere_and_one_here_is_a_mistake() -> None:
    with pytest.raises(SettingsError, match="or neither"):
        Settings.from_env({"STRONGROOM_DATABASE_URL": SOCKET})


def test_an_authority_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    environ = {"STRONGROOM_NATS_CA": str(tmp_path / "ca.pem"), "STRONGROOM_STATE": str(tmp_path)}
    with pytest.raises(SettingsError, match=r"STRONGROOM_NATS_CA=.*ca\.pem cannot be read"):
        Settings.from_env(environ).usable()


def test_an_empty_variable_is_one_that_is_not_set() -> None:
    empty = dict.fromkeys(["STRONGROOM_HOST", "STRONGROOM_PORT", "STRONGROOM_DATABASE_URL", "STRONGROOM_NATS_URL"], "")
    assert Settings.from_env(empty) == Settings.from_env({})


@pytest.mark.parametrize(
    "name", ["STRONGROOM_PORT", "STRONGROOM_NATS_PORT", "STRONGROOM_LEASE_SECONDS", "STRONGROOM_NATS_REPLICAS"]
)
def test_a_number_that_cannot_work_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name}='0' is not a number from 1"):
        Settings.from_env({name: "0"})


def test_a_mistaken_address_leaves_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRONGROOM_DATABASE_URL", "nonsense")
    monkeypatch.setenv("STRONGROOM_VIEWS_URL", SOCKET)
    assert asked("up", tmp_path / "state", tmp_path / "config") == 1
    assert capsys.readouterr().err.startswith("strongroom: STRONGROOM_DATABASE_URL cannot be read")
    assert list(tmp_path.iterdir()) == []


def test_one_port_for_two_servers_is_a_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRONGROOM_PORT", "7273")
    assert asked("doctor", tmp_path / "state", tmp_path / "config") == 1
    assert "STRONGROOM_PORT and STRONGROOM_NATS_PORT are both 7273" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["with space", "it's", "a" * 120])
def test_a_state_folder_that_can_hold_no_socket_is_refused_at_once(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked("up", tmp_path / name, tmp_path / "config") == 1
    assert "cannot be a socket: choose a state folder" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("closed", ["state", "config"])
def test_a_folder_that_may_not_be_written_is_named_before_anything_is_made(
    closed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is closed to root, so that the system says so has to be pretended."""
    (tmp_path / closed).mkdir()
    before = set(tmp_path.rglob("*"))
    monkeypatch.setattr("os.access", lambda path, _: path != tmp_path / closed)
    assert asked("up", tmp_path / "state", tmp_path / "config") == 1
    assert f"may not write to {tmp_path / closed}: allow it, or choose another folder with --{closed}" in (
        capsys.readouterr().err
    )
    assert set(tmp_path.rglob("*")) == before


def test_a_file_for_traces_that_cannot_be_written_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRONGROOM_TRACES", str(tmp_path / "none" / "traces"))
    assert asked("up", tmp_path / "state", tmp_path / "config") == 1
    assert f"STRONGROOM_TRACES={tmp_path / 'none' / 'traces'} cannot be written" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def made(tmp_path: Path) -> Settings:
    """The files of an installation, without its servers."""
    settings = Settings(state=tmp_path / "state", config=tmp_path / "config")
    files.folder(settings.state, 0o711)
    files.write(settings.log_id_file, f"{ids.new()}\n".encode(), 0o644)
    keys.make(settings)
    return settings


ALONE = {
    "api.main": "nats/follower.seed",
    "workers.main": "author.worker",
    "projections.main": "bus.key",
}
COMMAND = {"api.main": "api", "workers.main": "worker", "projections.main": "projector"}


@pytest.mark.parametrize("content", [None, b"nonsense\n", b"\xff\xfe"], ids=["missing", "nonsense", "bytes"])
@pytest.mark.parametrize("module", ALONE)
def test_a_process_alone_says_which_key_it_lacks(
    module: str,
    content: bytes | None,
    made: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In this process, whose logs and measures stay as they are."""
    for started in ("start_logging", "start_telemetry"):
        monkeypatch.setattr(f"{module}.{started}", lambda *_: None)
    path = made.keys / ALONE[module]
    path.unlink() if content is None else path.write_bytes(content)
    assert asked(COMMAND[module], made.state, made.config) == 1
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert said.startswith(f"strongroom: {path} ")
    assert "restore it from a safe copy" in said


@pytest.mark.parametrize("kind", COMMAND.values())
def test_a_process_alone_says_which_log_it_lacks(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in COMMAND:
        for started in ("start_logging", "start_telemetry"):
            monkeypatch.setattr(f"{module}.{started}", lambda *_: None)
    assert asked(kind, tmp_path / "state", tmp_path / "config") == 1
    said = capsys.readouterr().err
    assert said.startswith(f"strongroom: {tmp_path / 'state' / 'log.id'} does not say which log this is")
    assert "run `strongroom up` once" in said
