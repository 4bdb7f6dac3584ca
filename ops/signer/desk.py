"""Where the signer says what is wrong: alarms beside the read models, each again at most every few seconds."""

from __future__ import annotations

import time

import psycopg

from domain.alarms import AlarmKind
from ops import database
from ops.logging import Log

EVERY = 10.0

log = Log("strongroom.signer")


class Desk:
    """Alarms are for people; nothing waits for them."""

    def __init__(self, views_url: str) -> None:
        self._url = views_url
        self._said: dict[AlarmKind, float] = {}

    def alarm(self, kind: AlarmKind, position: int, what: str) -> None:
        now = time.monotonic()
        if now - self._said.get(kind, float("-inf")) < EVERY:
            return
        self._said[kind] = now
        log.error("the signer raises an alarm", problem=kind, position=position)
        try:
            with database.connect_now(self._url) as views:
                views.execute("select views.raise_by_signer(%s, %s, %s)", (kind, position, what))
        except psycopg.Error as error:
            log.warning("an alarm could not be written", problem=type(error).__name__)
