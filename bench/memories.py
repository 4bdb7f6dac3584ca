"""What the processes of a vault with ten thousand accounts hold after load, as PSS: shared pages count in parts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bench import load
from bench.disclosures import MANY, disclosing, warm
from bench.stage import Stage
from bench.trial import Figures, Round, Row, Trial, at_most, figure
from bench.upped import proportional_mebibytes

KINDS = ("api", "projector", "worker")


@contextmanager
def opened(stage: Stage) -> Iterator[Round]:
    vault = stage.vault("memories")
    script = disclosing(stage.folder / "memory", vault)
    warm(vault, script)

    def round_() -> Figures:
        load.put(vault.installation.address, script, MANY, stage.options.seconds)
        vault.catch_up()
        return {kind: proportional_mebibytes(vault.installation.pid_of(kind)) for kind in KINDS}

    yield round_


MEMORIES = Trial(
    "memories",
    tuple(
        Row(f"memory-{kind}", f"resident memory of {kind} (PSS) after load", at_most(bound, "MiB"), figure(kind))
        for kind, bound in zip(KINDS, (150, 120, 120), strict=True)
    ),
    opened,
    rounds=1,
)
