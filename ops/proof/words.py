"""The words of the command line about the log and its proof; what does the work is loaded when it is asked for."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ops import words
from ops.settings import Settings
from ops.words import Subcommands

if TYPE_CHECKING:
    from ops.ledger.findings import Finding

LEVELS = ("tiles", "rows", "models", "stream")
Progress = Callable[[str], Callable[[int, int], None]]
Models = Callable[[Settings, Progress], "list[Finding]"]
"""What looks for faults of the read models: they lie above the log, which knows nothing of them."""


def add(commands: Subcommands, progress: Progress, models: Models) -> Subcommands:
    """`witness`, and `ledger …`, which may get more."""
    below = words.group(commands, "ledger", "the event log itself: verify it, prove it, take a proof of it elsewhere")
    _verify(below, progress, models)
    key = "print the log's public key: what auditors and witnesses check by; hand it over by a way of its own"
    words.command(below, "key", _key, key)
    signed = "print the newest signed checkpoint: whoever keeps it can ask later whether the log still begins with it"
    words.command(below, "checkpoint", _checkpoint, signed, answers=True)
    one = "print the proof that one record is in the log (C2SP tlog-proof)"
    proves = words.command(below, "proof", _proof, one)
    proves.add_argument("position", type=words.position, metavar="POSITION", help="of the record, from 1")
    whole = (
        "write leaf entries, tiles and a signed checkpoint for an auditor: no secret, and no readable event, is in it"
    )
    exports = words.command(below, "export", lambda said, settings: _export(said, settings, progress), whole)
    exports.add_argument("--to", type=words.folder, metavar="DIR", required=True, help="a folder that is not there yet")
    _witness(commands)
    return below


def _verify(below: Subcommands, progress: Progress, models: Models) -> None:
    whole = "verify the whole log: what was signed, tiles, order, times, streams, authors, signatures, states; exits "
    whole += "with 0 when all holds, else with the class of the first fault. With --export or --proof, without a vault"
    verifies = words.command(
        below, "verify", lambda said, settings: _verified(said, settings, progress, models), whole, True
    )
    verifies.add_argument(
        "--level",
        choices=LEVELS,
        action="append",
        default=[],
        help="this level alone, again for others: what was signed, the log's rows, the read models, what lies on NATS; "
        "the first two unless said",
    )
    seen = "a checkpoint that you kept: the log must begin with it; again for others"
    verifies.add_argument("--seen", type=Path, action="append", default=[], metavar="FILE", help=seen)
    verifies.add_argument("--export", type=Path, metavar="DIR", help="verify this export instead, by --key")
    verifies.add_argument(
        "--proof", type=Path, metavar="FILE", help="verify this proof of one record instead, by --key"
    )
    verifies.add_argument("--key", metavar="VKEY", help="the log's public key, or a file that holds it")
    verifies.add_argument("--policy", type=Path, metavar="FILE", help="which witnesses have to have cosigned")


def _witness(commands: Subcommands) -> None:
    does = "remember the last checkpoint of somebody's log and cosign what goes on from it: for a machine of its own"
    stands = words.command(commands, "witness", _stand, does)
    stands.add_argument(
        "--name", required=True, metavar="NAME", help="as which it cosigns, like a host's name and a path"
    )
    log = "a log's public key (`ledger key`), or a file that holds it; again for others"
    stands.add_argument("--log", required=True, action="append", metavar="VKEY", help=log)
    stands.add_argument(
        "--listen", type=words.member, default="127.0.0.1:7280", metavar="HOST:PORT", help="where; 127.0.0.1:7280"
    )


def _verified(said: argparse.Namespace, settings: Settings, progress: Progress, models: Models) -> int:
    if said.export is not None or said.proof is not None:
        return _elsewhere(said)
    from ops.proof import operator

    further = {"models": models, "stream": operator.stream}
    outcome = operator.verified(settings, said.level, said.seen, progress, further)
    _say(outcome.as_json() if said.json else outcome.text())
    return outcome.exit_code


def _elsewhere(said: argparse.Namespace) -> int:
    """By the auditor's own program, which needs nothing of this installation."""
    from ops.proof import auditor

    if said.key is None:
        sys.stderr.write("strongroom: --key is missing: the log's public key, by `ledger key` where the log is\n")
        return 2
    asked = [str(said.export or said.proof), "--key", said.key, *(["--json"] if said.json else [])]
    asked += ["--policy", str(said.policy)] if said.policy is not None else []
    return auditor.main([*asked, *(word for each in said.seen for word in ("--seen", str(each)))])


def _key(_: argparse.Namespace, settings: Settings) -> int:
    from ops.proof import operator

    _say(str(operator.public_key(settings)))
    return 0


def _checkpoint(said: argparse.Namespace, settings: Settings) -> int:
    from ops.proof import operator

    signed = operator.checkpoint(settings)
    _say(operator.as_json(signed) if said.json else signed.note.rstrip("\n"))
    return 0


def _proof(said: argparse.Namespace, settings: Settings) -> int:
    from ops.proof import operator

    sys.stdout.write(operator.proof(settings, said.position))
    return 0


def _export(said: argparse.Namespace, settings: Settings, progress: Progress) -> int:
    from ops.proof import operator

    signed = operator.exported(settings, said.to, progress("exporting"))
    _say(f"{said.to} holds {signed.size} records of {signed.origin}: check it with `ledger verify --export`")
    return 0


def _stand(said: argparse.Namespace, settings: Settings) -> int:
    from ops.proof.notes import VerifierKey
    from ops.witness.main import Plan, main

    logs = [VerifierKey.parse(Path(each).read_text() if Path(each).is_file() else each) for each in said.log]
    return main(Plan(said.name, logs, settings.state / "witness", said.listen.host, said.listen.port), _say)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
