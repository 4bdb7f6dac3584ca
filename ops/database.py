"""Connections and pools: as which role, to which database, with which limits; never by password or unverified TLS."""

from __future__ import annotations

from typing import Any, Self

from psycopg import AsyncConnection, Connection, InterfaceError, OperationalError
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from ops import addresses
from ops.logging import Log
from ops.seldom import Seldom
from ops.settings import Settings, SettingsError

LEDGER = "strongroom"
VIEWS = "strongroom_views"
Async = AsyncConnection[tuple[Any, ...]]
Pool = AsyncConnectionPool[Async]
GONE = (OperationalError, InterfaceError, PoolTimeout)
"""What a server that cannot be reached, or a pool that has nothing to give, raises."""


log = Log("strongroom.database")
_seldom = Seldom()


class Reached(Async):
    """A connection. One that fails gives its buffers back at once: whoever tries again and again while a server is away
    would else keep them until cyclic garbage is looked for, which is seldom. It says where it tried, now and then."""

    @classmethod
    async def connect(cls, conninfo: str = "", **given: Any) -> Self:
        try:
            return await super().connect(conninfo, **given)
        except OperationalError as error:
            if error.pgconn is not None:
                error.pgconn.finish()
            if _seldom.due(where := place(conninfo)):
                log.warning("PostgreSQL cannot be reached", server=where)
            raise


_LIMITS = "-c transaction_timeout=5s -c lock_timeout=2s"
_NETWORK = {"connect_timeout": "5", "tcp_user_timeout": "5000", "keepalives_idle": "5", "keepalives_interval": "2"}


def ledger_url(settings: Settings, role: str, *, limited: bool = True) -> str:
    """How to reach the log as `role`; `limited` ends transactions that hang on to its lock."""
    return _url(settings, "STRONGROOM_DATABASE_URL", settings.database_url, LEDGER, role, limited)


def views_url(settings: Settings, role: str, *, limited: bool = False) -> str:
    """How to reach the read models as `role`."""
    return _url(settings, "STRONGROOM_VIEWS_URL", settings.views_url, VIEWS, role, limited)


def pool(url: str, smallest: int = 1, largest: int = 8, wait: float = 2.5) -> Pool:
    """A pool, not open yet: `async with pool(url) as connections`. Who waits longer than `wait` is refused."""
    return AsyncConnectionPool(
        url, min_size=smallest, max_size=largest, timeout=wait, open=False,
        reconnect_timeout=2, connection_class=Reached, kwargs={"autocommit": True},
        check=AsyncConnectionPool.check_connection,
    )  # fmt: skip


async def connect(url: str) -> Async:
    """One connection of one's own, every statement its own transaction unless said otherwise."""
    return await Reached.connect(url, autocommit=True)


def connect_now(url: str) -> Connection[tuple[Any, ...]]:
    """The same, for the supervisor and the command line."""
    return Connection.connect(url, autocommit=True)


def place(url: str) -> str:
    """Where it leads, as logs may say it."""
    parts = conninfo_to_dict(url)
    return f"{parts.get('host') or parts.get('hostaddr') or '?'}:{parts.get('port') or '5432'}"


def _url(settings: Settings, variable: str, given: str | None, database: str, role: str, limited: bool) -> str:
    if given and (complaint := addresses.about_database(given)) is not None:
        raise SettingsError(f"{variable} {complaint}")
    parts = conninfo_to_dict(given) if given else {"host": str(settings.state / "run")}
    wanted = {"dbname": database, "user": role, **_NETWORK} | {name: value for name, value in parts.items() if value}
    wanted["application_name"] = f"strongroom {role}"
    wanted["options"] = " ".join(filter(None, [str(parts.get("options") or ""), _LIMITS if limited else ""]))
    return make_conninfo("", **wanted)
