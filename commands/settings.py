"""Settings and the password policy: what the vault asks of everybody."""

from __future__ import annotations

from dataclasses import dataclass

from commands.base import Command
from commands.work import Work
from domain.access import Operation
from domain.password_policies import PasswordPolicy, Policy
from domain.settings import Rules, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSettings(Command[None]):
    """Change all settings at once."""

    rules: Rules

    needs = Operation.SETTINGS_CHANGE

    async def execute(self, work: Work) -> None:
        settings = await work.find(Settings, Settings.create_id())
        if settings is not None:
            settings.change(self.rules)
        else:
            self.rules.check()
            work.add(Settings(self.rules))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePasswordPolicy(Command[None]):
    """Change how new passwords are made."""

    policy: Policy

    needs = Operation.SETTINGS_CHANGE

    async def execute(self, work: Work) -> None:
        stream = await work.find(PasswordPolicy, PasswordPolicy.create_id())
        if stream is not None:
            stream.change(self.policy)
        else:
            self.policy.check()
            work.add(PasswordPolicy(self.policy))
