"""A supervisor over real servers and one small child, to be killed: `python -m tests.support.supervised STATE PORT`."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from ops.logging import start_logging
from ops.runtime import accounts
from ops.runtime.nats import FOLLOWER, PUBLISHER, Nats
from ops.runtime.postgres import Postgres, everybody
from ops.runtime.process import PLAIN, Command, Server, spawn
from ops.runtime.supervisor import Supervisor

USERS = {
    PUBLISHER: "UDH4RZK6GJXFVJN4SENP7S67XXRZ2IGXYS4VDEKP7TAC6GQVNDERAE4I",
    FOLLOWER: "UAIN6JIKAOKQBG3PCLZXDXNT4SIQGYT7DCEZOMKKUUYWVQAEVUNKQ4XP",
}


@dataclass
class Sleeper:
    """A child that is ready when it says so, and ends early as often as its file `falls` says."""

    state: Path
    name: str = "sleeper"
    stops_by: tuple[tuple[signal.Signals, float], ...] = ((signal.SIGTERM, 2),)

    @property
    def log(self) -> Path:
        return self.state / "logs" / "sleeper.log"

    def prepare(self) -> None:
        (self.state / "slept").unlink(missing_ok=True)

    def start(self) -> subprocess.Popen[bytes]:
        script = 'cd "$0"; echo $$ >> starts; [ -e falls ] && exit 3; echo $$ > slept; exec sleep 600'
        return spawn(Command(["/bin/sh", "-c", script, str(self.state)], env=PLAIN), self.log)

    def is_ready(self, process: subprocess.Popen[bytes]) -> bool:
        return (self.state / "slept").exists()


def main(state: Path, port: int) -> None:
    account = accounts.servers()
    servers: list[Server] = [
        Postgres(state, account, everybody(accounts.me()), {"shared_buffers": "32MB"}),
        Nats(state, account, port, USERS, "0" * 64),
        Sleeper(state),
    ]
    (state / "logs").mkdir(parents=True, exist_ok=True)
    with open(state / "logs" / "supervisor.log", "a", buffering=1) as output:
        start_logging("supervisor", output)
        began = time.monotonic()
        supervisor = Supervisor()
        supervisor.bring_up(servers, 60)
        sys.stdout.write(json.dumps({"ready": round(time.monotonic() - began, 3)}) + "\n")
        sys.stdout.flush()
        supervisor.look_after(lambda: None)
        supervisor.shut_down()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
