"""Which key files a log has: made together before it is opened, and never again."""

from __future__ import annotations

from ops.crypto import keyfiles, roots
from ops.runtime import bus_users, files
from ops.runtime.nats import FOLLOWER, PUBLISHER, TELLER
from ops.settings import Settings

ROOTS = ("event.root", "secret.root")
AUTHORS = ("author.api", "author.worker", "author.system")
BUS = ("bus.key", "nats/store.key")
SEEDS = (f"nats/{PUBLISHER}.seed", f"nats/{FOLLOWER}.seed")
LATER = (f"nats/{TELLER}.seed",)
"""Came with a later release, and nothing hangs on it: a vault that lacks it gets one at its next start."""
OTHERS = (*AUTHORS, *BUS, *SEEDS)
NAMES = (*ROOTS, *OTHERS)


def names(settings: Settings) -> tuple[str, ...]:
    """Those that this log has: roots that are sealed lie in a file of their own."""
    return NAMES if roots.described(settings) is None else (roots.NAME, *OTHERS)


def missing(settings: Settings) -> list[str]:
    return [name for name in names(settings) if not (settings.keys / name).exists()]


def make(settings: Settings) -> None:
    """Every key file that is not there. An existing one is never replaced: it may be all that opens a log."""
    for folder in (settings.keys.parent, settings.keys, settings.bus):
        files.folder(folder, 0o700)
    for name in missing(settings):
        if name in SEEDS:
            files.write(settings.keys / name, bus_users.new_seed(), 0o600)
        else:
            keyfiles.create(settings.keys / name)
    make_later(settings)


def make_later(settings: Settings) -> None:
    for name in LATER:
        if not (settings.keys / name).exists():
            files.write(settings.keys / name, bus_users.new_seed(), 0o600)


def complaint(settings: Settings, name: str) -> str | None:
    """What is wrong with a key file or how it lies there; None when nothing is."""
    path = settings.keys / name
    try:
        content = keyfiles.read(path)
        if name == roots.NAME:
            roots.described(settings)
    except keyfiles.KeyFileError as error:
        return str(error)
    if name == roots.NAME:
        return None
    if name in (*SEEDS, *LATER):
        return None if bus_users.is_seed(content) else f"{path} is no seed of a NATS user: restore it from a safe copy"
    if not content or len(content) % keyfiles.SIZE:
        return f"{path} has {len(content)} bytes, which is no key: restore it from a safe copy"
    return None


def seed_of(settings: Settings, user: str) -> str:
    """What this user of NATS signs in by; KeyFileError when the file holds something else."""
    path = settings.bus / f"{user}.seed"
    if not bus_users.is_seed(content := keyfiles.read(path)):
        raise keyfiles.KeyFileError(f"{path} is no seed of a NATS user: restore it from a safe copy")
    return content.decode().strip()


def bus_user_names(settings: Settings) -> dict[str, str]:
    """The public halves of the seeds: all that NATS is told."""
    return {user: bus_users.public_half(seed_of(settings, user).encode()) for user in (PUBLISHER, FOLLOWER, TELLER)}


def store_key(settings: Settings) -> str:
    """What seals JetStream's files."""
    return keyfiles.read_key(settings.bus / "store.key").hex()
