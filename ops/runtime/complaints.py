"""What stops a command or a process, as one sentence for whoever started it; anything else is a fault of ours."""

from __future__ import annotations

import psycopg
from psycopg_pool import PoolTimeout

from domain.errors import StrongroomError
from ops.crypto.key_copies import BadCopy
from ops.crypto.keyfiles import KeyFileError
from ops.ledger.errors import Away, CommitUnknown, Forked, LedgerError
from ops.migrations.promises import PromiseBroken
from ops.migrations.runner import MigrationError
from ops.proof.errors import Unproved
from ops.runtime.accounts import AccountError
from ops.runtime.privileges import PrivilegesKept
from ops.runtime.process import StartError
from ops.settings import SettingsError

CANNOT_GO_ON = (LedgerError, StrongroomError, PromiseBroken, psycopg.Error, PoolTimeout)
"""What a process meets at its servers: its log says where, and whoever started it is told why."""

SAID = (
    SettingsError, KeyFileError, StartError, AccountError, MigrationError, PrivilegesKept, OSError, Unproved, BadCopy,
    *CANNOT_GO_ON,
)  # fmt: skip
"""What an operator can cause, and mend."""


def sentence(error: Exception) -> str:
    """What is wrong, where, and what to do."""
    match error:
        case Forked():
            return f"{error}: stop, and read `When the log forks` in docs/operations.md"
        case Away() | CommitUnknown() | PoolTimeout() | psycopg.OperationalError():
            return (
                f"PostgreSQL does not answer ({first_line(error)}): start `strongroom up`, or correct "
                "STRONGROOM_DATABASE_URL and STRONGROOM_VIEWS_URL; `strongroom doctor` looks further"
            )
        case psycopg.Error():
            return (
                f"PostgreSQL refuses ({first_line(error)}): prepare an external one as `An external PostgreSQL` in "
                "docs/operations.md says; `strongroom doctor` looks further"
            )
        case OSError():
            where = f"{error.filename}: " if error.filename else ""
            return f"{where}{error.strerror or error}: mend that and start again, or choose other folders or ports"
        case _:
            return str(error)


def first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
