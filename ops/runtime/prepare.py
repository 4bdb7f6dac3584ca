"""An installation whose parts run apart: first keys and folders for all of them, then, over its PostgreSQL, the log."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ops.runtime import certificates, groundwork, shares
from ops.runtime.process import StartError
from ops.runtime.shares import Plan
from ops.runtime.up import FirstStart, Say, alone
from ops.settings import Settings


def prepare(settings: Settings, plan: Plan, say: Callable[[str], None]) -> None:
    """Keys, if there are none yet, and a folder for everybody. Again later: new certificates, the same keys."""
    with alone(settings):
        groundwork.lay_files(settings)
        groundwork.note_roots(settings)
        shares.lay(settings, plan)
    say(f"Keys are in {settings.keys}: copy that folder to a safe. Shares are in {plan.into}.")


def open_log(settings: Settings, open_vault: FirstStart, password_file: Path | None, say: Say) -> None:
    """Migrations, and the first event; again later it only migrates. Nothing is started."""
    if settings.database_url is None:
        raise StartError("set STRONGROOM_DATABASE_URL and STRONGROOM_VIEWS_URL: `strongroom up` opens a log of its own")
    groundwork.lay_databases(settings)
    token = open_vault(settings, password_file)
    say("The log is open.")
    if token is not None:
        say("Nobody can sign in yet. Open this link to become the first administrator; it works once:")
        say(f"  {certificates.address(settings)}/welcome#{token}")
