"""Notices: the outbox. What somebody has to be told is an event beside its cause; a worker sends it later."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from domain.base import About, Aggregate, Author, FirstEvent, Ocsf

_WRITERS = (Author.API, Author.WORKER, Author.SYSTEM)


class NoticeKind(StrEnum):
    """What a notice is about."""

    USER_INVITED = "user-invited"
    SHARE_GIVEN = "share-given"
    OWNERSHIP_GIVEN = "ownership-given"
    SCOPE_GIVEN = "scope-given"
    RESET_FAILED = "reset-failed"
    RESET_IN_DOUBT = "reset-in-doubt"


class Notice(Aggregate):
    """One thing to tell one user. Its words are made when it is sent, from ids, as he may then know them."""

    TOPIC = "notice"

    def __init__(self, kind: NoticeKind, user_id: UUID, object_id: UUID | None) -> None:
        self.kind = kind
        self.user_id = user_id
        self.object_id = object_id

    class Raised(FirstEvent):
        """Somebody is to be told."""

        TOPIC = "notice.raised"
        ABOUT = About("A notice was raised", Ocsf.API_ACTIVITY, authors=_WRITERS)
        kind: NoticeKind
        user_id: UUID
        object_id: UUID | None
