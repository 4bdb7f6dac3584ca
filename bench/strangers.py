"""What is not yours and what is not there must take the same time, or the clock tells what the answer does not."""

from __future__ import annotations

import http.client
import json
import random
import ssl
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from uuid import UUID

from bench.stage import Stage
from bench.trial import Figures, NoResult, Round, Row, Trial, at_most
from bench.vault import Login, Vault
from domain import ids
from ops.runtime import certificates

TIMINGS = 1000
EVERY = 1 / 18
"""Seconds between two refusals of one session: more often it would be slowed down instead."""
DISCLOSE = {"reason": "what is there", "purpose": "view"}
ROUTES = {
    "look": ("GET", "/accounts/{}", None),
    "disclose": ("POST", "/accounts/{}/disclosures", DISCLOSE),
    "change": ("POST", "/accounts/{}/password", {"generate": True}),
}


class Asker:
    """One intruder with a connection of his own, never faster than he may be."""

    def __init__(self, vault: Vault, who: Login) -> None:
        trust = ssl.create_default_context(cafile=str(certificates.certificate_file(vault.installation.settings)))
        self._connection = http.client.HTTPSConnection("127.0.0.1", vault.installation.port, context=trust)
        self._who = who
        self._next = 0.0

    def asked(self, route: str, account: UUID) -> float:
        """Seconds until a 404."""
        method, path, body = ROUTES[route]
        headers = {**self._who.headers, "Content-Type": "application/json"}
        encoded = None if body is None else json.dumps(body)
        time.sleep(max(0.0, self._next - time.perf_counter()))
        began = time.perf_counter()
        self._next = began + EVERY
        self._connection.request(method, f"/api/v1{path.format(account)}", encoded, headers)
        answer = self._connection.getresponse()
        answer.read()
        taken = time.perf_counter() - began
        if answer.status != 404:
            raise NoResult(f"{method} of what is not his answers {answer.status}")
        return taken


@contextmanager
def opened(stage: Stage) -> Iterator[Round]:
    vault = stage.vault("strangers")
    askers = [Asker(vault, who) for who in vault.intruders]
    unasked = list(vault.accounts)
    random.shuffle(unasked)

    def round_() -> Figures:
        """Foreign and absent in turn and in random order; nothing is asked for twice, so neither is known already."""
        taken: dict[tuple[str, str], list[float]] = defaultdict(list)
        for number in range(TIMINGS):
            for route in ROUTES:
                pair = [("foreign", unasked.pop()), ("absent", ids.new())]
                for kind, account in random.sample(pair, 2):
                    asker = askers[(2 * number + (kind == "absent")) % len(askers)]
                    taken[route, kind].append(asker.asked(route, account))
        return {f"{route}-{kind}": median(seconds) * 1000 for (route, kind), seconds in sorted(taken.items())}

    yield round_


def furthest(figures: Figures) -> float:
    """The route whose two medians are furthest apart, as a ratio above 1."""
    ratios = [figures[f"{route}-foreign"] / figures[f"{route}-absent"] for route in ROUTES]
    return max(max(each, 1 / each) for each in ratios)


STRANGERS = Trial(
    "strangers",
    (
        Row("foreign-absent", f"not his against not there, medians of {TIMINGS:,}, the furthest route",
            at_most(1.05), furthest),
    ),
    opened,
    rounds=1,
    long=True,
)  # fmt: skip
