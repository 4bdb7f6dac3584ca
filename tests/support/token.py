"""A PKCS#11 token for a test: SoftHSM in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN, OFFICER = "492817", "83746152"


@dataclass(frozen=True, slots=True)
class SoftToken:
    """Its label, and the variable that leads its library there."""

    folder: Path
    label: str = "vault"

    @property
    def env(self) -> Mapping[str, str]:
        return {"SOFTHSM2_CONF": str(self.folder / "softhsm2.conf")}

    @property
    def how(self) -> dict[str, str]:
        return {"module": str(MODULE), "token": self.label}

    @classmethod
    def made(cls, folder: Path) -> SoftToken:
        """Skips where SoftHSM is not installed: `make servers` does that on Debian, as root."""
        if not MODULE.exists() or shutil.which("softhsm2-util") is None:
            pytest.skip("SoftHSM is not installed: make servers")
        (folder / "tokens").mkdir(parents=True)
        told = f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n"
        (folder / "softhsm2.conf").write_text(told)
        made = cls(folder)
        made.tool("softhsm2-util", "--init-token", "--free", "--label", made.label, "--pin", PIN, "--so-pin", OFFICER)
        return made

    def tool(self, *argv: str) -> str:
        done = subprocess.run(argv, env={**os.environ, **self.env}, capture_output=True, text=True, check=True)
        return done.stdout
