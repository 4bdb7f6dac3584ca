"""What each server and process of an installation whose parts run apart gets: a folder with its keys and no more."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ops.crypto import keyfiles, roots
from ops.crypto.authority import Authority, Pair
from ops.crypto.roots import Provider
from ops.logging import Log
from ops.runtime import files, keys, readers
from ops.runtime.accounts import Account
from ops.runtime.cluster import configuration
from ops.runtime.members import Member
from ops.runtime.nats import FOLLOWER, TELLER
from ops.runtime.process import StartError
from ops.settings import Settings
from ops.signer import origin

PROOF = (origin.PUBLIC, origin.POLICY)
"""What whoever has to know that a record was signed judges by; nothing secret."""
DECIDES = (*keys.ROOTS, *keys.AUTHORS, *PROOF)
CERTIFICATE = "tls/cert.pem"
TLS = (CERTIFICATE, "tls/key.pem")
KEYS: Mapping[str, Sequence[str]] = {
    "api": (*DECIDES, f"nats/{FOLLOWER}.seed", *TLS),
    "worker": (*DECIDES, f"nats/{TELLER}.seed"),
    "projector": ("event.root", "bus.key", *keys.SEEDS),
    "signer": (origin.LOG_KEY, *keys.AUTHORS, *PROOF),
    "operator": (*keys.NAMES, *keys.LATER, origin.LOG_KEY, *PROOF, *TLS),
}
"""By process; the operator is whoever opens the log, and looks after it from the command line."""
ROLES: Mapping[str, Sequence[str]] = {
    "api": ("append",), "worker": ("append",), "projector": ("project",), "signer": ("sign",),
    "operator": ("append", "project", "sign", "migrate"),
}  # fmt: skip
CONSUMERS = "consumers.json"
"""Beside the seeds: who may read AUDIT, as `siem consumers list --nats` tells it."""
POSTGRESQL = "postgresql"
COLLECTOR = "collector"
ADMISSION = """\
local all postgres peer
hostssl strongroom,strongroom_views append,project,sign,migrate all cert map=strongroom
"""
log = Log("strongroom.shares")


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the folders go, where PostgreSQL and the servers of NATS will be, and whose each folder is."""

    into: Path
    database: str
    bus: Sequence[Member]
    owners: Mapping[str, Account]


def names(servers: int) -> list[str]:
    """Who gets a folder, by its name."""
    return [*KEYS, POSTGRESQL, COLLECTOR, *(f"nats-{number}" for number in range(1, servers + 1))]


def lay(settings: Settings, plan: Plan) -> None:
    """Every folder anew, with fresh certificates of one authority: those who run go on with what they have read."""
    if roots.provider(settings) is not Provider.FILE:
        raise StartError(
            "the roots are sealed, and parts that run apart read theirs from files: `strongroom keys protect --by file`"
        )
    if strangers := sorted(plan.owners.keys() - set(names(len(plan.bus)))):
        raise StartError(f"nobody is called {strangers[0]}: there are {', '.join(names(len(plan.bus)))}")
    authority = _authority(settings)
    for who in KEYS:
        _process(settings, plan, authority, who)
    _postgresql(plan, authority)
    _Folder.of(plan, COLLECTOR).put("console.pem", (settings.keys / CERTIFICATE).read_bytes())
    users, store_key = keys.bus_user_names(settings), keys.store_key(settings)
    consumers = readers.known(settings.bus / CONSUMERS)
    for number, member in enumerate(plan.bus, 1):
        folder = _Folder.of(plan, f"nats-{number}")
        folder.identity(authority, authority.issue(folder.who, [member.host]))
        content = configuration(number, plan.bus, users, store_key, consumers)
        folder.put("nats.conf", json.dumps(content, indent=1).encode())
    log.info("every share is laid", count=len(names(len(plan.bus))))


def _process(settings: Settings, plan: Plan, authority: Authority, who: str) -> None:
    """Laid out as an installation is, so that the process needs to be told of two folders and nothing else."""
    folder = _Folder.of(plan, who)
    folder.put("state/log.id", settings.log_id_file.read_bytes())
    for name in KEYS[who]:
        path = settings.keys / name
        if name == origin.POLICY and not path.exists():
            continue  # nobody has to agree
        content = path.read_bytes() if name in (CERTIFICATE, *PROOF) else keyfiles.read(path)
        folder.put(f"config/strongroom/{settings.log_id}/{name}", content)
    folder.identity(authority, authority.issue(who))


def _postgresql(plan: Plan, authority: Authority) -> None:
    """Nobody enters by a password; the image insists that there is one, so it is one that nobody knows."""
    folder = _Folder.of(plan, POSTGRESQL)
    folder.identity(authority, authority.issue(POSTGRESQL, [plan.database]))
    folder.put("superuser.password", secrets.token_hex(32).encode())
    folder.put("pg_hba.conf", ADMISSION.encode())
    lines = [f"strongroom {who} {role}\n" for who, roles in ROLES.items() for role in roles]
    folder.put("pg_ident.conf", "".join(lines).encode())


def _authority(settings: Settings) -> Authority:
    folder = files.folder(settings.keys / "authority", 0o700)
    if not (folder / "cert.pem").exists():
        made = Authority.make().pair
        files.write(folder / "key.pem", made.key, 0o600)
        files.write(folder / "cert.pem", made.certificate, 0o600)
    try:
        return Authority(Pair(keyfiles.read(folder / "cert.pem"), keyfiles.read(folder / "key.pem")))
    except ValueError as error:
        raise StartError(f"{folder} cannot be used ({error}): remove it, and prepare anew") from error


@dataclass(frozen=True, slots=True)
class _Folder:
    """One share. What was in it before and is not part of it any more stays: only its owner can say what it is."""

    who: str
    top: Path
    owner: Account | None

    @classmethod
    def of(cls, plan: Plan, who: str) -> _Folder:
        owner = plan.owners.get(who)
        return cls(who, files.folder(plan.into / who, 0o700, owner), owner)

    def put(self, name: str, content: bytes) -> None:
        files.write_below(self.top, name, content, 0o600, self.owner)

    def identity(self, authority: Authority, pair: Pair) -> None:
        """Who this is to the others, and how it knows them."""
        self.put("ca.pem", authority.pair.certificate)
        self.put("own.pem", pair.certificate)
        self.put("own.key", pair.key)
