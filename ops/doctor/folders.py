"""Checks of what lies on disk: the log's identity, its keys, who can read them, the certificate."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ops.crypto import certificates
from ops.doctor.findings import Finding, look, stops, well
from ops.runtime import certificates as console
from ops.runtime import keys
from ops.settings import Settings, SettingsError

SOON = timedelta(days=21)


def identity(settings: Settings) -> Iterator[Finding]:
    try:
        yield well("identity", f"log {settings.log_id}")
    except SettingsError as error:
        yield stops("identity", str(error), "start `strongroom up`, or put log.id back from a copy")


def is_known(settings: Settings) -> bool:
    """Whether this state folder says which log it holds, and by that where the keys are."""
    try:
        return bool(settings.log_id)
    except SettingsError:
        return False


def folders(settings: Settings) -> Iterator[Finding]:
    """Nobody else may write where we keep our state, nor look where we keep our keys."""
    for path, forbidden in ((settings.state, 0o022), (settings.state / "pgdata", 0o077), *_key_folders(settings)):
        if not path.exists():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & forbidden:
            yield stops(
                "folders", f"others can reach into {path} (mode {mode:04o})", f"chmod {mode & ~forbidden:o} {path}"
            )
        else:
            yield well("folders", f"{path} is ours alone")


def key_files(settings: Settings) -> Iterator[Finding]:
    if not is_known(settings):
        return
    for name in keys.names(settings):
        path = settings.keys / name
        if not path.exists():
            yield stops(
                "keys", f"{path} is missing", "restore it from where the keys are kept safe: nothing can replace it"
            )
        elif (complaint := keys.complaint(settings, name)) is not None:
            yield stops("keys", complaint, f"chmod 600 {path} and give it to who starts Strongroom, or restore it")
        else:
            yield well("keys", name)


def certificate(settings: Settings) -> Iterator[Finding]:
    if not is_known(settings):
        return
    path = console.certificate_file(settings)
    try:
        pem = path.read_bytes()
        ends, ours = certificates.ends_at(pem), certificates.is_ours(pem)
        fits = certificates.belong_together(pem, console.key_file(settings).read_bytes())
    except (OSError, ValueError) as error:
        yield stops(
            "certificate", f"{path} cannot be used: {error}", f"remove {path} and start again, or put yours there"
        )
        return
    yield _judged(path, ends, ours, fits)


def _judged(path: Path, ends: datetime, ours: bool, fits: bool) -> Finding:
    renew = f"remove {path} and start again: a new one is made" if ours else f"put a renewed one into {path}"
    if not fits:
        return stops("certificate", f"{path} and its key do not belong together", renew)
    if ends <= datetime.now(UTC):
        return stops("certificate", f"ended on {ends:%Y-%m-%d}", renew)
    if ends - datetime.now(UTC) < SOON:
        return look("certificate", f"ends on {ends:%Y-%m-%d}", renew)
    return well("certificate", f"good until {ends:%Y-%m-%d}{', self-signed' if ours else ''}")


def _key_folders(settings: Settings) -> list[tuple[Path, int]]:
    if not is_known(settings):
        return []
    return [(settings.keys, 0o077), (settings.bus, 0o077), (settings.tls, 0o077)]


CHECKS = (identity, folders, key_files, certificate)
