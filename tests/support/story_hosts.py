"""The part of the story that is told on hosts: passwords set by others, a key, a host between, a batch, a repair."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import asyncssh
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.support.installation import Visitor
from tests.support.lab import LabHost
from tests.support.secrets import Secrets
from tests.support.ssh_server import ssh_server
from tests.support.wires import Wires

HELPERS = {"ops": "of who uses sudo", "svc": "of who uses su", "root": "of root"}
"""Accounts of the host, and what their passwords are called in the story."""
PATIENCE = 180.0
UNIQUE = slice(3, 5)
"""The lines of an Ed25519 key's file that hold what is secret of it; those before are the same, or public."""


@dataclass
class Hosts:
    """Whatever opens a password in order to work with it is done here, and each that is made is noted."""

    by: Visitor
    secrets: Secrets
    why: dict[str, str]
    web: LabHost
    between: LabHost
    accounts: dict[str, str] = field(default_factory=dict)
    keys: dict[str, bytes] = field(default_factory=dict)

    async def tell(self, resource: str) -> None:
        for name, called in HELPERS.items():
            await self._add(resource, self.web, name, called)
        for name in ("app2", "app3"):
            await self._add(resource, self.web, name, f"of {name}")
        await self._set(resource, "reset-way", login_id=self.accounts["ops"], elevation="sudo")
        await self._reset("app2", "by sudo")
        await self._give_key()
        await self._reset("app2", "by sudo, with a key")
        await self._verify("app2")
        su = {"login_id": self.accounts["svc"], "elevation": "su", "root_id": self.accounts["root"]}
        await self._set(resource, "reset-way", **su)
        await self._reset("app2", "by su")
        await self._set(resource, "jump-host", resource_id=await self._host_between())
        await self._reset("app2", "over a host between")
        await self._batch("app2", "app3")
        await self._repair()

    async def _add(self, resource: str, host: LabHost, name: str, called: str) -> None:
        await host.set_password(name, self.secrets[called])
        body = {"username": name, "password": self.secrets[called]}
        self.accounts[name] = (await self.by.post(f"/resources/{resource}/accounts", body))["id"]

    async def _set(self, resource: str, part: str, **body: Any) -> None:
        read = (await self.by.get(f"/resources/{resource}/reset-way", await self._now()))["version"]
        await self.by.does("PUT", f"/resources/{resource}/{part}", body, **{"if-match": f'"{read}"'})

    async def _now(self) -> int:
        return int((await self.by.get("/status"))["position"])

    async def _resource(self, name: str, address: str, port: int, key: str) -> str:
        body = {"name": name, "type": "linux", "address": address, "port": port}
        resource = (await self.by.post("/resources", body))["id"]
        await self.by.does("PUT", f"/resources/{resource}/host-key", {"host_key": key})
        return str(resource)

    async def _host_between(self) -> str:
        host = self.between
        resource = await self._resource("between", host.address, host.port, host.host_keys["ed25519"])
        await self._add(resource, host, "app1", "of who goes between")
        await self._set(resource, "reset-way", login_id=self.accounts["app1"])
        return resource

    async def _give_key(self) -> None:
        """`ops` may sign in with it, and still says his password to sudo."""
        key = Ed25519PrivateKey.generate()
        self.keys["secret ssh key"] = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
        for number, line in enumerate(pem.splitlines()[UNIQUE], 1):
            self.secrets.note(f"ssh key, line {number}", line)
        public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
        lay = "cd ~ops && install -d -m 700 -o ops .ssh && cat > .ssh/authorized_keys && chown ops .ssh/authorized_keys"
        await self.web.as_root(lay, f"{public}\n")
        given = {"private_key": pem, "reason": self.why["reason"]}
        await self.by.post(f"/accounts/{self.accounts['ops']}/ssh-key", given)

    async def _reset(self, name: str, how: str) -> None:
        account = self.accounts[name]
        opened = await self.by.post(f"/accounts/{account}/resets", self.why)
        await self._confirmed(opened["id"])
        assert await self.web.opens(name, await self._noted(account, how))

    async def _confirmed(self, reset: str) -> None:
        done = await self.by.until(f"/resets/{reset}", lambda said: said["ended_at"], PATIENCE)
        assert done["state"] == "confirmed", json.dumps(done)

    async def _noted(self, account: str, how: str) -> str:
        """The account's password, which the vault has made."""
        shown = await self.by.post(f"/accounts/{account}/disclosures", {**self.why, "purpose": "view"})
        return self.secrets.note(f"made {how}", shown["password"])

    async def _verify(self, name: str) -> None:
        path = f"/accounts/{self.accounts[name]}/verification"
        asked = await self.by.post(path, {"reason": self.why["reason"]})
        await self.by.get(path, asked["position"])
        said = await self.by.until(path, lambda said: said["ended_at"], PATIENCE)
        assert said["outcome"] == "opened", json.dumps(said)

    async def _batch(self, *names: str) -> None:
        accounts = [self.accounts[name] for name in names]
        batch = (await self.by.post("/batches", {**self.why, "account_ids": accounts}))["id"]
        for name, account in zip(names, accounts, strict=True):
            body = {**self.why, "batch_id": batch}
            await self._confirmed((await self.by.post(f"/accounts/{account}/resets", body))["id"])
            await self._noted(account, f"by a batch, of {name}")

    async def _repair(self) -> None:
        """Two passwords in doubt, of which both are tried."""
        wires, key = Wires(self.secrets["in doubt"]), asyncssh.generate_private_key("ssh-ed25519")
        async with ssh_server(wires.manners, key) as port:
            resource = await self._resource("far away", "127.0.0.1", port, key.export_public_key().decode())
            body = {"username": "app1", "password": self.secrets["in doubt"]}
            account = (await self.by.post(f"/resources/{resource}/accounts", body))["id"]
            await self.by.post(f"/accounts/{account}/resets", self.why)
            path = f"/accounts/{account}"
            await self.by.until(path, lambda said: said["reset_state"] == "in_doubt", PATIENCE)
            wires.mended = True
            await self.by.post(f"{path}/repair", self.why)
            await self.by.until(path, lambda said: said["reset_state"] == "none", PATIENCE)
            assert await self._noted(account, "by a repair") == wires.manners.password
            assert set(wires.manners.offered) <= {self.secrets["in doubt"], wires.manners.password}
