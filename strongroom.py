"""The command line, and the only module that sees every layer."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from ops.settings import Settings, SettingsError

Run = Callable[[argparse.Namespace, Settings], int]


def main(words: Sequence[str] | None = None) -> int:
    """Carry out one command; what went wrong, why, and what to do goes to standard error."""
    said = _parser().parse_args(words)
    try:
        run: Run = said.run
        return run(said, _settings(said))
    except SettingsError as error:
        return _fail(error)


def up(said: argparse.Namespace, settings: Settings) -> int:
    from ops.crypto.keyfiles import KeyFileError
    from ops.migrations.runner import MigrationError
    from ops.runtime.accounts import AccountError
    from ops.runtime.process import StartError
    from ops.runtime.up import up

    try:
        up(settings, _open_vault, said.admin_password_file, _say)
    except (StartError, AccountError, MigrationError, KeyFileError) as error:
        return _fail(error)
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


def doctor(said: argparse.Namespace, settings: Settings) -> int:
    from ops.doctor import examine, report

    findings = examine.everything(settings)
    _say(report.as_json(findings) if said.json else report.as_text(findings))
    return 1 if report.stops_work(findings) else 0


def _open_vault(settings: Settings, password_file: Path | None) -> str | None:
    from commands.first_start import open_vault

    return open_vault(settings, password_file)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "strongroom", description="A privileged-password vault whose only memory is a log."
    )
    everywhere = argparse.ArgumentParser(add_help=False)
    everywhere.add_argument("--state", type=Path, help="folder of everything that changes (STRONGROOM_STATE)")
    everywhere.add_argument(
        "--config", type=Path, help="folder that holds strongroom/ with the keys (STRONGROOM_CONFIG)"
    )
    everywhere.add_argument("--json", action="store_true", help="answer as JSON")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Run, does: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=does, description=does, parents=[everywhere])
        added.set_defaults(run=run)
        return added

    starts = command("up", up, "run everything on this machine, and look after it")
    starts.add_argument("--host", help="address to listen on; 127.0.0.1 unless said otherwise (STRONGROOM_HOST)")
    starts.add_argument("--port", type=int, help="port of the console and the API; 7272 (STRONGROOM_PORT)")
    starts.add_argument("--admin-password-file", type=Path, help="make the first administrator, with this password")
    command("api", api, "run one api process against the servers that the environment names")
    command("projector", projector, "run one projector")
    command("worker", worker, "run one worker")
    command("doctor", doctor, "check everything this installation needs, and say what to do")
    return parser


def _settings(said: argparse.Namespace) -> Settings:
    folders = {name: getattr(said, name).expanduser().absolute() for name in ("state", "config") if getattr(said, name)}
    return Settings.from_env(os.environ).with_(
        **folders, host=getattr(said, "host", None), port=getattr(said, "port", None)
    )


def _say(text: str) -> None:
    print(text, flush=True)


def _fail(error: Exception) -> int:
    print(f"strongroom: {error}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
