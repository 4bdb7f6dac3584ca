"""What to do next about the troubles that workers meet, by the kind that events keep of them."""

from __future__ import annotations

NEXT_STEPS: dict[str, str] = {
    "NameUnknown": "Correct the resource's address, or have its name added to the name service that the workers use.",
    "Unreachable": "Check address and port, whether the system runs, and whether firewalls let the workers through.",
    "HungUp": "Try again in a while: it may be starting, have too many logins at once (MaxStartups), or turn workers"
    " away (PerSourcePenalties, TCP wrappers). Its own log says which.",
    "NotSsh": "Check the port: something answers there, and it is not an SSH server.",
    "HostKeyNotPinned": "Look for the host key, compare its fingerprint on the system itself, and pin it.",
    "HostKeyRefused": "Find out why the system shows another key: it was set up anew, or somebody stands in between."
    " Pin the new key only after comparing its fingerprint on the system itself.",
    "NothingInCommon": "Bring the SSH server up to date: it offers no key exchange or cipher that is still safe.",
    "LoginRefused": "Find out whether the account is locked, or its password was changed elsewhere; then keep the right"
    " one in the vault, or reset it.",
    "AccountClosed": "Look on the system whether the account has expired or its shell ends at once.",
    "NoTerminal": "Allow the account a terminal, or have its password set by another account.",
    "NotUnderstood": "Sign in by hand and change the password there to see what is asked; a second factor cannot be"
    " answered by a worker.",
    "CannotBeCarried": "Choose a password, or a login name, that the system can take unchanged.",
    "CurrentRefused": "Verify the password: the system let it in, but did not take it a second time.",
    "PasswordRefused": "Bring the vault's password policy in line with the system's rules.",
    "NotChanged": "Look into the system's log of authentication for why it changed nothing.",
    "TimedOut": "Try again when the system is less busy; if it stays so, look at its name service and its log.",
    "CutOff": "Look whether the system was restarted or a firewall ended the connection; then try again.",
    "NotTaken": "Look on the system which password holds; a directory behind it may need a while to know the new one.",
    "HelperRefused": "Correct the helper's password in the vault, or have it tried again on that account's page.",
    "HelperHeld": "Correct the helper's password in the vault, or have it tried again on that account's page.",
    "HelperChanged": "Try again: the helper's password was changed at the same moment.",
    "KeyRefused": "Put the helper's public key into its authorized_keys on the system, or give it another key here.",
    "NotElevated": "Allow the helper what it needs on the system, by sudoers for example, and nothing beyond.",
    "NotProved": "Find out on the system whether the new password holds: neither a login nor su could tell.",
    "Unclear": "Let the account that signs in there use su (pam_wheel), or sign in by hand to see what is said.",
    "WayBroken": "Correct on the resource's page how its passwords are changed, or its jump host.",
    "HopRefused": "Let the jump host forward connections to this system: AllowTcpForwarding and PermitOpen say which.",
    "ResetOpen": "Wait until the reset has ended: it tells by itself which password holds.",
    "GivenUp": "Look at the workers: they ended three times while they looked.",
    "Unavailable": "Wait until the event log takes records again; the worker tries again by itself.",
    "UnsafeKey": "Give the system a host key that is safe: Ed25519, ECDSA, or RSA of 2048 to 4096 bits.",
}


def next_step(error: str | None) -> str | None:
    """A sentence for whoever has to deal with it; None when nothing is known to help."""
    return None if error is None else NEXT_STEPS.get(error)
