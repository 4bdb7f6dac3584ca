"""Settings that are refused: what would replace our parts, and numbers that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from ops.settings import AMBIENT, Settings, SettingsError

NUMBERS = {
    "PORT": 65535, "NATS_PORT": 65535, "LEASE_SECONDS": 300, "GUESS_SECONDS": 300, "READY_FD": 1 << 20,
    "SUPERVISOR": 1 << 22, "ROOTS_FD": 1 << 20, "UNSEAL_FD": 1 << 20,
}  # fmt: skip


@pytest.mark.parametrize("prefix", ["", "STRONGROOM_"])
def test_nobody_replaces_parts_of_the_event_store_by_the_environment(prefix: str) -> None:
    for name in AMBIENT:
        with pytest.raises(SettingsError, match=f"unset {prefix}{name}"):
            Settings.from_env({f"{prefix}{name}": "somebody.elses:Part"})


def test_every_way_in_which_the_library_asks_the_environment_is_among_them() -> None:
    assert {"MAPPER_TOPIC", "CIPHER_TOPIC", "TRANSCODER_TOPIC", "PERSISTENCE_MODULE", "COMPRESSOR_TOPIC"} <= AMBIENT


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_is_one_and_not_too_high(name: str) -> None:
    for text in ("-1", "7272.5", "0x10", " 1", "1e3", "\u0661", "http", str(NUMBERS[name] + 1)):
        with pytest.raises(
            SettingsError, match=f"^STRONGROOM_{name}=.* is not a number from [0-9]+ to {NUMBERS[name]}$"
        ):
            Settings.from_env({f"STRONGROOM_{name}": text})
    assert getattr(Settings.from_env({f"STRONGROOM_{name}": str(NUMBERS[name])}), name.lower()) == NUMBERS[name]


@pytest.mark.parametrize("said", [None, "", "not an id"])
def test_a_folder_that_does_not_say_which_log_is_its_own_is_refused(tmp_path: Path, said: str | None) -> None:
    if said is not None:
        (tmp_path / "log.id").write_text(said)
    with pytest.raises(SettingsError, match="does not say which log this is"):
        _ = Settings(tmp_path, tmp_path).log_id


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("DATABSE_URL", "DATABASE_URL"), ("DB_URL", "DATABASE_URL"), ("NATS_URLS", "NATS_URL"),
        ("VIEW_URL", "VIEWS_URL"), ("PORTS", "PORT"), ("PROT", "PORT"), ("HOSTNAME", "HOST"), ("STATE_DIR", "STATE"),
        ("NATS_REPLICA", "NATS_REPLICAS"),
    ],
)  # fmt: skip
def test_a_misspelt_name_is_not_passed_over(written: str, meant: str) -> None:
    with pytest.raises(SettingsError, match=f"STRONGROOM_{written} is no setting: write STRONGROOM_{meant}, or unset"):
        Settings.from_env({f"STRONGROOM_{written}": "7272"})


def test_a_name_that_resembles_none_of_ours_is_not_passed_over_either() -> None:
    with pytest.raises(SettingsError, match="STRONGROOM_BANANAS is no setting: unset it"):
        Settings.from_env({"STRONGROOM_BANANAS": "3"})


def test_what_is_nobodys_setting_is_not_looked_at() -> None:
    assert Settings.from_env({"PORT": "1", "STRONGROOMS_PORT": "2"}) == Settings.from_env({})


def test_a_child_reads_what_we_were_told() -> None:
    settings = Settings(
        Path("/state"),
        Path("/config"),
        port=1,
        database_url="host=/run/postgresql",
        views_url="host=/run/postgresql",
        supervisor=2,
    )
    assert Settings.from_env(settings.to_env()) == settings
