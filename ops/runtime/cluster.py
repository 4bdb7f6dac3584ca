"""Servers of NATS as one cluster: what each is told. They know each other, and are known, by one authority."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ops.runtime.members import Member
from ops.runtime.nats import kept_alike
from ops.runtime.readers import Reader


def configuration(
    number: int, members: Sequence[Member], users: Mapping[str, str], store_key: str, consumers: Sequence[Reader]
) -> dict[str, object]:
    """Of the server `number`, from 1 on. Its files are named from the folder that it is started in, its store by
    `--store_dir`. Users are told of no other addresses than those that they were given: only these have certificates.
    """
    me = members[number - 1]
    tls = {"cert_file": "own.pem", "key_file": "own.key", "ca_file": "ca.pem", "timeout": 5}
    told: dict[str, object] = {
        "server_name": f"strongroom-{number}",
        "listen": f"{me.host}:{me.port}",
        "tls": tls,
        **kept_alike(users, store_key, {}, consumers),
    }
    if len(members) > 1:
        told["cluster"] = {
            "name": "strongroom",
            "listen": me.route,
            "routes": [f"nats://{other.route}" for other in members],
            "no_advertise": True,
            "tls": {**tls, "verify": True},
        }
    return told
