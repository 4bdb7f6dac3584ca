"""What the environment says about this installation: folders, addresses, numbers; never a secret."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Self
from uuid import UUID

from ops import addresses

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
    nats_ca: str | None = None
    nats_replicas: int = 1
    """On how many servers of a cluster each message lies."""
    run_as: str | None = None
    ready_fd: int | None = None
    lease_seconds: int = 90
    """How long one attempt at a reset may take."""
    guess_seconds: int = 60
    """How far apart a worker tries two passwords on one account: resources count wrong ones."""
    supervisor: int | None = None
    roots_fd: int | None = None
    """Where a supervisor hands on what this process may derive from sealed roots."""
    unseal_fd: int | None = None
    """By which the door of a sealed vault passes on what it is brought."""
    unlock_file: Path | None = None
    """Where the passphrase or the PIN is that opens the roots; read by whoever starts us."""
    traces: str | None = None
    siem_local: bool = False
    """Whether events may be sent to this machine and its link: a collector that runs beside us."""
    siem_stream_days: int = 30
    """How long the stream AUDIT keeps an event."""
    siem_stream_mb: int = 2048
    """How much the stream AUDIT keeps, in mebibytes; the oldest goes first."""
    signer_state: Path | None = None
    """Where the signer remembers what it signed: better on another disk than the database's."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read the environment, once, at the start of a process. An empty variable is one that is not set."""
        _refuse_ambient(environ)
        given = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in environ.items()
            if name.startswith(PREFIX) and value
        }
        _refuse_misspelt(given, cls.__dataclass_fields__)
        _refuse_addresses(given)
        return cls(
            state=_folder(given, "state", environ),
            config=_folder(given, "config", environ),
            host=given.get("host", LOOPBACK),
            port=_number(given, "port", 7272, 1, 65535),
            nats_port=_number(given, "nats_port", 7273, 1, 65535),
            database_url=given.get("database_url"),
            views_url=given.get("views_url"),
            nats_url=given.get("nats_url"),
            nats_ca=given.get("nats_ca"),
            nats_replicas=_number(given, "nats_replicas", 1, 1, 5),
            run_as=given.get("run_as"),
            lease_seconds=_number(given, "lease_seconds", 90, 1, 300),
            guess_seconds=_number(given, "guess_seconds", 60, 1, 300),
            ready_fd=_number(given, "ready_fd", 0, 0, 1 << 20) if "ready_fd" in given else None,
            supervisor=_number(given, "supervisor", 0, 0, 1 << 22) if "supervisor" in given else None,
            roots_fd=_number(given, "roots_fd", 0, 0, 1 << 20) if "roots_fd" in given else None,
            unseal_fd=_number(given, "unseal_fd", 0, 0, 1 << 20) if "unseal_fd" in given else None,
            unlock_file=Path(given["unlock_file"]).expanduser().absolute() if "unlock_file" in given else None,
            traces=given.get("traces"),
            siem_local=_number(given, "siem_local", 0, 0, 1) == 1,
            siem_stream_days=_number(given, "siem_stream_days", 30, 1, 3650),
            siem_stream_mb=_number(given, "siem_stream_mb", 2048, 16, 4096),
            signer_state=Path(given["signer_state"]).expanduser().absolute() if "signer_state" in given else None,
        )

    def with_(self, **changes: object) -> Self:
        """The same installation, with what the command line said otherwise."""
        return replace(self, **{name: value for name, value in changes.items() if value is not None})  # type: ignore[arg-type]

    def usable(self) -> Self:
        """The same; SettingsError when something else stands where a folder or a file of ours should be."""
        _refuse_no_folder("state", self.state)
        _refuse_no_folder("config", self.config)
        _refuse_no_folder("config", self.config / "strongroom")
        if self.signer_state is not None:
            _refuse_no_folder("signer_state", self.signer_state)
        if self.nats_url is None and self.port == self.nats_port:
            raise SettingsError(
                f"{PREFIX}PORT and {PREFIX}NATS_PORT are both {self.port}: choose another for one of them"
            )
        if self.nats_ca is not None and not os.access(self.nats_ca, os.R_OK):
            raise SettingsError(f"{PREFIX}NATS_CA={self.nats_ca} cannot be read: name the file of the authority (PEM)")
        if self.traces is not None:
            _refuse_no_file("traces", Path(self.traces).absolute())
        return self

    def to_env(self) -> dict[str, str]:
        """The variables by which a child reads these settings again."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        told = {name: int(value) if isinstance(value, bool) else value for name, value in values.items()}
        return {PREFIX + name.upper(): str(value) for name, value in told.items() if value is not None}

    @property
    def log_id_file(self) -> Path:
        return self.state / "log.id"

    @property
    def log_id(self) -> UUID:
        """The log that this state folder belongs to; every byte sealed for it names it."""
        try:
            return UUID(self.log_id_file.read_text().strip())
        except (OSError, ValueError) as error:
            why, once = (
                (error.strerror, "run `strongroom up` once, or ") if isinstance(error, OSError) else ("no id", "")
            )
            raise SettingsError(
                f"{self.log_id_file} does not say which log this is ({why}): {once}copy the file from the machine "
                "that opened the log; it names the folder with the keys"
            ) from error

    @property
    def keys(self) -> Path:
        """Where this log's key files lie: never in the state folder, so that a copy of that opens nothing."""
        return self.config / "strongroom" / str(self.log_id)

    @property
    def signer_memory(self) -> Path:
        return self.signer_state or self.state / "signer"

    @property
    def bus_url(self) -> str:
        """Where NATS is, servers of one cluster separated by commas: our own child, unless told otherwise."""
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


def _refuse_misspelt(given: Mapping[str, str], known: Iterable[str]) -> None:
    """Whoever set it meant something: to go on without would start a database here, say."""
    for name in sorted(given.keys() - set(known)):
        near = get_close_matches(name, known, 1)
        instead = (
            f"write {PREFIX}{near[0].upper()}, or unset it" if near else f"unset it (`unset {PREFIX}{name.upper()}`)"
        )
        raise SettingsError(
            f"{PREFIX}{name.upper()} is no setting: {instead}; `Settings` in docs/operations.md names all there are"
        )


def _refuse_addresses(given: Mapping[str, str]) -> None:
    for name, about in (
        ("database_url", addresses.about_database),
        ("views_url", addresses.about_database),
        ("nats_url", addresses.about_nats),
    ):
        if name in given and (complaint := about(given[name])) is not None:
            raise SettingsError(f"{PREFIX}{name.upper()} {complaint}")
    if ("database_url" in given) != ("views_url" in given):
        raise SettingsError(f"set both {PREFIX}DATABASE_URL and {PREFIX}VIEWS_URL, or neither")


def _refuse_no_folder(name: str, path: Path) -> None:
    """What is not there yet can be made, as long as it is below a folder."""
    for step in (path, *path.parents):
        try:
            found = step.stat()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise SettingsError(f"{path} cannot be reached ({error.strerror}): {_elsewhere(name)}") from error
        if not stat.S_ISDIR(found.st_mode):
            raise SettingsError(f"{step} is no folder, so {name} cannot be kept in {path}: {_elsewhere(name)}")
        return


def _refuse_no_file(name: str, path: Path) -> None:
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise SettingsError(f"{PREFIX}{name.upper()}={path} cannot be written: name a file in a folder that is there")


def _elsewhere(name: str) -> str:
    return f"choose another place with --{name} or {PREFIX}{name.upper()}"


def _folder(given: Mapping[str, str], name: str, environ: Mapping[str, str]) -> Path:
    return Path(given[name]).expanduser().absolute() if given.get(name) else _default_folder(name, environ)


def _default_folder(name: str, environ: Mapping[str, str]) -> Path:
    if os.geteuid() == 0:
        return {"state": Path("/var/lib/strongroom"), "config": Path("/etc")}[name]
    home = Path(environ.get("HOME") or "~").expanduser()
    if name == "state":
        return Path(environ.get("XDG_STATE_HOME") or home / ".local" / "state") / "strongroom"
    return Path(environ.get("XDG_CONFIG_HOME") or home / ".config")


def _number(given: Mapping[str, str], name: str, default: int, lowest: int, highest: int) -> int:
    text = given.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= highest:
        raise SettingsError(f"{PREFIX}{name.upper()}={text!r} is not a number from {lowest} to {highest}")
    return int(text)
