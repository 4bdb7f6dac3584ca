"""Whether a container's process works: `python -m ops.docker.healthy api`, projector, signer, or nats HOST:PORT."""

from __future__ import annotations

import http.client
import socket
import ssl
import sys
from collections.abc import Sequence

from ops.runtime.nats import greeting
from ops.settings import LOOPBACK, Settings, SettingsError

READY = "/api/v1/health/ready"
PATIENCE = 8.0
LOOKED_AT = "select server_start = pg_postmaster_start_time() from ledger.gate"
SERVING = "select name, halted from views.projections where role = 'serving'"


def main(words: Sequence[str]) -> int:
    match words:
        case ["api"]:
            trouble = api(Settings.from_env())
        case ["projector"]:
            trouble = projector(Settings.from_env())
        case ["signer"]:
            trouble = signer(Settings.from_env())
        case ["nats", place]:
            trouble = nats(place)
        case _:
            trouble = "say api, projector, signer, or nats HOST:PORT"
    if trouble is not None:
        sys.stderr.write(f"{trouble}\n")
    return 0 if trouble is None else 1


def api(settings: Settings) -> str | None:
    """It says so itself; spoken to by a name of its certificate, for no other is answered."""
    from ops.runtime import certificates

    try:
        pem = certificates.certificate_file(settings).read_bytes()
        status, said = _asked(settings, pem)
    except (OSError, ValueError, http.client.HTTPException, SettingsError) as error:
        return f"the api does not answer: {error}"
    return None if status == 200 else said


def projector(settings: Settings) -> str | None:
    """Every read model serves, and none is halted."""
    import psycopg

    from ops import database

    try:
        with database.connect_now(database.views_url(settings, "project")) as views:
            found = views.execute(SERVING).fetchall()
    except psycopg.Error as error:
        return f"PostgreSQL does not answer: {type(error).__name__}"
    halted = sorted(name for name, why in found if why is not None)
    return f"halted: {', '.join(halted)}" if halted else None if found else "no read model serves yet"


def signer(settings: Settings) -> str | None:
    """It has looked at the log since PostgreSQL started. That it shut the gate is its work, not its illness."""
    import psycopg

    from ops import database

    try:
        with database.connect_now(database.ledger_url(settings, "sign")) as ledger:
            found = ledger.execute(LOOKED_AT).fetchone()
    except psycopg.Error as error:
        return f"PostgreSQL does not answer: {type(error).__name__}"
    return None if found is not None and found[0] else "it has not looked at the log yet"


def nats(place: str) -> str | None:
    """It greets, with its streams recovered."""
    host, _, port = place.rpartition(":")
    return None if greeting(int(port), host).get("jetstream") is True else f"NATS does not answer at {place}"


def _asked(settings: Settings, pem: bytes) -> tuple[int, str]:
    from ops.crypto.certificates import names_in

    known = sorted(names_in(pem))
    name = "localhost" if "localhost" in known else known[0]
    trust = ssl.create_default_context(cadata=pem.decode())
    trust.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    with (
        socket.create_connection((LOOPBACK, settings.port), PATIENCE) as plain,
        trust.wrap_socket(plain, server_hostname=name) as sealed,
    ):
        connection = http.client.HTTPSConnection(name, settings.port)
        connection.sock = sealed
        connection.request("GET", READY)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
