"""The event catalogue as a page for people, made from the code that decides: `python -m ops.ledger.catalogue`."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
import types
import typing
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from domain.base import Author
from domain.registry import AGGREGATES
from ops.ledger.topics import Topic, Topics

HEAD = """# Everything that can happen

Every event there is, made from the code by `make docs`: nothing else can stand in the log. Topics and the names of
fields are for ever; each event also has `provenance` (who, in which request and session, through which channel, why).
Class and severity are OCSF 1.8's. An event may be written only by the processes named: a row by any other is refused
as tampering. Personal fields are those that tell of a person.
"""
WORDS = {UUID: "id", datetime: "moment", str: "text", int: "number", bool: "yes or no", bytes: "bytes"}


def page(topics: Iterable[Topic]) -> str:
    """Markdown, one section an aggregate."""
    parts = [HEAD]
    for aggregate, events in groupby(topics, key=lambda topic: topic.aggregate):
        parts += [f"## {aggregate.TOPIC}", f"{_sentence(aggregate)}\n"]
        parts += [_entry(topic) for topic in events]
    return "\n".join(parts)


def _entry(topic: Topic) -> str:
    about = topic.about
    authors = ", ".join(Author(number).name.lower() for number in sorted(topic.authors))
    personal = f" · personal: {', '.join(f'`{name}`' for name in about.personal)}" if about.personal else ""
    facts = f"{about.ocsf.name.replace('_', ' ').capitalize()} {about.ocsf.value} · {about.severity.name.lower()}"
    lines = [
        f"### `{topic.name}`",
        f"{about.title}. {_sentence(topic.event)}".rstrip(),
        f"{facts} · schema {topic.schema} · by {authors}{personal}",
    ]
    return "\n\n".join([*lines, "".join(_fields(topic)) or "No fields of its own.\n"])


def _fields(topic: Topic) -> Iterator[str]:
    hints = typing.get_type_hints(topic.event)
    for name in topic.codec.fields:
        if name != "provenance":
            yield f"- `{name}`: {_words(hints[name])}\n"


def _words(kind: Any) -> str:
    """A field's type as people say it."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        some = ", ".join(_words(each) for each in arguments if each is not type(None))
        return f"{some}, or nothing"
    if origin in (tuple, frozenset):
        return f"{'set' if origin is frozenset else 'list'} of {_words(arguments[0])}"
    if kind in WORDS:
        return WORDS[kind]
    return f"one of {', '.join(f'`{each.value}`' for each in kind)}" if _is_small(kind) else f"{kind.__name__}"


def _is_small(kind: Any) -> bool:
    members = getattr(kind, "__members__", None)
    return members is not None and len(members) <= 12


def _sentence(thing: type) -> str:
    """Its docstring as it is written: the event library puts another in its place."""
    (written,) = ast.parse(textwrap.dedent(inspect.getsource(thing))).body
    assert isinstance(written, ast.ClassDef)
    return " ".join((ast.get_docstring(written) or "").split("\n\n")[0].split())


if __name__ == "__main__":
    sys.stdout.write(page(Topics(AGGREGATES)))
