"""Settings and the password policy: what the vault asks of everybody."""

from __future__ import annotations

from dataclasses import dataclass

from commands.base import Command
from commands.work import Work
from domain.access import Operation
from domain.errors import Stale
from domain.password_policies import PasswordPolicy, Policy, policy_of
from domain.settings import Rules, Settings, rules_of


@dataclass(frozen=True, slots=True)
class InForce:
    """What holds now, read where decisions read it; a version is 0 while the defaults hold."""

    rules: Rules
    rules_version: int
    policy: Policy
    policy_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewSettings(Command[InForce]):
    """How the vault is set; it changes nothing."""

    needs = Operation.SYSTEM_VIEW

    async def execute(self, work: Work) -> InForce:
        settings = await work.find(Settings, Settings.create_id())
        policy = await work.find(PasswordPolicy, PasswordPolicy.create_id())
        return InForce(rules_of(settings), _version(settings), policy_of(policy), _version(policy))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSettings(Command[None]):
    """Change all settings at once."""

    rules: Rules
    expected_version: int | None = None

    needs = Operation.SETTINGS_CHANGE

    async def execute(self, work: Work) -> None:
        settings = await work.find(Settings, Settings.create_id())
        _check(self.expected_version, settings)
        if settings is not None:
            settings.change(self.rules)
        else:
            self.rules.check()
            work.add(Settings(self.rules))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePasswordPolicy(Command[None]):
    """Change how new passwords are made."""

    policy: Policy
    expected_version: int | None = None

    needs = Operation.SETTINGS_CHANGE

    async def execute(self, work: Work) -> None:
        stream = await work.find(PasswordPolicy, PasswordPolicy.create_id())
        _check(self.expected_version, stream)
        if stream is not None:
            stream.change(self.policy)
        else:
            self.policy.check()
            work.add(PasswordPolicy(self.policy))


def _version(stream: Settings | PasswordPolicy | None) -> int:
    return 0 if stream is None else stream.version


def _check(expected: int | None, stream: Settings | PasswordPolicy | None) -> None:
    """All is replaced, so nobody may write over what he has not read."""
    if expected is not None and expected != _version(stream):
        raise Stale
