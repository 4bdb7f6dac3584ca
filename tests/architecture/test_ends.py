"""What begins has an end on the record: every event by which something begins names those by which it ends."""

from __future__ import annotations

import pytest

from domain.registry import AGGREGATES
from ops.ledger.topics import Topics

BEGINNINGS = ("begun", "opened", "requested", "started", "again", "exported", "invited")
"""The last word of a topic by which something begins."""

ENDS: dict[str, tuple[str, ...]] = {
    "account.reset-opened": ("account.reset-closed", "account.password-reset"),
    "audit.exported": ("audit.export-ended",),
    "batch.opened": ("reset.confirmed", "reset.failed", "reset.settled"),
    "import.opened": ("import.ended",),
    "key-rotation.begun": ("key-rotation.ended",),
    "probe.begun": ("probe.ended",),
    "probe.requested": ("probe.ended",),
    "probe.requested-again": ("probe.ended",),
    "replay.begun": ("replay.ended",),
    "reset.asked-again": ("reset.confirmed", "reset.failed", "reset.settled"),
    "reset.attempt-begun": (
        "reset.confirmed",
        "reset.failed",
        "reset.settled",
        "reset.attempt-failed",
        "reset.in-doubt",
    ),
    "reset.requested": ("reset.confirmed", "reset.failed", "reset.settled"),
    "root-protection.begun": ("root-protection.ended", "root-protection.given-up"),
    "session.started": ("session.ended",),
    "shredding.begun": ("shredding.ended",),
    "sign-in.invited": ("sign-in.invitation-accepted",),
    "sign-in.invited-again": ("sign-in.invitation-accepted",),
    "system.started": ("system.stopped",),
    "user.invited-again": ("user.activated",),
}
"""An attempt whose worker was killed ends with its lease, when the next one begins; a run whose process was killed with
the next start. A replay or an import that broke off has no end: that tells it from one that was done."""

STANDING = {
    "access.narrower-opened": "a list of access is there for good",
    "access.opened": "a list of access is there for good",
    "helper.opened": "what is known of an account as a helper is there for good",
    "key-copies.begun": "copies are counted from then on",
    "log.opened": "the log is there for good",
    "name.reserved-again": "a name that was free is somebody's, until it is released",
    "preferences.begun": "what somebody keeps at hand is there for good",
    "settings.begun": "settings are there for good",
    "siem.begun": "the list of destinations is there for good",
    "siem-consumers.begun": "the list of consumers is there for good",
}
"""What begins and is meant to stay, and why that needs no end."""

TOPICS = {topic.name for topic in Topics(AGGREGATES)}


def begins(topic: str) -> bool:
    return topic.partition(".")[2].split("-")[-1] in BEGINNINGS


@pytest.mark.parametrize("topic", sorted(filter(begins, TOPICS)))
def test_what_begins_names_its_ends_or_why_it_has_none(topic: str) -> None:
    assert (topic in ENDS) is not (topic in STANDING)


@pytest.mark.parametrize("topic", ENDS)
def test_the_ends_that_are_named_are_events(topic: str) -> None:
    assert {topic, *ENDS[topic]} <= TOPICS
    assert not any(map(begins, ENDS[topic]))


def test_nothing_is_said_to_stand_that_is_no_event() -> None:
    assert STANDING.keys() <= TOPICS
