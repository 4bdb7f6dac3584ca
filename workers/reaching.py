"""How an account's resource is reached: so far by SSH alone, which the domain sees to; by itself or by its helpers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from commands.means import HelperOrders, Means
from domain.secrets import Secret
from domain.ways import Elevation
from workers.connectors import errors
from workers.connectors.base import Connector
from workers.connectors.by_helper import HelperConnector, Login, Raising
from workers.connectors.elevation import BySu, BySudo, Directly
from workers.connectors.held import Held
from workers.connectors.login import Hop, Host, Key, Trial
from workers.connectors.ssh import USUAL, SshConnector
from workers.connectors.turns import Turns
from workers.trials import what_to_do


@dataclass(frozen=True, slots=True)
class Lent:
    """What a helper has, in the open, and what is to be around each trial of it."""

    password: Secret
    key: Key | None
    trial: Trial

    @property
    def credential(self) -> Secret | Key:
        """What it signs in with: its key, if it has one."""
        return self.key or self.password


Loan = Mapping[HelperOrders, Lent]


class Target(Protocol):
    """Where an account's resource is, and by which means it is reached: the orders of a reset, or of a look."""

    @property
    def address(self) -> str: ...

    @property
    def port(self) -> int: ...

    @property
    def host_key(self) -> str | None: ...

    @property
    def means(self) -> Means: ...


Connect = Callable[[Target, Loan], Connector]


def by_ssh(turns: Turns) -> Connect:
    """Few at a time on one host."""

    def connect(orders: Target, loan: Loan) -> Connector:
        if (why := why_not(orders.means)) is not None:
            return Held(why)
        host = host_of(orders, loan)
        return turns.taking((host.address, host.port), _connector(host, orders.means, loan))

    return connect


def why_not(means: Means) -> errors.TargetError | None:
    """What keeps a worker from going this way at all; nothing was opened for it then."""
    if means.broken is not None:
        return errors.WayBroken(means.broken)
    return None if means.first_held_back is None else errors.HelperHeld(what_to_do(means.first_held_back))


def host_of(orders: Target, loan: Loan) -> Host:
    """Where it is, and over which others, with what was lent for those."""
    hops = tuple(
        Hop(Host(hop.address, hop.port, hop.host_key), hop.login.username, lent.credential, lent.trial)
        for hop in orders.means.hops
        for lent in (loan[hop.login],)
    )
    return Host(orders.address, orders.port, orders.host_key, hops)


def _connector(host: Host, means: Means, loan: Loan) -> Connector:
    if means.login is None:
        return SshConnector(host)
    lent = loan[means.login]
    login = Login(means.login.username, lent.credential, lent.trial)
    return HelperConnector(host, login, _raising(means, lent, loan))


def _raising(means: Means, login: Lent, loan: Loan) -> Raising:
    if means.root is not None:
        root = loan[means.root]
        return BySu(means.root.username, root.password, root.trial, USUAL.answer)
    if means.elevation is Elevation.SUDO:
        return BySudo(login.password, login.trial, USUAL.answer)
    return Directly(USUAL.answer)
