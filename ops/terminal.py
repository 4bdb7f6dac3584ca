"""People at a terminal: what they are shown, and asked. A password is never shown, and is taken from nothing else."""

from __future__ import annotations

import getpass
import sys

from domain.secrets import Secret
from ops.runtime.process import StartError
from ops.signer.recovery import Loss

WORDS_A_LINE = 6
CLEARED = "\033[H\033[2J\033[3J"
"""The screen, and what can be scrolled back to."""
AGREED, FORGET = "recover", "forget"


def show_loss(loss: Loss) -> bool:
    """What is lost, and what going on means; whether somebody agrees to it in a word of his own."""
    refuse_no_terminal()
    say(f"The log is read-only: {loss.why}")
    say(f"Signed as {loss.old_name} were {loss.old_size} records. It ends at {loss.head} now, and is what was signed")
    say(f"up to position {loss.kept}: {loss.lost} records are lost, or others stand in their place.")
    for position in sorted(loss.admitted)[:20]:
        say(f"  position {position} was not written by its author; it stays, and is named in the record")
    say(f"It would go on as {loss.new_name}. What was signed before proves nothing of what comes now, for ever.")
    say("Look for a newer copy of the database first: to put that back loses nothing.")
    return input(f"Type {AGREED} to go on, anything else to leave all as it is: ").strip() == AGREED


def show_forgetting(what: str) -> bool:
    """What is about to be forgotten; whether somebody agrees to it in a word of his own."""
    say(f"To be forgotten for good is {what}: all that was ever said of it, and every password it had.")
    say("Its records stay in the log, sealed for ever. Reasons that people gave elsewhere are not its own, and stay.")
    return input(f"Type {FORGET} to go on, anything else to leave all as it is: ").strip() == FORGET


def ask_administrator(number: int) -> tuple[str, Secret]:
    name = input(f"Administrator {number} of 2, user name: ")
    return name, Secret(getpass.getpass("Password: "))


def ask_unseen(wanted: str) -> str:
    return getpass.getpass(wanted)


def show_share(number: int, of: int, words: str) -> None:
    """To whoever holds it, and to nobody after him."""
    input(f"Share {number} of {of}: only whoever is to hold it looks at the screen now. Enter shows it: ")
    for start in range(0, len(words.split()), WORDS_A_LINE):
        say("  " + " ".join(words.split()[start : start + WORDS_A_LINE]))
    input("Write it down on paper. Enter takes it away: ")
    sys.stdout.write(CLEARED)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def refuse_no_terminal() -> None:
    if not sys.stdin.isatty():
        raise StartError("two administrators have to sit at a terminal for this: start it in one")
