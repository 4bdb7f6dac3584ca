"""The release has one number."""

from __future__ import annotations

import tomllib
from pathlib import Path

from ops.product import VERSION


def test_the_package_has_the_number_that_the_code_writes_into_the_log() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert project["project"]["version"] == VERSION
