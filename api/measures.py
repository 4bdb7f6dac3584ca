"""What /metrics shows beyond requests: the log's queue and end, how far read models are behind, resets, streams."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from api.health import projection_status
from api.live import Live
from domain.errors import StrongroomError
from ops.telemetry import gauge
from projections.reading import Reached, Views
from projections.resets import ResetsProjection, count_resets

PATIENCE = 0.5
Points = Iterable[tuple[float, dict[str, str]]]


class MeasuredLog(Protocol):
    """What there is to measure of a log."""

    @property
    def head(self) -> int: ...

    @property
    def waiting(self) -> int: ...

    @property
    def is_forked(self) -> bool: ...

    def now(self) -> datetime: ...


class Measures:
    """Looked up when somebody asks for the metrics, so that nobody's asking costs nothing."""

    def __init__(self, log: MeasuredLog, views: Views, live: Live) -> None:
        self._log = log
        self._views = views
        self._reached: Sequence[Reached] = ()
        self._resets: dict[str, int] = {}
        gauge("strongroom.log.position", "The last position this process knows", lambda: [(log.head, {})])
        gauge("strongroom.log.forked", "1: the log was set back, nothing is served", lambda: [(log.is_forked, {})])
        gauge("strongroom.append.waiting", "Commands that wait for the log", lambda: [(log.waiting, {})])
        gauge("strongroom.live.streams", "Browsers that listen to live updates", lambda: [(live.open, {})])
        gauge("strongroom.projection.position", "How far a projection has come", self._positions)
        gauge("strongroom.projection.lag", "How far a projection is behind, in milliseconds", self._lags)
        gauge("strongroom.projection.halted", "1: its queries answer 503", self._halted)
        gauge("strongroom.resets", "Resets by their state", self._reset_states)

    async def refresh(self) -> None:
        """Ask the read models; while they are away the last answer stands."""
        try:
            async with asyncio.timeout(PATIENCE):
                self._reached = await self._views.reached()
                async with self._views.reading(ResetsProjection) as db:
                    self._resets = await count_resets(db)
        except (StrongroomError, TimeoutError):
            return

    def _positions(self) -> Points:
        return [(each.position, {"projection": each.name}) for each in self._reached]

    def _lags(self) -> Points:
        head, now = self._log.head, self._log.now()
        return [(projection_status(each, head, now).lag_ms, {"projection": each.name}) for each in self._reached]

    def _halted(self) -> Points:
        return [(each.halted is not None, {"projection": each.name}) for each in self._reached]

    def _reset_states(self) -> Points:
        return [(count, {"state": state}) for state, count in self._resets.items()]
