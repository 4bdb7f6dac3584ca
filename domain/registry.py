"""The closed list of aggregates: a topic that none of them declares does not exist."""

from __future__ import annotations

from domain.access_lists import AccessList
from domain.accounts import Account
from domain.administrators import Administrators
from domain.alarms import AlarmClosing
from domain.all_scope import AllScopeUse
from domain.base import Aggregate
from domain.batches import Batch
from domain.consumers import Consumers
from domain.counts import Count
from domain.destinations import Destinations
from domain.disclosures import Disclosure
from domain.exports import AuditExport
from domain.heartbeats import Heartbeat
from domain.helpers import Helper
from domain.imports import Import
from domain.key_copies import KeyCopies
from domain.keys import KeyRotation
from domain.logs import Log
from domain.names import Name
from domain.notices import Notice
from domain.password_policies import PasswordPolicy
from domain.preferences import Preferences
from domain.probes import Probe
from domain.readings import Reading
from domain.refusals import Refusal
from domain.replays import Replay
from domain.resets import Reset
from domain.resources import Resource
from domain.roles import Role
from domain.roots import RootProtection, Unsealing
from domain.runs import Run
from domain.sessions import Session
from domain.settings import Settings
from domain.shreddings import Shredding
from domain.sign_ins import SignIn
from domain.users import User
from domain.uses import Use

AGGREGATES: tuple[type[Aggregate], ...] = (
    Log,
    Count,
    Run,
    Heartbeat,
    KeyRotation,
    RootProtection,
    Unsealing,
    Shredding,
    KeyCopies,
    Replay,
    Role,
    Name,
    User,
    Administrators,
    SignIn,
    Session,
    Settings,
    PasswordPolicy,
    Resource,
    Account,
    AccessList,
    Disclosure,
    Helper,
    Use,
    Reset,
    Batch,
    Import,
    Probe,
    Refusal,
    Reading,
    AllScopeUse,
    Notice,
    AuditExport,
    Preferences,
    AlarmClosing,
    Destinations,
    Consumers,
)
