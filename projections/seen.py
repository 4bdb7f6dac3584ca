"""What one person was shown and still knows: the passwords that have not been changed since, from the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from domain.access import Operation
from domain.accounts import Account
from domain.batches import MOST
from domain.disclosures import Disclosure, Purpose
from ops.database import Async
from projections.seers import Seer, what_could_he_see
from projections.viewer import Viewer

CHANGES = (Account.Added.TOPIC, Account.PasswordChanged.TOPIC, Account.PasswordReset.TOPIC)
"""What gave an account the password that it has."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An account whose password a person was shown, `times` times since it was changed at `changed`, both positions.

    `last` is the position of the last disclosure, `copied` whether any of them went to a clipboard, `still` how he
    could see the account when that was asked of. Names are those of now, empty for what is not known any more.
    """

    account_id: UUID
    username: str
    resource: str
    last: int
    last_at: datetime
    times: int
    copied: bool
    changed: int
    changed_at: datetime
    still: Seer | None


SEEN: LiteralString = """
    with shown as (
      select about as account, position, recorded_at, (details::jsonb ->> 'password_number')::bigint as number,
        details::jsonb ->> 'purpose' = %s as copied
      from entries where actor = %s and topic = %s and position <= %s
    ),
    holds as (
      select s.account, c.position, c.recorded_at, coalesce((c.details::jsonb ->> 'number')::bigint, 1) as number
      from (select distinct account from shown) s cross join lateral (
        select position, recorded_at, details from entries
        where about = s.account and topic = any(%s) and position <= %s order by position desc limit 1
      ) c
    )
    select s.account, coalesce(a.username, ''), coalesce(r.name, ''), max(s.position), max(s.recorded_at), count(*),
      bool_or(s.copied), h.position, h.recorded_at
    from shown s join holds h using (account)
    left join accounts a on a.id = s.account left join resources r on r.id = a.resource_id
    where s.number >= h.number
    group by s.account, a.username, r.name, h.position, h.recorded_at
    order by max(s.position) desc limit %s
"""
"""By the number of the password, not by the order of events: the candidate of a reset in doubt is shown before it
becomes the password, and a past one may be shown after."""


async def list_seen(
    db: Async, viewer: Viewer, person: UUID, position: int, moment: datetime
) -> tuple[list[Seen], bool]:
    """The accounts whose password `person` knew when `position` was the last of the log, at `moment`, the last shown
    first: as many as one batch may reset, and whether there are more. Reads access, accounts and resources too."""
    viewer.needs(Operation.AUDIT_READ)
    asked = (Purpose.COPY.value, person, Disclosure.Disclosed.TOPIC, position, list(CHANGES), position, MOST + 1)
    rows = await (await db.execute(SEEN, asked)).fetchall()
    accounts = [row[0] for row in rows[:MOST]]
    still = await what_could_he_see(db, viewer, person, accounts, position, moment)
    return [_seen(row, still.get(row[0])) for row in rows[:MOST]], len(rows) > MOST


def _seen(row: tuple[Any, ...], still: Seer | None) -> Seen:
    account, username, resource, last, last_at, times, copied, changed, changed_at = row
    return Seen(account, username, resource, last, last_at, times, copied, changed, changed_at, still)
