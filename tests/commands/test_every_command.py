"""Rules that every command keeps."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import commands
from commands.base import Command
from commands.queries import Question
from domain.access import BUILT_IN_ROLES, SYSTEM_OPERATIONS, WORKER_OPERATIONS, Operation

WITHOUT_NEEDS = {"SignInWithPassword", "AcceptInvitation", "TurnAway"}


def below(kind: type[Command[object]]) -> list[type[Command[object]]]:
    subs: list[type[Command[object]]] = kind.__subclasses__()
    return [each for sub in subs for each in (sub, *below(sub))]


for _module in pkgutil.iter_modules(commands.__path__):
    importlib.import_module(f"commands.{_module.name}")
COMMANDS = sorted(
    {each for each in below(Command) if each.__module__.startswith("commands.")}, key=lambda c: c.__name__
)
DOING = [each for each in COMMANDS if not issubclass(each, Question)]


@pytest.mark.parametrize("command", DOING)
def test_a_command_is_a_frozen_sentence_with_a_docstring(command: type[Command[object]]) -> None:
    assert command.__doc__
    assert not command.__doc__.startswith(f"{command.__name__}("), "what dataclasses say of themselves"
    assert vars(command)["__dataclass_params__"].frozen


@pytest.mark.parametrize("command", [each for each in COMMANDS if each is not Question])
def test_a_command_says_what_it_needs(command: type[Command[object]]) -> None:
    assert (command.needs is None) == (command.__name__ in WITHOUT_NEEDS)


def test_every_operation_belongs_to_people_or_to_one_kind_of_process() -> None:
    people = frozenset().union(*BUILT_IN_ROLES.values())
    assert people | WORKER_OPERATIONS | SYSTEM_OPERATIONS == set(Operation)
    assert not people & WORKER_OPERATIONS
    assert not people & SYSTEM_OPERATIONS
    assert not WORKER_OPERATIONS & SYSTEM_OPERATIONS
