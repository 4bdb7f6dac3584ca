"""Disclosures beside a flood of refusals: people who ask for what is not theirs must not slow the others down."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.disclosures import DISCLOSE, FEW, disclosing, recorded, request, warm
from bench.stage import Stage
from bench.trial import Figures, NoResult, Round, Row, Trial, at_most, ratio
from bench.upped import ROOT
from bench.vault import Vault

RATE = 1000
ENOUGH = 0.95
SECONDS = 3


@contextmanager
def opened(stage: Stage) -> Iterator[Round]:
    vault = stage.vault("floods")
    script = disclosing(stage.folder / "beside", vault)
    warm(vault, script)
    flood = _requests(stage.folder / "flood", vault)

    def round_() -> Figures:
        figures: dict[str, float] = {}
        for name in random.sample(["alone", "beside"], 2):
            figures |= _alone(vault, script) if name == "alone" else _beside(vault, script, flood)
        return figures

    yield round_


def _alone(vault: Vault, script: Path) -> Figures:
    done = recorded(vault, script, FEW, SECONDS)
    return {"alone": done.rate, "alone-p99": done.p99}


def _beside(vault: Vault, script: Path, flood: Path) -> Figures:
    """The flood begins before the disclosures and ends after them."""
    argv = [sys.executable, "-m", "bench.flooding", str(vault.installation.port), str(flood), str(RATE)]
    process = subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    done = recorded(vault, script, FEW, SECONDS)
    said, _ = process.communicate("stop\n")
    answered = json.loads(said)
    if answered["other"]:
        raise NoResult(f"{answered['other']} answers of the flood were no refusals")
    if answered["rate"] < RATE * ENOUGH:
        raise NoResult(f"the flood came to {answered['rate']:.0f} refusals a second, not to {RATE}")
    return {"beside": done.rate, "beside-p99": done.p99, "refusals": answered["rate"]}


def _requests(file: Path, vault: Vault) -> Path:
    """Disclosures of accounts that the intruders may not see, as bytes for the wire, one a line in JSON."""
    port, lines = vault.installation.port, []
    for number, account in enumerate(vault.accounts[:1000]):
        who = vault.intruders[number % len(vault.intruders)]
        each = request(who, "POST", f"/api/v1/accounts/{account}/disclosures", DISCLOSE)
        lines.append(
            f"{each.method} {each.path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {each.cookie}\r\n"
            f"X-CSRF-Token: {each.csrf}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(each.body)}\r\n\r\n{each.body}"
        )
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return file


FLOODS = Trial(
    "floods",
    (
        Row("flood-p99", f"disclosures beside {RATE:,} refusals/s, p99 at {FEW} connections, of their p99 alone",
            at_most(2), ratio("beside-p99", "alone-p99")),
    ),
    opened,
)  # fmt: skip
