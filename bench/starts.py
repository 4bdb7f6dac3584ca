"""How long `strongroom up` takes: the first time ever, after a stop, after everything was killed dead."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

from bench.stage import Stage
from bench.trial import Figures, NoResult, Round, Row, Trial, at_most, figure
from bench.upped import Installation
from ops.runtime import certificates
from tests.support.servers import scratch


@contextmanager
def opened(_: Stage) -> Iterator[Round]:
    def round_() -> Figures:
        with scratch() as folder:
            installation = Installation(folder)
            try:
                return _all_three(installation)
            finally:
                installation.stop()

    yield round_


def _all_three(installation: Installation) -> Figures:
    first = _started(installation)
    installation.stop()
    warm = _started(installation)
    time.sleep(1)
    installation.kill_everything()
    return {"first": first, "warm": warm, "killed": _started(installation)}


def _started(installation: Installation) -> float:
    """Seconds until it said that it is ready; NoResult when it is not."""
    seconds = installation.start()
    trust = ssl.create_default_context(cafile=str(certificates.certificate_file(installation.settings)))
    try:
        urlopen(f"{installation.address}/api/v1/health/ready", context=trust, timeout=10).close()
    except URLError as error:
        raise NoResult(f"strongroom said that it is ready, and is not: {error}") from error
    return seconds


STARTS = Trial(
    "starts",
    (
        Row("start-warm", "start of everything after a stop", at_most(1.5, "s"), figure("warm")),
        Row("start-killed", "start after kill -9 of everything", at_most(4, "s"), figure("killed")),
        Row("start-first", "first start ever: keys, certificate, databases, administrator",
            at_most(10, "s"), figure("first")),
    ),
    opened,
    rounds=3,
)  # fmt: skip
