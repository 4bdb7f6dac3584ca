"""Under which name and by which key a log is signed, and who has to agree: what everybody may know of it."""

from __future__ import annotations

from uuid import UUID

from ops.crypto import keyfiles
from ops.crypto.signing import SigningKey
from ops.proof.errors import Malformed
from ops.proof.policy import Policy
from ops.runtime import files
from ops.settings import Settings, SettingsError
from ops.signer.memory import NAME as MEMORY

LOG_KEY = "log.key"
PUBLIC = "log.pub"
POLICY = "witnesses.policy"
NOBODY = Policy()
MOST_RECOVERIES = 99


def origin(log_id: UUID, recoveries: int = 0) -> str:
    """A log that was recovered has a new name: under the old one nothing is ever signed again."""
    return f"strongroom/{log_id}" + (f"/{recoveries + 1}" if recoveries else "")


def names_of(log_id: UUID) -> list[str]:
    """All names under which a log may have been signed."""
    return [origin(log_id, recoveries) for recoveries in range(MOST_RECOVERIES + 1)]


def make(settings: Settings) -> None:
    """The log's key and its public half, unless they are there. A log that was signed before never gets another key."""
    if not (settings.keys / LOG_KEY).exists():
        if (settings.keys / PUBLIC).exists() or (settings.signer_memory / MEMORY).exists():
            raise keyfiles.KeyFileError(
                f"{settings.keys / LOG_KEY} is missing: restore it, nothing else signs this log"
            )
        keyfiles.create(settings.keys / LOG_KEY)
    if not (settings.keys / PUBLIC).exists():
        public = SigningKey(keyfiles.read_key(settings.keys / LOG_KEY)).public
        files.write(settings.keys / PUBLIC, f"{public.hex()}\n".encode(), 0o644)


def read_public(settings: Settings) -> bytes:
    """The public half of the log's key; SettingsError when the file is not one."""
    path = settings.keys / PUBLIC
    try:
        public = bytes.fromhex(path.read_text().strip())
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} does not hold the log's public key: {_start(error)}") from error
    if len(public) != keyfiles.SIZE:
        raise SettingsError(f"{path} does not hold the log's public key: remove it, and start `strongroom up`")
    return public


def read_policy(settings: Settings) -> Policy:
    """Who has to agree, by the file beside the keys; without one, nobody: `doctor` and the console say so."""
    text = policy_text(settings)
    try:
        return Policy.parse(text) if text else NOBODY
    except Malformed as error:
        raise SettingsError(f"{settings.keys / POLICY} cannot be used: {error}") from error


def policy_text(settings: Settings) -> str:
    """The file as it is; "" when there is none."""
    path = settings.keys / POLICY
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be used: {error}") from error


def _start(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else "it is not 64 hexadecimal digits"
