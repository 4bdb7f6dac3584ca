"""How the vault is set, as decisions read it: what it asks of everybody, and how it makes new passwords."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from api.caller import Caller, IfMatch
from api.shapes import Body, Done, Reason, Shown
from commands.settings import ChangePasswordPolicy, ChangeSettings, ViewSettings
from domain.logs import FORMAT
from domain.password_policies import Policy
from domain.settings import Rules
from ops.product import VERSION

router = APIRouter(tags=["settings"])
Count = Annotated[int, Field(ge=0)]


class RulesInForce(Shown):
    """`session_hours`: how long a session lasts at most."""

    reason_required: bool
    session_hours: int


class PolicyInForce(Shown):
    """How many characters a new password has, at least how many of each kind, and which specials."""

    length: int
    min_upper: int
    min_lower: int
    min_digits: int
    min_specials: int
    specials: str


class SettingsInForce(Shown):
    """`idle_minutes`: after how long without a request a session ends; that is the same for every installation."""

    rules: RulesInForce
    rules_version: int
    policy: PolicyInForce
    policy_version: int
    idle_minutes: int
    release: str
    log_format: int


class RulesBody(Body):
    reason_required: bool
    session_hours: Annotated[int, Field(ge=1)]
    reason: Reason


class PolicyBody(Body):
    length: Count
    min_upper: Count
    min_lower: Count
    min_digits: Count
    min_specials: Count
    specials: Annotated[str, StringConstraints(max_length=100)]
    reason: Reason


@router.get("/settings")
async def get_settings(caller: Caller) -> SettingsInForce:
    """What is in force now, read from the log and not from a read model."""
    found = await caller.ask(ViewSettings())
    return SettingsInForce(
        rules=RulesInForce.model_validate(found.rules),
        rules_version=found.rules_version,
        policy=PolicyInForce.model_validate(found.policy),
        policy_version=found.policy_version,
        idle_minutes=int(caller.services.idle.idle.total_seconds() // 60),
        release=VERSION,
        log_format=FORMAT,
    )


@router.put("/settings/rules")
async def change_rules(body: RulesBody, caller: Caller, version: IfMatch) -> Done:
    """All rules at once, from now on. `If-Match` names `rules_version`."""
    rules = Rules(body.reason_required, body.session_hours)
    done = await caller.execute(ChangeSettings(rules=rules, expected_version=version), body.reason)
    return Done(position=done.position)


@router.put("/settings/password-policy")
async def change_password_policy(body: PolicyBody, caller: Caller, version: IfMatch) -> Done:
    """How new passwords are made from now on. `If-Match` names `policy_version`."""
    policy = Policy(**body.model_dump(exclude={"reason"}))
    done = await caller.execute(ChangePasswordPolicy(policy=policy, expected_version=version), body.reason)
    return Done(position=done.position)
