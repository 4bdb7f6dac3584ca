"""What the environment says about this installation: folders, addresses, numbers; never a secret."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self
from uuid import UUID

PREFIX = "STRONGROOM_"
LOOPBACK = "127.0.0.1"
AMBIENT = frozenset({
    "AGGREGATE_RECORDER_TOPIC", "APPLICATION_RECORDER_TOPIC", "CIPHER_KEY", "CIPHER_TOPIC", "COMPRESSOR_TOPIC",
    "CREATE_TABLE", "EVENTSOURCING_DISABLE_REDEFINITION_CHECK", "FACTORY_TOPIC", "INFRASTRUCTURE_FACTORY",
    "IS_SNAPSHOTTING_ENABLED", "MAPPER_TOPIC", "ORIGINATOR_ID_TYPE", "PERSISTENCE_MODULE", "PROCESS_RECORDER_TOPIC",
    "TRACKING_RECORDER_TOPIC", "TRANSCODER_TOPIC",
})  # fmt: skip
"""Variables by which the eventsourcing library lets the environment replace its parts: nobody may replace ours."""


class SettingsError(Exception):
    """A setting that cannot be used; the message says which, why, and what to write instead."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One installation, as this process was told of it."""

    state: Path
    config: Path
    host: str = LOOPBACK
    port: int = 7272
    nats_port: int = 7273
    database_url: str | None = None
    views_url: str | None = None
    nats_url: str | None = None
    run_as: str | None = None
    ready_fd: int | None = None
    lease_seconds: int = 90
    """How long one attempt at a reset may take."""
    guess_seconds: int = 60
    """How far apart a worker tries two passwords on one account: resources count wrong ones."""
    supervisor: int | None = None
    traces: str | None = None

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read the environment, once, at the start of a process."""
        _refuse_ambient(environ)
        given = {name.removeprefix(PREFIX).lower(): value for name, value in environ.items() if name.startswith(PREFIX)}
        return cls(
            state=_folder(given, "state", environ),
            config=_folder(given, "config", environ),
            host=given.get("host", LOOPBACK),
            port=_number(given, "port", 7272, 65535),
            nats_port=_number(given, "nats_port", 7273, 65535),
            database_url=given.get("database_url"),
            views_url=given.get("views_url"),
            nats_url=given.get("nats_url"),
            run_as=given.get("run_as"),
            lease_seconds=_number(given, "lease_seconds", 90, 300),
            guess_seconds=_number(given, "guess_seconds", 60, 300),
            ready_fd=_number(given, "ready_fd", 0, 1 << 20) if "ready_fd" in given else None,
            supervisor=_number(given, "supervisor", 0, 1 << 22) if "supervisor" in given else None,
            traces=given.get("traces"),
        )

    def with_(self, **changes: object) -> Self:
        """The same installation, with what the command line said otherwise."""
        return replace(self, **{name: value for name, value in changes.items() if value is not None})  # type: ignore[arg-type]

    def to_env(self) -> dict[str, str]:
        """The variables by which a child reads these settings again."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {PREFIX + name.upper(): str(value) for name, value in values.items() if value is not None}

    @property
    def log_id_file(self) -> Path:
        return self.state / "log.id"

    @property
    def log_id(self) -> UUID:
        """The log that this state folder belongs to; every byte sealed for it names it."""
        try:
            return UUID(self.log_id_file.read_text().strip())
        except (OSError, ValueError) as error:
            raise SettingsError(
                f"{self.log_id_file} does not say which log this is ({error}): run `strongroom up` once, "
                "or copy the file from the machine that opened the log"
            ) from error

    @property
    def keys(self) -> Path:
        """Where this log's key files lie: never in the state folder, so that a copy of that opens nothing."""
        return self.config / "strongroom" / str(self.log_id)

    @property
    def bus_url(self) -> str:
        """Where NATS is: our own child, unless told otherwise."""
        return self.nats_url or f"nats://{LOOPBACK}:{self.nats_port}"

    @property
    def tls(self) -> Path:
        return self.keys / "tls"

    @property
    def bus(self) -> Path:
        return self.keys / "nats"


def _refuse_ambient(environ: Mapping[str, str]) -> None:
    found = sorted(name for name in environ if name in AMBIENT or name.removeprefix(PREFIX) in AMBIENT)
    if found:
        raise SettingsError(
            f"{', '.join(found)} would replace parts of the event store: take "
            f"{'it' if len(found) == 1 else 'them'} out of the environment (`unset {' '.join(found)}`)"
        )


def _folder(given: Mapping[str, str], name: str, environ: Mapping[str, str]) -> Path:
    return Path(given[name]).expanduser().absolute() if given.get(name) else _default_folder(name, environ)


def _default_folder(name: str, environ: Mapping[str, str]) -> Path:
    if os.geteuid() == 0:
        return {"state": Path("/var/lib/strongroom"), "config": Path("/etc")}[name]
    home = Path(environ.get("HOME") or "~").expanduser()
    if name == "state":
        return Path(environ.get("XDG_STATE_HOME") or home / ".local" / "state") / "strongroom"
    return Path(environ.get("XDG_CONFIG_HOME") or home / ".config")


def _number(given: Mapping[str, str], name: str, default: int, highest: int) -> int:
    text = given.get(name, str(default))
    if not text.isascii() or not text.isdigit() or int(text) > highest:
        raise SettingsError(f"{PREFIX}{name.upper()}={text!r} is not a number from 0 to {highest}")
    return int(text)
