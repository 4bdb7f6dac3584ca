"""What each part of an installation gets when its parts run apart, and that it is no more than it needs."""

from __future__ import annotations

import json
import os
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

import strongroom
from ops.runtime import keys
from ops.settings import Settings
from tests.support.servers import scratch

SECRETS = {"event.root", "secret.root", "bus.key", "store.key", "publisher.seed", "follower.seed", "key.pem"}
SECRETS |= {"author.api", "author.worker", "author.system", "log.key", "teller.seed"}
WORDS = ("--database=db", "--bus=one:4222", "--bus=two:4222", "--bus=three:4222")


@pytest.fixture(scope="module")
def top() -> Iterator[Path]:
    with scratch() as folder:
        assert prepare(folder) == 0
        yield folder


def prepare(top: Path, *more: str) -> int:
    folders = ["--state", str(top / "state"), "--config", str(top / "config"), "--into", str(top / "shares")]
    return strongroom.main(["prepare", *folders, *WORDS, *more])


def settings(top: Path) -> Settings:
    return Settings(state=top / "state", config=top / "config")


def held(top: Path, who: str) -> set[str]:
    """The names of the secret files in a share."""
    return {path.name for path in (top / "shares" / who).rglob("*") if path.name in SECRETS}


@pytest.mark.parametrize(
    ("who", "holds"),
    [
        ("projector", {"event.root", "bus.key", "publisher.seed", "follower.seed"}),
        ("signer", {"log.key", "author.api", "author.worker", "author.system"}),
        (
            "worker",
            {"event.root", "secret.root", "author.api", "author.worker", "author.system", "teller.seed"},
        ),
        ("postgresql", set()), ("nats-1", set()), ("nats-3", set()), ("collector", set()), ("operator", SECRETS),
        (
            "api",
            {"event.root", "secret.root", "author.api", "author.worker", "author.system", "follower.seed", "key.pem"},
        ),
    ],
)  # fmt: skip
def test_a_share_holds_the_keys_of_its_part_and_no_others(top: Path, who: str, holds: set[str]) -> None:
    assert held(top, who) == holds


def test_nobody_but_its_owner_reads_a_share(top: Path) -> None:
    for path in (top / "shares").glob("*"):
        assert path.stat().st_mode & 0o077 == 0
        assert all(each.stat().st_mode & 0o077 == 0 for each in path.rglob("*"))


def test_what_the_keys_open_is_opened_by_the_shares_too(top: Path) -> None:
    """A share is laid out as an installation is."""
    share = Settings(state=top / "shares/projector/state", config=top / "shares/projector/config")
    assert share.keys.joinpath("event.root").read_bytes() == settings(top).keys.joinpath("event.root").read_bytes()


def test_servers_are_told_of_each_other_and_let_in_only_whom_their_authority_knows(top: Path) -> None:
    told = json.loads((top / "shares/nats-2/nats.conf").read_text())
    assert told["cluster"]["routes"] == ["nats://one:6222", "nats://two:6222", "nats://three:6222"]
    assert told["cluster"]["tls"]["verify"] is True
    assert told["listen"] == "two:4222"
    users = {name: len(account["users"]) for name, account in told["accounts"].items()}
    assert users == {"LOG": 2, "AUDIT": 1, "READERS": 0}


def test_preparing_again_makes_new_certificates_and_keeps_every_key(top: Path) -> None:
    before = {name: (settings(top).keys / name).read_bytes() for name in keys.NAMES}
    certificate = (top / "shares/postgresql/own.pem").read_bytes()
    assert prepare(top) == 0
    assert {name: (settings(top).keys / name).read_bytes() for name in keys.NAMES} == before
    assert (top / "shares/postgresql/own.pem").read_bytes() != certificate
    trust = ssl.create_default_context(cafile=str(top / "shares/api/ca.pem"))
    assert len(trust.get_ca_certs()) == 1


def test_a_key_that_is_lost_is_missed_and_not_made_anew(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The log that it opened may be anywhere by now."""
    lost = settings(top).keys / "secret.root"
    content = lost.read_bytes()
    lost.unlink()
    assert prepare(top) == 1
    assert "secret.root missing" in capsys.readouterr().err
    assert not lost.exists()
    lost.write_bytes(content)
    lost.chmod(0o600)


def test_an_owner_of_nothing_is_a_mistake(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert prepare(top, "--owner=apis=7001") == 1
    assert "nobody is called apis" in capsys.readouterr().err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_share_belongs_to_whom_it_was_given(top: Path) -> None:
    assert prepare(top, "--owner=worker=7003") == 0
    assert {path.stat().st_uid for path in (top / "shares/worker").rglob("*")} == {7003}


@pytest.fixture
def fresh() -> Iterator[Path]:
    """Another installation, in which somebody is up to no good."""
    with scratch() as folder:
        yield folder


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("where", ["worker", "worker/config", "worker/state"])
def test_a_link_that_an_owner_has_planted_leads_root_nowhere(
    fresh: Path, capsys: pytest.CaptureFixture[str], where: str
) -> None:
    """Else `prepare` gave him what it leads to, or wrote there."""
    assert prepare(fresh, "--owner=worker=7003") == 0
    others = fresh / "of-root"
    others.mkdir(mode=0o755)
    place = fresh / "shares" / where
    place.rename(fresh / "aside")
    place.symlink_to(others)
    capsys.readouterr()
    assert prepare(fresh, "--owner=worker=7003") == 1
    assert "a folder belongs there, and no link to one" in capsys.readouterr().err
    found = others.stat()
    assert (found.st_uid, found.st_mode & 0o777, list(others.iterdir())) == (0, 0o755, [])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_link_in_place_of_a_file_is_replaced_and_not_followed(fresh: Path) -> None:
    assert prepare(fresh, "--owner=worker=7003") == 0
    others, place = fresh / "passwd", fresh / "shares/worker/own.key"
    others.write_text("of root")
    place.unlink()
    place.symlink_to(others)
    assert prepare(fresh, "--owner=worker=7003") == 0
    assert (others.read_text(), others.stat().st_uid, place.is_symlink()) == ("of root", 0, False)


@pytest.mark.parametrize("word", ["--bus=one", "--bus=:4222", "--bus=one:64000", "--owner=api", "--owner=api=me"])
def test_what_cannot_be_used_is_refused_before_anything_is_made(word: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        prepare(tmp_path, word)
    assert ended.value.code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_log_is_opened_over_a_database_that_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert strongroom.main(["open", "--state", str(tmp_path / "state"), "--config", str(tmp_path)]) == 1
    assert "set STRONGROOM_DATABASE_URL" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_vault_of_an_earlier_release_gets_a_teller_and_keeps_all_its_keys(fresh: Path) -> None:
    assert prepare(fresh) == 0
    folder = settings(fresh).keys
    (folder / "nats" / "teller.seed").unlink()
    before = {name: (folder / name).read_bytes() for name in keys.NAMES}
    assert prepare(fresh) == 0
    assert {name: (folder / name).read_bytes() for name in keys.NAMES} == before
    assert (fresh / "shares/worker").joinpath(f"config/strongroom/{settings(fresh).log_id}/nats/teller.seed").exists()


def test_servers_of_ones_own_are_told_of_the_consumers_beside_the_seeds(fresh: Path) -> None:
    assert prepare(fresh) == 0
    key = "UDH4RZK6GJXFVJN4SENP7S67XXRZ2IGXYS4VDEKP7TAC6GQVNDERAE4I"
    (settings(fresh).bus / "consumers.json").write_text(json.dumps([{"name": "soc", "public_key": key}]))
    assert prepare(fresh) == 0
    for number in (1, 2, 3):
        told = json.loads((fresh / f"shares/nats-{number}/nats.conf").read_text())
        assert [user["nkey"] for user in told["accounts"]["READERS"]["users"]] == [key]
