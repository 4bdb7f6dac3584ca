"""A whole story with known secrets, told to a real vault; with everything wrong that a client could do with them."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import ssl
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

from ops.runtime import certificates, keys
from tests.support.installation import Installation, Visitor
from tests.support.lab import LabHost
from tests.support.needles import Needles
from tests.support.secrets import Secrets, canary
from tests.support.story_hosts import Hosts

WORDS = (
    "user name", "display name", "reason", "ticket", "host name", "host address", "account name", "description",
    "attempted name", "agent", "search",
)  # fmt: skip


@dataclass
class Words:
    """What is no secret but nobody's business in the log: names, reasons, hosts."""

    canaries: dict[str, str] = field(default_factory=lambda: {name: canary() for name in WORDS})

    def __getitem__(self, name: str) -> str:
        return self.canaries[name]


@dataclass
class Story:
    """What happened, and what must not have been kept of it."""

    site: Installation
    host: LabHost
    between: LabHost
    secrets: Secrets = field(default_factory=Secrets)
    words: Words = field(default_factory=Words)
    account: str = ""
    made: dict[str, bytes] = field(default_factory=dict)
    """Keys that no file of the vault holds in clear."""
    exports: dict[str, bytes] = field(default_factory=dict)
    """Copies of the audit trail, by format, as they were given out."""

    @property
    def keys(self) -> dict[str, bytes]:
        """The key files themselves, which are nowhere but where they lie; and a key that was given to the vault."""
        folder = self.site.settings.keys
        return {name: (folder / name).read_bytes().strip() for name in keys.NAMES} | self.made

    async def tell(self) -> None:
        async with self.site.visitor() as administrator, self.site.visitor() as colleague:
            await administrator.sign_in("admin", self.secrets["administrator"])
            self._note_session("administrator", administrator)
            resource = await self._add_things(administrator)
            await self._import(administrator)
            await self._use_the_account(administrator)
            await self._invite(administrator, colleague, resource)
            await self._do_wrong(administrator)
            await self._reset(administrator)
            why = {"reason": self.words["reason"], "ticket": self.words["ticket"]}
            hosts = Hosts(administrator, self.secrets, why, self.host, self.between, keys=self.made)
            await hosts.tell(resource)
            await self._export(administrator)
            await self._read_everything(administrator)

    def _note_session(self, whose: str, visitor: Visitor) -> None:
        assert visitor.csrf is not None
        self.secrets.note(f"{whose}'s csrf token", visitor.csrf)
        self.secrets.note(f"{whose}'s cookie", next(iter(visitor.client.cookies.jar)).value or "")

    async def _add_things(self, by: Visitor) -> str:
        words = self.words
        host = {"name": words["host name"], "type": "linux", "address": f"{words['host address']}.example",
                "description": words["description"]}  # fmt: skip
        elsewhere = (await by.post("/resources", host))["id"]
        stored = {"username": words["account name"], "password": self.secrets["second"]}
        await by.post(f"/resources/{elsewhere}/accounts", stored)
        real = {"name": "web", "type": "linux", "address": self.host.address, "port": self.host.port}
        resource = str((await by.post("/resources", real))["id"])
        await by.does("PUT", f"/resources/{resource}/host-key", {"host_key": self.host.host_keys["ed25519"]})
        account = {"username": "app1", "password": self.secrets["first"]}
        self.account = (await by.post(f"/resources/{resource}/accounts", account))["id"]
        return resource

    async def _import(self, by: Visitor) -> None:
        """A file with a good row, one whose password has moved into other cells, and one that nobody can read."""
        imported, misplaced = self.secrets["imported"], self.secrets["misplaced"]
        file = io.StringIO()
        headings = ["resource", "type", "address", "account", "password"]
        csv.writer(file).writerows([
            headings, ["mail", "linux", "mail.example", "root", imported],
            ["mail", misplaced, "", "root", misplaced, ""], ["mail", misplaced, "", "admin", misplaced],
        ])  # fmt: skip
        for content in (file.getvalue().encode(), misplaced.encode("latin-1"), f'a,b\n"{misplaced}'.encode()):
            body = {"content": b64encode(content).decode(), "columns": {name: at for at, name in enumerate(headings)}}
            seen = await by.ask("POST", "/imports/preview", json=body)
            assert (seen.status_code == 200) is (content == file.getvalue().encode())
            done = await by.ask("POST", "/imports", json={**body, "digest": seen.json().get("digest", misplaced)})
            assert not Needles(self.secrets.canaries).in_bytes(seen.content + done.content, "an answer")

    async def _use_the_account(self, by: Visitor) -> None:
        assert await self.disclosed(by) == self.secrets["first"]
        change = {"password": self.secrets["third"], "reason": self.words["reason"]}
        await by.post(f"/accounts/{self.account}/password", change)
        assert await self.disclosed(by) == self.secrets["third"]

    async def disclosed(self, by: Visitor) -> str:
        why = {"reason": self.words["reason"], "ticket": self.words["ticket"], "purpose": "view"}
        return str((await by.post(f"/accounts/{self.account}/disclosures", why))["password"])

    async def _invite(self, by: Visitor, colleague: Visitor, resource: str) -> None:
        name = self.words["user name"]
        new = {"username": name, "display_name": self.words["display name"], "roles": ["password-user"],
               "email": f"{name}@example.org"}  # fmt: skip
        invited = await by.post("/users", new)
        token = self.secrets.note("invitation", invited["invitation"].rpartition("#")[2])
        accept = {"token": token, "password": self.secrets["colleague"]}
        await colleague.post("/invitations/accept", accept)
        await colleague.sign_in(name, self.secrets["colleague"])
        self._note_session("colleague", colleague)
        await by.does("PUT", f"/resources/{resource}/access/users/{colleague.id}", {"level": "VIEW"})
        await self.disclosed(colleague)

    async def _do_wrong(self, by: Visitor) -> None:
        """Passwords where none belongs. Whatever the answer is, it is a refusal or shows nothing."""
        async with self.site.visitor() as stranger:
            for username in ("admin", self.words["attempted name"], self.secrets["first"]):
                wrong = {"username": username, "password": self.secrets["mistyped"]}
                assert (await stranger.ask("POST", "/sessions", json=wrong)).status_code in (401, 422, 429)
        for method, path, more in self._wrong_requests():
            answer = await by.ask(method, path, **more)
            assert answer.status_code >= 400 or method == "GET", f"{method} {path} {more}: {answer.status_code}"
        for line in (f"GET /{self.secrets.canaries['first']} HTTP/9", self.secrets["first"], "{}"):
            await self._send(f"{line}\r\nx: {self.secrets.canaries['first']}\r\n\r\n".encode())

    def _wrong_requests(self) -> list[tuple[str, str, dict[str, Any]]]:
        secret, plain = self.secrets["first"], self.secrets.canaries["first"]
        disclose = f"/accounts/{self.account}/disclosures"
        why = {"reason": "x", "purpose": "view"}
        bodies: list[Any] = [
            {**why, secret: 1}, {**why, "unknown": secret}, {**why, "purpose": secret}, {**why, "reason": [secret]},
            {**why, "password_number": secret}, [secret], secret, {**why, "ticket": secret * 5},
        ]  # fmt: skip
        json_type = {"content-type": "application/json"}
        texts = [
            f'{{"reason": "{plain}',
            f'{{"reason": "{plain}", "reason": "{plain}"}}',
            plain,
            f'"{plain}'.ljust(70_000),
        ]
        headers = ("authorization", "x-csrf-token", "if-match", "strongroom-at-least", "origin", "content-type", "x-a")
        return [
            *(("POST", disclose, {"json": body}) for body in bodies),
            *(("POST", disclose, {"content": text, "headers": json_type}) for text in texts),
            *(("POST", disclose, {"json": {**why, "x": 1}, "headers": {name: plain}}) for name in headers),
            ("POST", "/resources", {"json": {"name": "x"}, "headers": {"idempotency-key": plain}}),
            ("POST", "/resources", {"json": {"name": "y"}, "headers": {"host": f"{plain}.example"}}),
            *(("GET", path, {}) for path in (
                f"/accounts?{plain}=1", f"/accounts?unknown={plain}", f"/accounts?limit={plain}", f"/{plain}",
                f"/accounts?cursor={plain}", f"/accounts/{plain}", f"/audit?topic={plain}", f"/resources?type={plain}",
                f"/accounts?q={plain}", f"/resources?q={plain}", f"/people?q={plain}", f"/users?sort={plain}",
            )),
            ("GET", "/status", {"headers": {"cookie": f"__Host-strongroom={plain}"}}),
            (plain.upper(), "/status", {}),
        ]  # fmt: skip

    async def _send(self, content: bytes) -> None:
        """What is not even HTTP."""
        trust = ssl.create_default_context(cafile=str(certificates.certificate_file(self.site.settings)))
        reader, writer = await asyncio.open_connection("localhost", self.site.port, ssl=trust)
        writer.write(content)
        await writer.drain()
        async with asyncio.timeout(30):
            assert b" 200 " not in await reader.read(200)
        writer.close()

    async def _reset(self, by: Visitor) -> None:
        """On a real host, which knows the password that the vault knows."""
        await self.host.set_password("app1", self.secrets["third"])
        opened = await by.post(f"/accounts/{self.account}/resets", {"reason": self.words["reason"]})
        done = await by.until(f"/resets/{opened['id']}", lambda said: said["ended_at"])
        assert done["state"] == "confirmed", json.dumps(done)
        fresh = self.secrets.note("made by the reset", await self.disclosed(by))
        assert await self.host.opens("app1", fresh)

    async def _export(self, by: Visitor) -> None:
        """All that is in the trail by now, as it leaves the vault."""
        position = (await by.get("/status"))["position"]
        await by.get("/audit", position)
        for kind in ("csv", "json"):
            taken = await by.ask("POST", "/audit/exports", json={"format": kind, "reason": self.words["reason"]})
            assert taken.status_code == 200, taken.text
            self.exports[kind] = taken.content

    async def _read_everything(self, by: Visitor) -> None:
        """Every list and the trail, as new as the last event: so all has been projected, too."""
        agent = {"user-agent": self.words["agent"]}
        async with self.site.visitor() as elsewhere:
            given = {"username": "admin", "password": self.secrets["administrator"]}
            await elsewhere.ask("POST", "/sessions", json=given, headers=agent)
        position = (await by.get("/status"))["position"]
        paths = ("/accounts", "/resources", "/users", "/people", "/sessions", f"/accounts/{self.account}/passwords",
                 "/batches", f"/accounts/{self.account}/timeline")  # fmt: skip
        for path in (*paths, "/audit", f"/audit?q={self.words['search']}"):
            said = await by.get(path, position)
        assert said is not None
