"""The words of the command line for what two administrators have to agree to; the work is loaded when asked for."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict

from ops import words
from ops.settings import Settings
from ops.words import Subcommands

Progress = Callable[[str], Callable[[int, int], None]]
TIERS = ("event", "secret")


def add(commands: Subcommands, ledger: Subcommands, progress: Progress) -> None:
    """`ledger recover`, and `keys …`."""
    anew = (
        "go on from a log that is not what was signed: two administrators say so at this terminal, and it is recorded"
    )
    words.command(ledger, "recover", lambda said, settings: _recover(settings, progress), anew)
    below = words.group(commands, "keys", "the roots, and the data keys under them")
    shown = "say how many data keys lie under which version of their root"
    words.command(below, "status", _status, shown, answers=True)
    new = "make a new version of a root and bring every data key under it, while the vault is used: two administrators "
    new += "say so at this terminal. Interrupted, it goes on where it was"
    rotates = words.command(below, "rotate", lambda said, settings: _rotate(said, settings, progress), new)
    tier = "event: what opens events; secret: what opens passwords"
    rotates.add_argument("--tier", choices=TIERS, required=True, help=tier)


def _recover(settings: Settings, progress: Progress) -> int:
    from commands.recovering import recover
    from ops import terminal

    done = recover(settings, terminal.ask_administrator, terminal.show_loss, progress("reading the log"))
    _say(
        f"Recorded at position {done.position}: the log goes on as {done.loss.new_name}. Tell your witnesses that name"
    )
    _say("and start Strongroom anew; `When the log is read-only` in docs/operations.md says what comes next.")
    return 0


def _status(said: argparse.Namespace, settings: Settings) -> int:
    from ops.crypto import key_status

    found = key_status.of(settings)
    _say(json.dumps([asdict(each) for each in found]) if said.json else key_status.as_text(found))
    return 0


def _rotate(said: argparse.Namespace, settings: Settings, progress: Progress) -> int:
    from commands.rotating import rotate
    from ops import terminal
    from ops.crypto.key_store import Tier

    terminal.refuse_no_terminal()
    done = rotate(settings, Tier(said.tier), terminal.ask_administrator, _say, progress("wrapping keys"))
    _say(f"All {done.tier} keys lie under version {done.version} now; {done.count} were brought there.")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
