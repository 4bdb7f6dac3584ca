"""Words of the command line: what every command takes, and what cannot be used is refused before anything is made."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from ops.runtime.accounts import Account
from ops.runtime.members import BETWEEN, Member
from ops.settings import Settings

Run = Callable[[argparse.Namespace, Settings], int]
Subcommands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 1 to 65535")
    return int(text)


def folder(text: str) -> Path:
    """An empty one is a variable of the shell that is not set: it would be the folder we happen to stand in."""
    if not text:
        raise argparse.ArgumentTypeError("'' is no folder: name one, or leave the option out")
    return Path(text)


def host(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("'' is no address: give one of this machine's, or 0.0.0.0 for all of them")
    return text


def member(text: str) -> Member:
    """A server of NATS, whose port for the other servers must be a port too."""
    name, _, number = text.rpartition(":")
    if not name or not number.isascii() or not number.isdigit() or not 1 <= int(number) <= 65535 - BETWEEN:
        raise argparse.ArgumentTypeError(f"{text!r} is no server: write HOST:PORT, the port up to {65535 - BETWEEN}")
    return Member(name, int(number))


def position(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 1 << 63:
        raise argparse.ArgumentTypeError(f"{text!r} is no position: give a number from 1 on")
    return int(text)


def owner(text: str) -> tuple[str, Account]:
    """`api=7001`: whose folder, and the number of the OS user (and his group) who is to read it."""
    who, _, number = text.partition("=")
    if not who or not number.isascii() or not number.isdigit() or int(number) >= 1 << 31:
        raise argparse.ArgumentTypeError(f"{text!r} names no owner: write NAME=NUMBER of an OS user")
    return who, Account(who, int(number), int(number))


def command(among: Subcommands, name: str, run: Run, does: str, answers: bool = False) -> argparse.ArgumentParser:
    """Every command takes --json; only those that answer something tell of it."""
    added = among.add_parser(name, help=does, description=f"{does[0].upper()}{does[1:]}.")
    added.add_argument(
        "--state", type=folder, metavar="DIR",
        help="folder of everything that changes (STRONGROOM_STATE); as root /var/lib/strongroom, else "
        "~/.local/state/strongroom",
    )  # fmt: skip
    added.add_argument(
        "--config", type=folder, metavar="DIR",
        help="folder in which strongroom/ holds the keys (STRONGROOM_CONFIG); as root /etc, else ~/.config",
    )  # fmt: skip
    added.add_argument("--json", action="store_true", help="answer as JSON" if answers else argparse.SUPPRESS)
    added.set_defaults(run=run)
    return added


def group(commands: Subcommands, name: str, about: str) -> Subcommands:
    shown = commands.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.")
    return shown.add_subparsers(required=True, metavar="ACTION", title="actions")
