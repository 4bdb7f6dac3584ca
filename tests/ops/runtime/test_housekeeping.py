"""What the supervisor sees to while all runs."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain import access, ids
from ops.crypto import certificates as crypto
from ops.crypto import roots
from ops.crypto.key_store import Tier
from ops.crypto.providers.sealed import RootsFile
from ops.ledger.errors import Forked
from ops.runtime import certificates, files, groundwork, keys, logfiles
from ops.runtime.housekeeping import Housekeeping
from ops.runtime.process import StartError
from ops.runtime.standing import standing_file
from ops.runtime.supervisor import Standing, Supervisor
from ops.runtime.up import _written
from ops.settings import Settings


@dataclass
class Told(Supervisor):
    """A supervisor without children, which notes whom it was to restart."""

    restarted: list[str] = field(default_factory=list)

    def restart(self, name: str) -> None:
        self.restarted.append(name)

    def standing(self) -> list[object]:  # type: ignore[override]
        return []


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(state=tmp_path / "state", config=tmp_path / "config")
    files.folder(made.state / "logs", 0o700)
    files.write(made.log_id_file, f"{ids.new()}\n".encode(), 0o644)
    certificates.ensure(made)
    return made


def kept(settings: Settings) -> tuple[Told, Housekeeping]:
    supervisor = Told()
    return supervisor, Housekeeping(settings, supervisor, every=0)


def put(settings: Settings, certificate: bytes, key: bytes) -> None:
    files.write(certificates.certificate_file(settings), certificate, 0o644)
    files.write(certificates.key_file(settings), key, 0o600)


def test_nothing_is_restarted_without_a_reason(settings: Settings) -> None:
    supervisor, turn = kept(settings)
    turn()
    turn()
    assert supervisor.restarted == []


def test_an_operators_own_certificate_is_taken_up_once_it_is_whole(settings: Settings) -> None:
    supervisor, turn = kept(settings)
    before = certificates.certificate_file(settings).read_bytes()
    certificate, key = crypto.self_signed(["vault.example"])
    put(settings, certificate, certificates.key_file(settings).read_bytes())
    assert certificates.fingerprint(settings) is None
    files.write(certificates.key_file(settings), key, 0o600)
    turn()
    turn()
    assert certificates.certificate_file(settings).read_bytes() != before
    assert supervisor.restarted == ["api"]


def test_one_that_is_about_to_end_is_made_anew_and_taken_up(settings: Settings) -> None:
    put(settings, *crypto.self_signed(["localhost"], datetime.now(UTC) - crypto.LASTS + timedelta(days=5)))
    supervisor, turn = kept(settings)
    turn()
    assert supervisor.restarted == ["api"]
    assert crypto.ends_at(certificates.certificate_file(settings).read_bytes()) > datetime.now(UTC) + timedelta(
        days=800
    )


def test_a_file_that_is_no_certificate_stops_nothing_that_runs_and_no_start(settings: Settings) -> None:
    supervisor, turn = kept(settings)
    files.write(certificates.certificate_file(settings), b"nonsense", 0o644)
    turn()
    assert supervisor.restarted == []
    with pytest.raises(StartError, match=r"cert\.pem is no certificate \(PEM\): put your pair there"):
        certificates.ensure(settings)


def test_our_own_certificate_without_its_key_is_made_anew(settings: Settings) -> None:
    certificates.key_file(settings).unlink()
    assert certificates.ensure(settings)
    assert certificates.fingerprint(settings) is not None


def test_an_operators_own_certificate_without_its_key_is_named_and_kept(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, key = somebody_elses(monkeypatch)
    put(settings, theirs, key)
    certificates.key_file(settings).unlink()
    with pytest.raises(StartError, match=r"key\.pem is missing beside a certificate that is not ours"):
        certificates.ensure(settings)
    assert certificates.certificate_file(settings).read_bytes() == theirs


def somebody_elses(monkeypatch: pytest.MonkeyPatch) -> tuple[bytes, bytes]:
    """A pair that does not bear our name."""
    with monkeypatch.context() as patch:
        patch.setattr(crypto, "OURS", "Example Authority")
        return crypto.self_signed(["vault.example"])


def test_a_disk_that_is_full_stops_nothing_that_runs(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    supervisor, turn = kept(settings)
    monkeypatch.setattr(supervisor, "standing", lambda: [Standing("api", 1, True, 0)])
    with monkeypatch.context() as patch:
        patch.setattr(files, "write", full)
        turn()
    assert not standing_file(settings).exists()
    turn()
    assert standing_file(settings).exists()


class Unstartable:
    """A server whose folder cannot be used."""

    name = "postgresql"
    log = Path("/nowhere")
    stops_by = ()

    def prepare(self) -> None:
        raise StartError("the folder is closed")

    def start(self) -> subprocess.Popen[bytes]:
        raise AssertionError

    def is_ready(self, process: subprocess.Popen[bytes]) -> bool:
        return False


def test_why_a_child_did_not_start_is_said_and_not_only_logged() -> None:
    with pytest.raises(StartError, match=r"not ready within 0 s: postgresql \(the folder is closed\)"):
        Supervisor().bring_up([Unstartable()], 0.05)


@pytest.mark.parametrize(("noted", "opened_again"), [(True, False), (False, True)])
def test_a_log_with_somebody_in_it_is_opened_again_when_the_roles_mean_something_else(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, noted: bool, opened_again: bool
) -> None:
    keys.make(settings)
    groundwork.note_open(settings)
    groundwork.note_roles(settings)
    if not noted:
        monkeypatch.setitem(access.BUILT_IN_ROLES, access.PASSWORD_USER, frozenset({access.Operation.OWN_SESSIONS}))
    asked: list[Settings] = []
    assert _written(settings, lambda given, _: asked.append(given), None, print) is None
    assert bool(asked) is opened_again
    assert groundwork.knows_roles(settings)


def test_over_a_log_that_was_set_back_the_start_goes_on_and_the_next_one_tries_again(settings: Settings) -> None:
    def set_back(_: Settings, __: Path | None) -> str | None:
        raise Forked("users was made from the log up to position 9, and the log ends at 8")

    keys.make(settings)
    told: list[str] = []
    assert _written(settings, set_back, None, told.append) is None
    assert "the log ends at 8. Read `When the log forks`" in told[0]
    assert not groundwork.knows_roles(settings)


def test_a_new_version_of_a_root_is_taken_up_by_all_that_derive_from_it(settings: Settings) -> None:
    keys.make(settings)
    supervisor, turn = kept(settings)
    roots.extend(settings, Tier.SECRET)
    turn()
    turn()
    assert supervisor.restarted == ["projector", "worker", "api"]


def test_roots_that_were_sealed_meanwhile_stop_nothing_and_ask_nobody(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.make(settings)
    supervisor, turn = kept(settings)
    RootsFile(settings.log_id, "pkcs11", {"module": "/nonexistent.so", "token": "x"}).write(settings.keys / roots.NAME)
    monkeypatch.setattr("getpass.getpass", lambda _: pytest.fail("somebody was asked"))
    (settings.state / "logs" / "api.log").write_bytes(b"x" * (logfiles.LARGEST + 1))
    turn()
    assert supervisor.restarted == []
    assert (settings.state / "logs" / "api.log").stat().st_size == 0, "the rest of housekeeping goes on"
