"""What a start that is killed leaves behind: nothing that goes on by itself, nothing that stays under a hidden name."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from ops.runtime import accounts, files, groundwork
from ops.runtime.postgres import Postgres, everybody
from ops.settings import Settings
from tests.support.child import ROOT
from tests.support.servers import scratch

WAITS = "import sys; from ops.runtime.process import Command, run; run(Command(['/bin/sh', '-c', sys.argv[1]]))"


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_what_a_killed_start_waited_for_ends_with_it(tmp_path: Path) -> None:
    """An initdb that went on would clear away what it has made when the next start is at it."""
    told = tmp_path / "pid"
    starter = subprocess.Popen([sys.executable, "-c", WAITS, f"echo $$ > {told}; exec sleep 60"], cwd=ROOT)
    while not (told.exists() and told.read_text()):
        time.sleep(0.01)
    program = int(told.read_text())
    assert runs(program)
    starter.kill()
    starter.wait()
    deadline = time.monotonic() + 5
    while runs(program) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not runs(program)


def test_half_a_cluster_is_in_nobodys_way_and_does_not_stay() -> None:
    with scratch() as state:
        half = state / "pgdata.new.0badc0de"
        half.mkdir()
        (half / "PG_VERSION").write_text("half")
        server = Postgres(state, accounts.servers(), everybody(accounts.me()))
        server.prepare()
        assert (server.data / "PG_VERSION").read_text().strip().isdecimal()
        assert [path.name for path in state.glob("pgdata*")] == ["pgdata"]


def test_copies_of_keys_under_hidden_names_are_gone_after_the_next_start() -> None:
    with scratch() as folder:
        settings = Settings(state=folder / "state", config=folder / "config")
        groundwork.lay_files(settings)
        whole = {path: path.read_bytes() for path in settings.keys.rglob("*") if path.is_file()}
        copies = [settings.keys / ".event.root.0123456789abcdef", settings.bus / ".store.key.0123456789abcdef"]
        for copy in (*copies, settings.tls / ".key.pem.0123456789abcdef", settings.state / ".note"):
            files.write(copy, b"x", 0o600)
        groundwork.lay_files(settings)
        assert {path: path.read_bytes() for path in settings.keys.rglob("*") if path.is_file()} == whole
        assert not list(settings.tls.glob(".*"))
        assert (settings.state / ".note").exists(), "what is not ours stays"
