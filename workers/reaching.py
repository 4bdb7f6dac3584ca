"""How an account's resource is reached: so far by SSH alone, which the domain sees to; by itself or by its helpers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from commands.helpers import WayOrders
from commands.resets import Orders
from domain.secrets import Secret
from domain.ways import Elevation, Part
from workers.connectors import by_helper
from workers.connectors.base import Connector
from workers.connectors.by_helper import HelperConnector, Login
from workers.connectors.elevation import BySu, BySudo, Directly, Trial
from workers.connectors.held import Held
from workers.connectors.login import Host
from workers.connectors.ssh import USUAL, SshConnector
from workers.connectors.turns import Turns
from workers.trials import next_step


@dataclass(frozen=True, slots=True)
class Lent:
    """A helper with its password in the open, and what is to be around each trial of it."""

    username: str
    password: Secret
    trial: Trial


Connect = Callable[[Orders, Mapping[Part, Lent]], Connector]


def by_ssh(turns: Turns) -> Connect:
    """Few at a time on one host."""

    def connect(orders: Orders, lent: Mapping[Part, Lent]) -> Connector:
        host = Host(orders.address, orders.port, orders.host_key)
        return turns.taking((host.address, host.port), _connector(host, orders.way, lent))

    return connect


def _connector(host: Host, way: WayOrders | None, lent: Mapping[Part, Lent]) -> Connector:
    if way is None:
        return SshConnector(host)
    if way.held is not None:
        return Held(next_step(way.held))
    login = lent[Part.LOGIN]
    return HelperConnector(host, Login(login.username, login.password, login.trial), _elevation(way.elevation, lent))


def _elevation(elevation: Elevation, lent: Mapping[Part, Lent]) -> by_helper.Elevation:
    login = lent[Part.LOGIN]
    match elevation:
        case Elevation.NONE:
            return Directly(USUAL.answer)
        case Elevation.SUDO:
            return BySudo(login.password, login.trial, USUAL.answer)
        case Elevation.SU:
            root = lent[Part.ROOT]
            return BySu(root.username, root.password, root.trial, USUAL.answer)
