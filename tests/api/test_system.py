"""The installation as administrators see it: what is wrong comes first, with what to do about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from api.findings import findings_of
from api.health import Check
from api.looking import Stands, standing
from ops.doctor.findings import Grade
from projections.reading import Alarm, Reached
from tests.api.site import SOUND, ApiSite, Browser

NOW = datetime(2026, 11, 26, tzinfo=UTC)
WRONG: dict[str, tuple[dict[str, Any], Grade, str]] = {
    "log was set back": ({"is_forked": True}, Grade.STOPS, "When the log forks"),
    "does not answer in time": (
        {"checks": [Check(name="keys", ok=False, why="it does not answer in time")]}, Grade.STOPS, "strongroom doctor",
    ),
    "worker is not ready": ({"standing": [Stands("worker", False, 2)]}, Grade.STOPS, "worker.log"),
    "fell 3 times": ({"standing": [Stands("nats", True, 3)]}, Grade.LOOK, "nats.log"),
    "users is halted": ({"reached": [Reached("users", 3, None, "an event cannot be read")]}, Grade.STOPS, "alarm"),
    "1200 events behind": ({"position": 1207, "bus": 1207}, Grade.LOOK, "projector.log"),
    "not on the bus yet": ({"position": 1500, "reached": []}, Grade.LOOK, "projector.log"),
    "NATS does not answer": ({"bus": None}, Grade.LOOK, "nats.log"),
    "forged of log": ({"alarms": [Alarm("forged", "log", 3, "api", 1, NOW, NOW)]}, Grade.LOOK, "ledger verify"),
    "forked of projector": ({"alarms": [Alarm("forked", "projector", 3, "", 1, NOW, NOW)]}, Grade.STOPS, "stop"),
}  # fmt: skip


def test_a_sound_installation_is_well() -> None:
    assert {each.grade for each in findings_of(SOUND)} == {Grade.WELL}


@pytest.mark.parametrize("says", WRONG)
def test_what_is_wrong_comes_first_with_a_remedy(says: str) -> None:
    changes, grade, remedy = WRONG[says]
    first = findings_of(replace(SOUND, **changes))[0]
    assert (first.grade, says in first.says, remedy in first.remedy) == (grade, True, True), first


async def test_it_is_shown_with_how_far_everything_is(site: ApiSite, admin: Browser) -> None:
    site.installation.seen = replace(SOUND, position=12, bus=None)
    shown = (await admin.get("/system")).json()
    assert shown["log"] == {
        "position": 12, "bytes": 8192, "format": 1, "waiting": 0, "forked": False, "clock_off_ms": 0, "bus": None,
    }  # fmt: skip
    assert shown["read_models"] == [{"name": "audit", "position": 7, "behind": 5, "lag_ms": 0, "halted": None}]
    assert shown["keys"] == [{"tier": "event", "count": 3, "root": 1}, {"tier": "secret", "count": 2, "root": 1}]
    assert shown["findings"][0]["check"] == "nats"
    assert (await admin.get("/system/runs")).json()["items"] == []


def test_a_note_of_the_supervisor_that_cannot_be_read_says_nothing(tmp_path: Any) -> None:
    assert standing(tmp_path / "none.json") == []
    for content in ("", "[{}]", "{"):
        (tmp_path / "standing.json").write_text(content)
        assert standing(tmp_path / "standing.json") == []
