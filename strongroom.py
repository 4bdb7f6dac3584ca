"""The command line, and the only module that sees every layer."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from commands import ceremonies, siem_words
from ops import words
from ops.proof import words as ledger
from ops.settings import Settings
from ops.words import Run, Subcommands
from projections import words as models

if TYPE_CHECKING:
    from ops.ledger.findings import Finding
    from ops.runtime.sealing import Unsealing


def main(words: Sequence[str] | None = None) -> int:
    """Carry out one command; what went wrong, why, and what to do goes to standard error."""
    said = _parser().parse_args(words)
    try:
        run: Run = said.run
        return run(said, _settings(said))
    except _complaints() as error:
        return _fail(error)


def _complaints() -> tuple[type[Exception], ...]:
    """Looked up when something went wrong, and only then: a command that works need not know them all."""
    from ops.runtime.complaints import SAID

    return SAID


def up(said: argparse.Namespace, settings: Settings) -> int:
    from ops.runtime.up import up

    up(settings, _open_vault, _note_unsealing, said.admin_password_file, _say)
    return 0


def prepare(said: argparse.Namespace, settings: Settings) -> int:
    from ops.runtime.prepare import prepare
    from ops.runtime.shares import Plan

    prepare(settings, Plan(said.into.absolute(), said.database, said.bus, dict(said.owner)), _say)
    return 0


def open_log(said: argparse.Namespace, settings: Settings) -> int:
    from ops.runtime.prepare import open_log

    open_log(settings, _open_vault, said.admin_password_file, _say)
    return 0


def api(_: argparse.Namespace, settings: Settings) -> int:
    from api.main import main

    return main(settings)


def projector(_: argparse.Namespace, settings: Settings) -> int:
    from projections.main import main

    return main(settings)


def worker(_: argparse.Namespace, settings: Settings) -> int:
    from workers.main import main

    return main(settings)


def door(_: argparse.Namespace, settings: Settings) -> int:
    from api.door_main import main

    return main(settings)


def signer(_: argparse.Namespace, settings: Settings) -> int:
    from ops.signer.main import main

    return main(settings)


def doctor(said: argparse.Namespace, settings: Settings) -> int:
    from ops.doctor import examine, report

    findings = examine.everything(settings)
    _say(report.as_json(findings) if said.json else report.as_text(findings))
    return 1 if report.stops_work(findings) else 0


def demo(said: argparse.Namespace, settings: Settings) -> int:
    from commands.demo import as_text, make

    made = make(settings, said.seed, named=said.state is not None, days=_progress("inventing days"))
    _say(json.dumps(asdict(made)) if said.json else as_text(made, settings))
    return 0


def _replay_begun(settings: Settings, question: str, up_to: int) -> UUID:
    from commands.replays import begun

    return begun(settings, question, up_to)


def _replay_ended(settings: Settings, replay: UUID, count: int) -> None:
    from commands.replays import ended

    ended(settings, replay, count)


def _refold(settings: Settings) -> None:
    from projections.operator import refold

    refold(settings, _progress)


def _check_models(settings: Settings, progress: ledger.Progress) -> list[Finding]:
    from projections.verification import check_models

    return check_models(settings, progress)


def _progress(what: str) -> Callable[[int, int], None]:
    """On a terminal, one line that moves; else nothing."""

    def show(done: int, of: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{what}: {done} of {of}", end="\n" if done >= of else "", file=sys.stderr, flush=True)

    return show


def _open_vault(settings: Settings, password_file: Path | None) -> str | None:
    from commands.first_start import open_vault

    return open_vault(settings, password_file)


def _note_unsealing(settings: Settings, made: Unsealing) -> None:
    from commands.first_start import note_unsealing

    note_unsealing(settings, made)


FIRST_STEPS = """\
first: strongroom up, and open the link that it prints; it runs until Ctrl-C
then:  strongroom doctor, from another terminal, and with the same --state and --config
Settings, keys and backups are in docs/operations.md."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "strongroom",
        description="A privileged-password vault whose only memory is a log.",
        epilog=FIRST_STEPS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND", title="commands")
    _processes(commands)
    _tools(commands)
    return parser


def _processes(commands: Subcommands) -> None:
    runs = "run everything on this machine, and look after it, until Ctrl-C or SIGTERM"
    starts = words.command(commands, "up", up, runs)
    host = "address to listen on; 127.0.0.1 unless said otherwise, 0.0.0.0 for all (STRONGROOM_HOST)"
    starts.add_argument("--host", type=words.host, metavar="ADDRESS", help=host)
    port = "port of the console and the API; 7272 unless said otherwise (STRONGROOM_PORT)"
    starts.add_argument("--port", type=words.port, metavar="N", help=port)
    first = "at the first start, give the user admin the password in this file (mode 600), and print no link"
    starts.add_argument("--admin-password-file", type=Path, metavar="FILE", help=first)
    opens = "bring the databases that the environment names up to date, and open the log: once, and after each upgrade"
    words.command(commands, "open", open_log, opens).add_argument(
        "--admin-password-file", type=Path, metavar="FILE", help=first
    )
    _preparing(commands)
    for name, run in (("api", api), ("projector", projector), ("worker", worker), ("signer", signer), ("door", door)):
        does = f"run one {name} process alone, against the servers that the environment names; `up` runs them all"
        words.command(commands, name, run, does)


def _preparing(commands: Subcommands) -> None:
    does = "make the keys of an installation whose parts run apart, and lay a folder for each part, with what it needs"
    lays = words.command(commands, "prepare", prepare, does)
    lays.add_argument("--into", type=words.folder, metavar="DIR", required=True, help="where the folders go")
    lays.add_argument("--database", type=words.host, metavar="HOST", required=True, help="where PostgreSQL will be")
    bus = "where a server of NATS will be; again for each one of a cluster"
    lays.add_argument("--bus", type=words.member, metavar="HOST:PORT", action="append", required=True, help=bus)
    owns = "who is to read a folder, by number: api=7001; again for others, as root"
    lays.add_argument("--owner", type=words.owner, metavar="NAME=UID", action="append", default=[], help=owns)


def _tools(commands: Subcommands) -> None:
    checks = "check everything this installation needs, and say what to do; exits with 1 when something stops work"
    words.command(commands, "doctor", doctor, checks, answers=True)
    invents = "make a new vault with a year of a company that does not exist, to try things on; refused over any other"
    invented = words.command(commands, "demo", demo, invents, answers=True)
    invented.add_argument("--seed", type=int, default=1, metavar="N", help="another number, another story")
    models.add(commands, _progress, _replay_begun, _replay_ended)
    below = ledger.add(commands, _progress, _check_models)
    ceremonies.add(commands, below, _progress, _refold)
    siem_words.add(commands, models.when)
    models.add_replay(below, _progress, _replay_begun, _replay_ended)


def _settings(said: argparse.Namespace) -> Settings:
    folders = {name: getattr(said, name).expanduser().absolute() for name in ("state", "config") if getattr(said, name)}
    told = {"host": getattr(said, "host", None), "port": getattr(said, "port", None)}
    return Settings.from_env(os.environ).with_(**folders, **told).usable()


def _say(text: str) -> None:
    print(text, flush=True)


def _fail(error: Exception) -> int:
    from ops.runtime.complaints import sentence

    print(f"strongroom: {sentence(error)}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
