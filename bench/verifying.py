"""A process that verifies a log: `python -m bench.verifying URL STATE CONFIG`; says how long it took."""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path

from bench.upped import descendants, proportional_mebibytes
from domain.registry import AGGREGATES
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.providers.file import FileRoot
from ops.ledger.topics import Topics
from ops.ledger.verify import Case, verify
from ops.settings import Settings

EVERY = 0.05


def main(url: str, settings: Settings) -> None:
    keys = settings.keys
    case = Case(
        url, settings.log_id, Topics(AGGREGATES), AuthorKeys.read(keys, None), FileRoot.read(keys / "event.root")
    )
    peak = Peak()
    began = time.perf_counter()
    run = verify(case)
    seconds = time.perf_counter() - began
    said = {"seconds": seconds, "count": run.count, "findings": sum(run.faults.values()), "memory": peak.ended()}
    print(json.dumps(said))


class Peak:
    """The most that this process and its children held together, looked at twenty times a second."""

    def __init__(self) -> None:
        self._highest = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def ended(self) -> float:
        self._over.set()
        self._thread.join()
        return self._highest

    def _look(self) -> None:
        me = Path("/proc/self").resolve().name
        while not self._over.wait(EVERY):
            self._highest = max(self._highest, sum(map(_held, (int(me), *descendants(int(me))))))


def _held(pid: int) -> float:
    try:
        return proportional_mebibytes(pid)
    except OSError:
        return 0.0


if __name__ == "__main__":
    main(sys.argv[1], Settings(Path(sys.argv[2]), Path(sys.argv[3])))
