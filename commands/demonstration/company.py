"""Who and what the company is: people, systems, logins, and why people need passwords. Nothing of it exists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice

from domain.access import ADMINISTRATOR, PASSWORD_USER
from domain.resources import ResourceType

NAME = "Harbour & Vale"
DOMAIN = "harbourvale.example"
"""A name that is reserved for examples: whatever a worker tries there, nobody answers."""
RESOURCES, ACCOUNTS = 60, 400


@dataclass(frozen=True, slots=True)
class Employee:
    """Somebody of the company; `joins` counts days from the vault's first."""

    username: str
    name: str
    role: str
    joins: int


@dataclass(frozen=True, slots=True)
class System:
    """Something with logins, and the administrator who runs it."""

    name: str
    kind: ResourceType
    address: str
    description: str
    owner: str
    logins: tuple[str, ...]


FOUNDER = Employee("mira", "Mira Olsen", ADMINISTRATOR, 0)
COLLEAGUES = (
    Employee("jonas", "Jonas Weber", ADMINISTRATOR, 1),
    Employee("priya", "Priya Nair", ADMINISTRATOR, 1),
    Employee("tomasz", "Tomasz Zieliński", ADMINISTRATOR, 3),
    Employee("sofia", "Sofia Rossi", PASSWORD_USER, 6),
    Employee("liam", "Liam Byrne", PASSWORD_USER, 6),
    Employee("amara", "Amara Okafor", PASSWORD_USER, 9),
    Employee("chen", "Chen Wei", PASSWORD_USER, 14),
    Employee("elena", "Elena Petrova", PASSWORD_USER, 21),
    Employee("omar", "Omar Haddad", PASSWORD_USER, 35),
    Employee("hannah", "Hannah Lindqvist", PASSWORD_USER, 60),
    Employee("diego", "Diego Fuentes", PASSWORD_USER, 75),
)
OWNERS = ("mira", "jonas", "priya", "tomasz")
AUDITOR = "priya"
"""She may reach everything for a quarter of the year, which the trail shows."""
LEAVER = "diego"
SITES = ("ams", "osl", "lis")

KINDS: tuple[tuple[str, ResourceType, str, int], ...] = (  # stem, kind, what for, how many
    ("web", ResourceType.LINUX, "Web shop, behind the load balancer", 9),
    ("app", ResourceType.LINUX, "Order processing", 9),
    ("build", ResourceType.LINUX, "Builds and releases", 4),
    ("mail", ResourceType.LINUX, "Mail relay", 3),
    ("backup", ResourceType.LINUX, "Backups, kept for a year", 3),
    ("jump", ResourceType.LINUX, "Way in for suppliers", 2),
    ("files", ResourceType.WINDOWS, "File shares of a site", 4),
    ("dc", ResourceType.WINDOWS, "Domain controller", 4),
    ("orders-db", ResourceType.DATABASE, "Orders and stock", 5),
    ("ledger-db", ResourceType.DATABASE, "Bookkeeping", 4),
    ("core-sw", ResourceType.NETWORK_DEVICE, "Core switch", 4),
    ("fw", ResourceType.NETWORK_DEVICE, "Firewall", 4),
    ("registrar", ResourceType.WEBSITE, "Domain names", 2),
    ("payments", ResourceType.WEBSITE, "Merchant console", 2),
    ("badges", ResourceType.OTHER, "Door system", 1),
)
LOGINS: dict[ResourceType, tuple[str, ...]] = {
    ResourceType.LINUX: ("root", "deploy", "backup", "monitor", "ansible", "oncall"),
    ResourceType.WINDOWS: ("Administrator", "svc-backup", "svc-patch", "svc-scan", "helpdesk", "breakglass"),
    ResourceType.DATABASE: ("dba", "owner", "report", "replication", "migrate", "readonly"),
    ResourceType.NETWORK_DEVICE: ("admin", "enable", "snmp", "backup", "monitor", "oncall"),
    ResourceType.WEBSITE: ("owner", "billing", "support", "api", "readonly", "emergency"),
    ResourceType.OTHER: ("admin", "installer", "service", "reports", "operator", "emergency"),
}
WHY = (
    "Scheduled patching", "Disk nearly full", "Restart after the release", "Check of the nightly backup",
    "Customer cannot sign in", "Certificate renewal", "Restore of a deleted file", "Slow queries in the shop",
    "Firmware update", "On-call alarm", "Quarterly access review", "Migration rehearsal",
)  # fmt: skip
TICKETS = ("INC", "CHG", "REQ")
AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
)


def systems() -> Iterator[System]:
    """All of them; each has a login of its own name, so that an account can move to any other."""
    owners, sites = cycle(OWNERS), cycle(SITES)
    spare = ACCOUNTS - RESOURCES * 6
    for stem, kind, description, count in KINDS:
        for number in range(1, count + 1):
            name = f"{stem}-{next(sites)}-{number:02}"
            logins = islice(LOGINS[kind], 6 if spare > 0 else 5)
            spare -= 1
            address = f"{name}.{DOMAIN}"
            yield System(name, kind, address, description, next(owners), (*logins, f"svc-{name}"))
