"""Every event there is, in every format, as parsers that are not ours read it; and nothing that is typed breaks out."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from typing import Any

import jsonschema
import pytest
from cefevent import CEFEvent
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
from syslog_rfc5424_parser import SyslogMessage

from domain.base import Ocsf
from domain.registry import AGGREGATES
from ops.ledger.topics import Topic, Topics
from ops.siem import cloudevents, ecs, lines, ocsf
from ops.siem.entry import Entry, pseudonyms
from ops.siem.verbs import FAILED, verb_of
from tests.ops.siem.sample import SAMPLE

TOPICS = sorted(Topics(AGGREGATES), key=lambda topic: topic.name)
SCHEMAS = OcsfJsonSchemaEmbedded(get_ocsf_schema("1.8.0"))
NASTY = "a|b=c\\d]e\"f\ng\rh\ti\x1b[31mj\u2028k' OR 1=1; {{x}} ${y} \u202e"
TYPED = st.text(st.characters(blacklist_categories=["Cs"]), max_size=80)


def entry_of(topic: Topic) -> Entry:
    kind = topic.name.partition(".")[0]
    about = topic.about
    return replace(
        SAMPLE, topic=topic.name, schema=topic.schema, title=about.title, ocsf=int(about.ocsf),
        severity=int(about.severity), object_kind=kind if kind in ("user", "account", "resource", "role") else None,
        personal=about.personal,
    )  # fmt: skip


@cache
def validator(name: str) -> Any:
    schema = SCHEMAS.get_class_schema(name)
    return jsonschema.validators.validator_for(schema)(schema)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_every_event_is_valid_ocsf(topic: Topic) -> None:
    entry = entry_of(topic)
    for each in (
        entry,
        replace(entry, actor=None, object=None, session_id=None, request_id=None, reason=None, details={}),
    ):
        made = json.loads(json.dumps(ocsf.document(each), default=str))
        validator(Ocsf(topic.about.ocsf).name.lower()).validate(made)
        assert made["type_uid"] == made["class_uid"] * 100 + made["activity_id"]
        assert made["category_uid"] == made["class_uid"] // 1000
        assert (made["status_id"] == 2) is (topic.name in FAILED)
        assert made["metadata"]["sequence"] == each.position


def test_every_event_has_a_verb_and_what_failed_is_an_event() -> None:
    assert {topic.name for topic in TOPICS} >= FAILED
    for topic in TOPICS:
        verb_of(topic.name)


def test_the_next_release_carries_what_proves_it() -> None:
    made = ocsf.document(SAMPLE, next_release=True)
    assert made["metadata"]["version"] == "1.9.0"
    assert made["metadata"]["attestation_list"][0]["fingerprint"]["value"] == SAMPLE.entry_hash
    assert "attestation_list" not in ocsf.document(SAMPLE)["metadata"]


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_every_event_is_a_cloud_event(topic: Topic) -> None:
    entry = entry_of(topic)
    read = JSONFormat().read(CloudEvent, json.dumps(cloudevents.document(entry), default=str))
    assert (read.get_id(), read.get_extension("sequence")) == (entry.id, str(entry.position))
    assert read.get_type() == f"strongroom.event.{topic.name}.v{topic.schema}"


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_every_event_is_ecs(topic: Topic) -> None:
    made = ecs.document(entry_of(topic))
    event = made["event"]
    assert event["category"][0] in CATEGORIES
    assert set(event["type"]) <= TYPES
    assert (len(event["type"]) == 2) is (event["category"] == ["iam"])
    assert event["sequence"] == SAMPLE.position
    assert made["user"]["id"] in made["related"]["user"]


CATEGORIES = {"authentication", "session", "process", "api", "intrusion_detection", "configuration", "iam"}
TYPES = {"creation", "access", "deletion", "start", "end", "change", "denied", "user"}
"""Of ECS's own lists."""


def everywhere(text: str) -> Entry:
    """In every field that somebody types into."""
    return replace(
        SAMPLE, actor=text, object=text, summary=text, reason=text, ticket=text, details={"name": text, "list": [text]}
    )


def cef_fields(line: str) -> dict[str, str]:
    """By a regular expression of the format's own grammar: a key, `=`, a value up to the next key or the end."""
    body = re.split(r"(?<!\\)\|", line, maxsplit=7)[7]
    found = re.findall(r"(\w+)=((?:\\.|[^\\=])*?)(?= \w+=|$)", body)
    return dict(found)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_every_event_is_one_line_of_each_kind(topic: Topic) -> None:
    entry = entry_of(topic)
    fields = cef_fields(lines.cef(entry))
    assert fields["externalId"] == entry.id
    unknown = {name for name, value in fields.items() if not CEFEvent().set_field(name, value)}
    assert unknown == {"outcome"}, "a key of the format that this parser lacks"
    head, *pairs = lines.leef(entry).split("\t")
    assert head.split("|")[:2] + head.split("|")[4:5] == ["LEEF:2.0", "Strongroom", topic.name]
    assert dict(pair.split("=", 1) for pair in pairs)["externalId"] == entry.id
    read = SyslogMessage.parse(lines.rfc5424(entry, "vault.example").decode())
    assert read.sd["strongroom@32473"]["position"] == "7"
    assert read.appname == "Strongroom"


@given(TYPED | st.just(NASTY))
def test_nothing_that_somebody_types_ends_a_line_or_a_field(text: str) -> None:
    """T36."""
    entry = everywhere(text)
    for line in (lines.cef(entry), lines.leef(entry), lines.rfc5424(entry, "h").decode()):
        assert len(line.splitlines()) == 1
        assert all(letter.isprintable() or letter in "\t\ufeff" for letter in line)
    fields = cef_fields(lines.cef(entry))
    assert fields["externalId"] == entry.id
    assert fields["cs1"] == entry.entry_hash
    assert lines.leef(entry).count("\t") == lines.leef(everywhere("x" if text else "")).count("\t")
    told = lines.rfc5424(everywhere(text.rstrip("\\")), "h")  # this parser takes an escaped backslash for the quote's
    read = SyslogMessage.parse(told.decode()).sd["strongroom@32473"]
    assert (read["position"], read["leaf"]) == ("7", entry.entry_hash)
    assert len(json.dumps(ocsf.document(entry)).splitlines()) == 1


def test_a_message_that_is_too_long_is_cut_within_a_letter_of_its_end() -> None:
    message = lines.rfc5424(replace(SAMPLE, summary="ü" * 9000), "h")
    assert len(message) <= lines.LONGEST
    assert message.decode().endswith("ü")


def test_whoever_wants_it_gets_pseudonyms_of_people_and_reasons() -> None:
    personal = replace(SAMPLE, details={"username": "vera", "count": 3}, personal=("username",))
    veiled = personal.veiled(pseudonyms(b"k" * 32))
    documents = (ocsf.document(veiled), ecs.document(veiled), cloudevents.document(veiled))
    written = (lines.cef(veiled), lines.leef(veiled), lines.rfc5424(veiled, "h").decode())
    for text in (*written, *map(json.dumps, documents)):
        assert not any(word in text for word in ("vera", "admin", "a reason", "CHG-1"))
        assert SAMPLE.actor_id in text
    again = SAMPLE.veiled(pseudonyms(b"k" * 32))
    assert again.actor == veiled.actor
    assert again.actor != SAMPLE.veiled(pseudonyms(b"j" * 32)).actor
