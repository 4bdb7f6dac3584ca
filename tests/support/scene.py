"""An owner with an account at a real vault, and somebody who may not see it any more, or may."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from tests.support.attacker import PATIENCE
from tests.support.installation import Installation, Visitor

PASSWORD = "correct horse battery"
WHY = {"reason": "x", "purpose": "view"}


@dataclass
class Scene:
    """An owner with an account, and somebody who may not see it any more, or may."""

    owner: Visitor
    other: Visitor
    account: str
    elsewhere: str

    async def share(self) -> None:
        await self.owner.does("PUT", f"/accounts/{self.account}/access/users/{self.other.id}", {"level": "VIEW"})

    async def revoke(self) -> None:
        await self.owner.does("DELETE", f"/accounts/{self.account}/access/users/{self.other.id}")

    async def disclosed(self, to: Visitor) -> httpx.Response:
        return await to.ask("POST", f"/accounts/{self.account}/disclosures", json=WHY)

    async def listed(self) -> httpx.Response:
        return await self.other.ask("GET", "/accounts")

    async def told(self, problem: str, seconds: float) -> None:
        """Until every answer is that, for reads and for disclosures; meanwhile nothing is shown."""
        async with asyncio.timeout(seconds):
            while True:
                answers = [answer async for answer in self._answers()]
                assert all(self.account not in answer.text for answer in answers)
                if all(answer.json().get("type") == problem for answer in answers) and answers:
                    return
                await asyncio.sleep(0.05)

    async def _answers(self) -> AsyncIterator[httpx.Response]:
        try:
            yield await self.listed()
            answer = await self.disclosed(self.other)
            assert answer.status_code != 201
            yield answer
        except httpx.TransportError:
            return  # it is just starting

    async def shown(self, listed: bool) -> None:
        """Until the read models say so."""
        async with asyncio.timeout(PATIENCE):
            while (answer := await self.listed()).status_code != 200 or (self.account in answer.text) is not listed:
                await asyncio.sleep(0.05)


@asynccontextmanager
async def scene(site: Installation) -> AsyncIterator[Scene]:
    name = f"somebody-{asyncio.get_running_loop().time()}"
    async with site.visitor() as owner, site.visitor() as other:
        await owner.sign_in("admin", PASSWORD)
        new = {"username": name, "display_name": "Somebody", "roles": ["password-user"]}
        token = (await owner.post("/users", new))["invitation"].rpartition("#")[2]
        await other.post("/invitations/accept", {"token": token, "password": PASSWORD})
        await other.sign_in(name, PASSWORD)
        resource = await owner.post("/resources", {"name": name, "type": "linux", "address": "h.example"})
        path = f"/resources/{resource['id']}/accounts"
        accounts = [
            await owner.post(path, {"username": each, "password": f"{each} hunter2"}) for each in ("one", "two")
        ]
        yield Scene(owner, other, accounts[0]["id"], accounts[1]["id"])
