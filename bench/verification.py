"""Full verification of a large log from the database: how fast, and in how much memory however long the log is."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bench.stage import FilledLog, Stage
from bench.trial import Figures, NoResult, Round, Row, Trial, at_most, figure, ratio
from bench.upped import ROOT

SMALLER = 10


@contextmanager
def opened(stage: Stage) -> Iterator[Round]:
    large = stage.filled(stage.options.events)
    small = stage.filled(stage.options.events // SMALLER)

    def round_() -> Figures:
        full, tenth = _verified(large), _verified(small)
        return {
            "seconds": full["seconds"], "memory": full["memory"], "memory-of-a-tenth": tenth["memory"],
            "events/s": large.events / full["seconds"],
        }  # fmt: skip

    yield round_


def _verified(log: FilledLog) -> dict[str, float]:
    settings = log.settings
    argv = [
        sys.executable, "-m", "bench.verifying", log.ledger.dsn("project"), str(settings.state), str(settings.config)
    ]  # fmt: skip
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoResult(f"the log cannot be verified: {done.stderr.strip()[-300:]}")
    said: dict[str, float] = json.loads(done.stdout)
    if said["findings"] or said["count"] != log.events:
        raise NoResult(f"{said['count']} of {log.events} records verified, {said['findings']} findings")
    return said


VERIFICATION = Trial(
    "verification",
    (
        Row("verify-seconds", "full verification of 1,000,000 events from the database",
            at_most(6, "s"), figure("seconds")),
        Row("verify-memory", "its peak memory, of that for a tenth of the events",
            at_most(1.25), ratio("memory", "memory-of-a-tenth")),
    ),
    opened,
    rounds=3,
)  # fmt: skip
