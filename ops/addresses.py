"""Addresses of servers of one's own, judged as soon as they are read: no mistake in one shows only later.

A complaint never repeats the address: it may hold a password, and complaints end in logs.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

LIKE = "host=db.example sslmode=verify-full sslrootcert=FILE"
FILES = ("sslrootcert", "sslcert", "sslkey", "passfile")


def about_database(address: str) -> str | None:
    """What is wrong with a PostgreSQL address, and what to write instead; None when it can be used."""
    try:
        parts = conninfo_to_dict(address)
    except psycopg.Error:
        return (
            f"cannot be read as an address of PostgreSQL: write name=value words, such as `{LIKE}`, or postgresql://…"
        )
    return _unsafe(parts) or _unreachable(parts) or _unreadable(parts)


def about_nats(address: str) -> str | None:
    """The same of NATS: one server, or those of one cluster; users are known by seeds, so none is named."""
    servers = address.split(",")
    return next(filter(None, map(_about_server, servers)), None) or _mixed(servers)


def _about_server(address: str) -> str | None:
    like = "write nats://HOST:PORT, or tls://HOST:PORT across a network, servers of a cluster separated by commas"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return f"names no port from 1 to 65535 or no host that can be read: {like}"
    if parts.scheme not in ("nats", "tls"):
        return f"does not begin with nats:// or tls://: {like}"
    if "@" in parts.netloc:
        return f"names a user, and Strongroom signs in by the seeds in its key folder: {like}"
    if not host or port == 0:
        return f"does not name one server: {like}"
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        return f"goes on behind the port: {like}"
    return None


def _mixed(servers: list[str]) -> str | None:
    if len({server.partition(":")[0] for server in servers}) > 1:
        return "names servers with TLS and servers without: write tls:// for all of them"
    return None


def _unsafe(parts: dict[str, Any]) -> str | None:
    if parts.get("password"):
        return (
            "holds a password, and any process of this user can read it there: use a client certificate "
            "(sslcert, sslkey) or a password file (passfile)"
        )
    if not any(parts.get(name) for name in ("host", "hostaddr", "service")):
        return f"names no host: write for instance `{LIKE}`, or host=FOLDER for the socket of a server here"
    if not _is_local(str(parts.get("host") or "")) and parts.get("sslmode") != "verify-full":
        return "crosses a network without checking who answers: add sslmode=verify-full and sslrootcert=FILE"
    return None


def _unreachable(parts: dict[str, Any]) -> str | None:
    """libpq takes several hosts with a port each, or one for all; left out, it is 5432."""
    ports = [port for port in str(parts.get("port") or "").split(",") if port]
    if all(port.isascii() and port.isdigit() and 1 <= int(port) <= 65535 for port in ports):
        return None
    return "names a port that is none: give port=NUMBER, from 1 to 65535, or leave it out for 5432"


def _unreadable(parts: dict[str, Any]) -> str | None:
    for name in FILES:
        path = str(parts.get(name) or "")
        if path and (name, path) != ("sslrootcert", "system") and not os.access(path, os.R_OK):
            return f"names {name}={path}, which is not there or cannot be read: correct the path, or lay the file there"
    return None


def _is_local(hosts: str) -> bool:
    """Whether every host is the folder of a socket."""
    return all(host.startswith(("/", "@")) for host in hosts.split(","))
