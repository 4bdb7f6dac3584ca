"""What a proof can fail by, each as a sentence that says what and where."""

from __future__ import annotations


class Unproved(Exception):
    """Something does not prove what it says; the message says what, where, and what it should have been."""


class Malformed(Unproved):
    """Bytes or lines that are not of the form their standard gives."""


class NotSigned(Unproved):
    """No signature of a key that is asked for, or one that does not hold."""


class Inconsistent(Unproved):
    """Two sizes of one log that no tree can have both: it was rewritten, shortened or forked."""
