"""TLS to a destination: its certificate is by whom we were told, in its name; ours, where it asks for one."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from domain.destinations import Destination
from domain.secrets import Secret


class Unusable(Exception):
    """What was given cannot be used; `field` is what it was given as. Never holds what is in it."""

    def __init__(self, what: str, field: str) -> None:
        super().__init__(what)
        self.field = field


class Barred(OSError):
    """The name leads to an address that nothing is sent to."""


def context(destination: Destination, secret: Secret | None) -> ssl.SSLContext:
    """TLS 1.2 or newer; Unusable when certificates or key are none, or do not belong together."""
    try:
        made = ssl.create_default_context(cadata=destination.authority or None)
    except (ssl.SSLError, ValueError) as error:
        raise Unusable("These are no certificates in PEM.", "authority") from error
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    if destination.certificate and secret is not None:
        try:
            with _in_memory(f"{secret.reveal()}\n{destination.certificate}\n".encode()) as path:
                made.load_cert_chain(path, password=_no_password)
        except (ssl.SSLError, ValueError, OSError) as error:
            raise Unusable("Key and certificate are not in PEM, or do not belong together.", "certificate") from error
    return made


async def places_of(host: str, port: int, local: bool) -> list[tuple[str, int]]:
    """The addresses of `host` that may be sent to, best first; OSError when there are none. Nothing goes to this
    machine or its link unless `local`."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    allowed = dict.fromkeys(str(each[4][0]) for each in found if local or _is_elsewhere(str(each[4][0])))
    if not allowed:
        raise Barred(f"{host} is on this machine or its link: nothing is sent there")
    return [(each, port) for each in allowed]


def _is_elsewhere(address: str) -> bool:
    it = ipaddress.ip_address(address.partition("%")[0])
    it = getattr(it, "ipv4_mapped", None) or it
    return not (it.is_loopback or it.is_link_local or it.is_unspecified or it.is_multicast)


def _no_password() -> bytes:
    """A key under a password would have somebody asked for it at a terminal."""
    raise ValueError("the key is encrypted")


@contextmanager
def _in_memory(content: bytes) -> Iterator[str]:
    """A path that leads to these bytes, for as long as they are read; they are on no disk."""
    number = os.memfd_create("strongroom", os.MFD_CLOEXEC)
    try:
        os.write(number, content)
        yield f"/proc/self/fd/{number}"
    finally:
        os.close(number)
