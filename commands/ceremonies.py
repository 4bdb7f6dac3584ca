"""The words of the command line for what two administrators have to agree to; the work is loaded when asked for."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from ops import words
from ops.settings import Settings
from ops.words import Subcommands

Progress = Callable[[str], Callable[[int, int], None]]
Refold = Callable[[Settings], None]
TIERS = ("event", "secret")


def add(commands: Subcommands, ledger: Subcommands, progress: Progress, refold: Refold) -> None:
    """`ledger recover`, and `keys …`; `refold` makes the read models anew, which is not ours to do."""
    anew = (
        "go on from a log that is not what was signed: two administrators say so at this terminal, and it is recorded"
    )
    words.command(ledger, "recover", lambda said, settings: _recover(settings, progress), anew)
    who = (
        "agree who has to witness the log: two administrators say so at this terminal, and no other policy counts then"
    )
    agrees = words.command(ledger, "policy", _agree, who)
    agrees.add_argument(
        "file", type=Path, metavar="FILE", help="a policy (C2SP tlog-policy); it is put beside the keys"
    )
    below = words.group(commands, "keys", "the roots, and the data keys under them")
    shown = "say how many data keys lie under which version of their root"
    words.command(below, "status", _status, shown, answers=True)
    new = "make a new version of a root and bring every data key under it, while the vault is used: two administrators "
    new += "say so at this terminal. Interrupted, it goes on where it was"
    rotates = words.command(below, "rotate", lambda said, settings: _rotate(said, settings, progress), new)
    tier = "event: what opens events; secret: what opens passwords"
    rotates.add_argument("--tier", choices=TIERS, required=True, help=tier)
    _add_protecting(below)
    _add_forgetting(below, refold)


def _add_protecting(below: Subcommands) -> None:
    other = "keep the roots another way: two administrators say so at this terminal, while the vault runs"
    protects = words.command(below, "protect", _protect, other)
    ways = "file: in the clear, for their owner alone; passphrase or shares: sealed, and brought at each start; "
    ways += "pkcs11: in a token, which gives none away"
    protects.add_argument("--by", choices=("file", "passphrase", "shares", "pkcs11"), required=True, help=ways)
    few = "how many shares open the roots; 3 unless said otherwise"
    protects.add_argument("--threshold", type=int, default=3, metavar="N", help=few)
    many = "how many shares are made; 5 unless said otherwise"
    protects.add_argument("--shares", type=int, default=5, metavar="N", help=many)
    protects.add_argument("--module", metavar="FILE", default="", help="the token's PKCS#11 library")
    protects.add_argument("--token", metavar="NAME", default="", help="the token's label")
    brings = "bring a share, or the passphrase, to a vault that is sealed; it is asked for, and never shown"
    opens = words.command(below, "unseal", _unseal, brings)
    where = "where the vault is, https://HOST:PORT; unless said otherwise, the one over --state"
    opens.add_argument("--address", metavar="URL", help=where)
    opens.add_argument("--ca", type=Path, metavar="FILE", help="the certificate to know it by (PEM)")


def _add_forgetting(below: Subcommands, refold: Refold) -> None:
    gone = "forget a user or an account for good: delete the keys of all that was said of it. Two administrators say "
    gone += "so at this terminal. Proofs stay valid; nobody can bring it back"
    shreds = words.command(below, "shred", lambda said, settings: _shred(said, settings, refold), gone)
    which = shreds.add_mutually_exclusive_group(required=True)
    which.add_argument("--user", metavar="NAME", help="the name or id of somebody who is disabled")
    which.add_argument("--account", metavar="ID", help="the id of an account; the resource is not asked")
    shreds.add_argument("--reason", required=True, metavar="TEXT", help="why; it is recorded")
    copies = "copy the wrapped data keys to a file: a backup of the database leaves ledger.event_keys and "
    copies += "ledger.secret_keys out. Copies older than 30 days in that folder are removed"
    backs = words.command(below, "backup", _backup, copies)
    backs.add_argument("--to", type=Path, required=True, metavar="DIR", help="a folder that only you can read")
    back = "put back the data keys that are missing from a copy; what was forgotten for good stays so"
    restores = words.command(below, "restore", _restore, back)
    restores.add_argument("file", type=Path, metavar="FILE", help="as `keys backup` named it")


def _recover(settings: Settings, progress: Progress) -> int:
    from commands.recovering import recover
    from ops import terminal

    done = recover(settings, terminal.ask_administrator, terminal.show_loss, progress("reading the log"))
    _say(
        f"Recorded at position {done.position}: the log goes on as {done.loss.new_name}. Tell your witnesses that name"
    )
    _say("and start Strongroom anew; `When the log is read-only` in docs/operations.md says what comes next.")
    return 0


def _agree(said: argparse.Namespace, settings: Settings) -> int:
    from commands.agreeing import agree
    from ops import terminal

    terminal.refuse_no_terminal()
    done = agree(settings, said.file, terminal.ask_administrator)
    asked = f"{', '.join(done.witnesses)} are asked, as {done.quorum} has to" if done.witnesses else "nobody is asked"
    _say(f"Agreed: {asked}. Start Strongroom anew to go by it.")
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


def _protect(said: argparse.Namespace, settings: Settings) -> int:
    from commands.protecting import People, Wanted, protect
    from ops import terminal
    from ops.crypto.roots import Provider
    from ops.runtime.process import StartError

    terminal.refuse_no_terminal()
    by = Provider(said.by)
    numbers = (said.threshold, said.shares) if by is Provider.SHARES else (0, 0)
    if by is Provider.PKCS11 and not (said.module and said.token):
        raise StartError("name the token's library and its label: --module FILE --token NAME")
    people = People(terminal.ask_administrator, terminal.ask_unseen, terminal.show_share, terminal.say)
    if not protect(settings, Wanted(by, numbers[0], numbers[1], said.module, said.token), people):
        _say("The shares were not typed back as they are: nothing was changed, and those that were shown are void.")
        return 1
    _say(f"The roots are kept by {by} now. Start Strongroom anew, or it cannot start again a process that falls.")
    _say("Copies of the key folder that were made before open the log still: destroy them, or keep them as safe.")
    return 0


def _unseal(said: argparse.Namespace, settings: Settings) -> int:
    from ops import terminal
    from ops.runtime.unseal import bring

    done = bring(settings, said.address, said.ca, terminal.ask_unseen)
    _say(done.said)
    return 1 if done.refused else 0


def _shred(said: argparse.Namespace, settings: Settings, refold: Refold) -> int:
    from commands.forgetting import Wanted, shred
    from domain.shreddings import Forgettable
    from ops import terminal

    terminal.refuse_no_terminal()
    kind = Forgettable.USER if said.user else Forgettable.ACCOUNT
    wanted = Wanted(kind, said.user or said.account, said.reason)
    done = shred(settings, wanted, terminal.ask_administrator, terminal.show_forgetting, refold)
    if done is None:
        _say("It was not agreed to; nothing was changed.")
        return 1
    _say(f"The {kind} {done.subject} is forgotten: {done.keys} data keys are deleted, every read model was made anew.")
    if done.copies_until is None:
        _say("`keys backup` made no copy that is still kept; whatever else copied the database keeps what it copied.")
    else:
        _say(f"The last copy that `keys backup` made of them has to be gone on {done.copies_until}.")
    return 0


def _backup(said: argparse.Namespace, settings: Settings) -> int:
    from commands.forgetting import backup

    done = backup(settings, said.to)
    counts = " and ".join(f"{count} {tier} keys" for tier, count in done.keys.items())
    _say(f"{counts} are in {done.path}; {done.removed} copies older than 30 days were removed.")
    return 0


def _restore(said: argparse.Namespace, settings: Settings) -> int:
    from commands.forgetting import restore

    _say(f"{restore(settings, said.file)} data keys were put back; the others were there, or are forgotten for good.")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
