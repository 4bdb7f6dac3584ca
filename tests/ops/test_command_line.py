"""The command line refuses what it cannot use before anything is made."""

from __future__ import annotations

from pathlib import Path

import pytest

import strongroom


@pytest.mark.parametrize("port", ["0", "65536", "99999", "-1", "http", "7272.5", "\u0667"])
def test_a_port_that_is_none_is_refused_and_nothing_is_made(
    port: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["up", "--state", str(tmp_path / "state"), "--config", str(tmp_path / "config"), f"--port={port}"]
    with pytest.raises(SystemExit) as ended:
        strongroom.main(words)
    assert ended.value.code == 2
    assert "is no port: give a number from 1 to 65535" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", ["--state", "--config", "--host"])
def test_an_option_that_a_shell_left_empty_is_refused_and_nothing_is_made(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    places = {"--state": str(tmp_path / "state"), "--config": str(tmp_path / "config"), option: ""}
    with pytest.raises(SystemExit) as ended:
        strongroom.main(["up", *(f"{name}={value}" for name, value in places.items())])
    assert ended.value.code == 2
    assert f"argument {option}: '' is no" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
