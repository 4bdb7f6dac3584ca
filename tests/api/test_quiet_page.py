"""An auditor who watches the trail live does not fill it by that: two events in ten minutes at most."""

from __future__ import annotations

from datetime import timedelta

from tests.api.site import ApiSite, Browser

ASKED = ("/audit", "/proof", "/event-types", "/me/audit-filters", "/alarms", "/dashboard", "/status", "/sessions")
"""What the console asks while the page of the audit trail stands open."""


async def test_a_live_page_adds_two_events_in_ten_minutes(site: ApiSite, admin: Browser) -> None:
    before = site.world.log.head
    for _ in range(60):
        for path in ASKED:
            answer = await admin.get(path)
            assert answer.status_code == 200, (path, answer.text)
        site.world.clock.turn(timedelta(seconds=10))
    said = [event.TOPIC for event in await site.world.events(before)]
    assert len(said) <= 2, said
    assert said == ["reading.recorded"] * len(said)
