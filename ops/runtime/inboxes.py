"""Where the users of NATS are answered: each under a prefix of its own."""

from __future__ import annotations


def inbox(user: str) -> str:
    """The prefix of a user's replies; no other user may listen there."""
    return f"_INBOX_{user}"
