"""Checks of the machine: Python, packages, disk, ports, users."""

from __future__ import annotations

import importlib.metadata
import shutil
import socket
import sys
from collections.abc import Iterator

from ops.doctor.findings import Finding, look, stops, well
from ops.runtime import accounts, binaries, listening, up
from ops.settings import LOOPBACK, Settings

OLDEST_PYTHON = (3, 11)
TIGHT, FULL = 5 << 30, 1 << 30
PACKAGES = (binaries.POSTGRES, binaries.NATS, "psycopg", "cryptography", "uvicorn", "asyncssh")


def python(_: Settings) -> Iterator[Finding]:
    release = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        yield stops("python", f"this is Python {release}", "make the environment anew with Python 3.11 or newer")
    else:
        yield well("python", release)


def packages(_: Settings) -> Iterator[Finding]:
    gone = [name for name in PACKAGES if not _installed(name)]
    if gone:
        yield stops("packages", f"{', '.join(gone)} missing", "run `make install` in the checkout")
    else:
        yield well("packages", "installed")


def disk(settings: Settings) -> Iterator[Finding]:
    """PostgreSQL stops when it cannot write; nothing is lost, and nothing works."""
    folder = next(path for path in (settings.state, *settings.state.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    says = f"{free / (1 << 30):.1f} GiB free for {settings.state}"
    remedy = "free some space, or move the state folder to a larger disk (docs/operations.md)"
    if free < FULL:
        yield stops("disk", says, remedy)
    else:
        yield look("disk", says, remedy) if free < TIGHT else well("disk", says)


def ports(settings: Settings) -> Iterator[Finding]:
    """While we run they are ours; while we do not, nobody else may have them."""
    wanted = {"STRONGROOM_PORT": (settings.host, settings.port)}
    if settings.nats_url is None:
        wanted["STRONGROOM_NATS_PORT"] = (LOOPBACK, settings.nats_port)
    for variable, (host, port) in wanted.items():
        if not up.is_running(settings) and (trouble := listening.cannot_bind(host, port)) is not None:
            remedy = f"stop who listens there (`ss -ltnp 'sport = :{port}'`), or set {variable} to another port"
            yield stops("ports", f"{host} port {port}: {trouble}", remedy)
        else:
            yield well("ports", f"{host} port {port} is {'ours' if up.is_running(settings) else 'free'}")


def separation(settings: Settings) -> Iterator[Finding]:
    """Whether the processes' OS users keep them apart."""
    if not accounts.is_root():
        yield look(
            "separation",
            f"all processes run as {accounts.me().name}: whoever takes one over takes over all, keys included",
            "for real secrets run `strongroom up` as root: each process then gets an OS user of its own",
        )
        return
    users = (accounts.SERVERS, *accounts.PROCESSES.values())
    if gone := [name for name in users if accounts.lookup(name) is None]:
        yield stops(
            "separation", f"OS users missing: {', '.join(gone)}", "run `strongroom up` once as root: it makes them"
        )
    else:
        yield well("separation", "each process has an OS user of its own")


def name(settings: Settings) -> Iterator[Finding]:
    try:
        socket.getaddrinfo(settings.host or None, settings.port)
    except OSError as error:
        yield stops("host", f"{settings.host}: {error.strerror}", "set STRONGROOM_HOST to an address of this machine")
    else:
        yield well("host", settings.host)


def _installed(package: str) -> bool:
    try:
        return bool(importlib.metadata.version(package))
    except importlib.metadata.PackageNotFoundError:
        return False


CHECKS = (python, packages, disk, name, ports, separation)
