"""Consumers of the stream AUDIT: who reads every event from NATS. They are admitted at the command line."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter

from api.caller import Caller
from api.shapes import Listed, Shown
from commands.consumers import ViewConsumers

router = APIRouter(tags=["siem"])


class SiemConsumer(Shown):
    """It reads what goes under `subject`, from right behind position `after` on; `operator` admitted it."""

    name: str
    subject: str
    after: int
    operator: str
    since: datetime


class SiemConsumerList(Listed[SiemConsumer]):
    pass


@router.get("/siem/consumers")
async def list_siem_consumers(caller: Caller) -> SiemConsumerList:
    found = await caller.ask(ViewConsumers())
    items = [
        SiemConsumer(name=it.name, subject=it.subject, after=it.after, operator=it.operator, since=it.since)
        for it in found
    ]
    return SiemConsumerList(items=items, next_cursor=None)
