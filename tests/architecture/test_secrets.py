"""Where a secret is opened: every place is named here, with its reason. A new one has to be argued for."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.test_code import MODULES, named, tree

REVEALED = {
    "api/hot.py:_disclose": "the answer to a disclosure, which is recorded by then",
    "commands/invitations.py:read_token": "a link's token, taken apart to be compared with its hash",
    "commands/sign_ins.py:matches": "a person's own password and its verifier, to compare them",
    "domain/passwords.py:check_own_password": "the rules for a password that somebody sets for himself",
    "domain/passwords.py:check_account_password": "the rules for a password that somebody gives to an account",
    "ops/crypto/logins.py:_plain": "a person's own password, to be hashed",
    "ops/crypto/private_keys.py:private_key_of": "a key that was pasted, to be read once and kept in one spelling",
    "ops/crypto/sealer.py:Sealer.seal": "what is to be sealed",
    "commands/destinations.py:AddDestination._check_secret": "how long a webhook's secret is",
    "ops/siem/transport.py:context": "a key, to be known by a SIEM destination",
    "workers/forwarding/webhook.py:signature": "what a webhook is signed with",
    "workers/connectors/login.py:OneGuess._spend": "a password, when the pinned host asks for it",
    "workers/connectors/login.py:_keys": "a key, to sign in at the pinned host",
    "workers/connectors/terminal.py:as_bytes": "a password, on the terminal of a program that asks for it",
}
"""Who calls `reveal()`, the only way to the characters of a secret."""
UNSEALED = {
    "commands/sign_ins.py:matches": "a verifier, which is no password",
    "commands/vault.py:Vault.disclose": "for a disclosure, behind its record",
    "workers/lending.py:Lender.open": "for an attempt or a look, behind the record of its beginning and of each use",
}
"""Who has a sealed secret opened; what comes out is a `Secret`."""
SEALERS = frozenset({"sealer", "_sealer"})


def places(method: str, of: frozenset[str] | None = None) -> Iterator[str]:
    """Where a method of this name is used, of what is called by one of these names: `file:function`, one each."""
    for path in MODULES:
        for where, node in walked(tree(path)):
            if isinstance(node, ast.Attribute) and node.attr == method and (of is None or last_name(node.value) in of):
                yield f"{named(path)}:{where}"


def walked(node: ast.AST, where: str = "") -> Iterator[tuple[str, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        inner = where
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            inner = f"{where}.{child.name}".lstrip(".")
        yield inner, child
        yield from walked(child, inner)


def last_name(node: ast.expr) -> str | None:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None)


def test_every_place_that_reveals_a_secret_is_named() -> None:
    assert set(places("reveal")) == REVEALED.keys()


def test_every_place_that_has_a_secret_unsealed_is_named() -> None:
    assert set(places("open", SEALERS)) == UNSEALED.keys()


def test_nobody_reaches_into_a_secret_past_reveal() -> None:
    assert {place.partition(":")[0] for place in places("_value")} == {"domain/secrets.py"}


def test_a_place_that_is_not_named_is_found() -> None:
    """Else the tests above would prove nothing."""
    told = "class A:\n    async def b(self):\n        x = list(map(s.reveal, y))\n        await self._sealer.open(z)"
    found = [(where, node.attr) for where, node in walked(ast.parse(told)) if isinstance(node, ast.Attribute)]
    assert {("A.b", "reveal"), ("A.b", "open")} <= set(found)
