"""docker-compose.yml and the Dockerfile, as far as they can be judged without an engine: none was built or run here.

What they start is started as plain processes in tests/journeys/test_composed.py.
"""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

import strongroom
from ops.product import VERSION
from ops.runtime import shares
from ops.runtime.postgres import SETTINGS
from ops.settings import Settings
from tests.support.composed import composition, plain

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SERVICES: dict[str, Any] = composition()["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("strongroom:")}
NEVER_SHOWN = {name: value for name, value in SETTINGS.items() if name.startswith(("log_", "allow_", "jit"))}


def instructions(word: str) -> list[str]:
    joined = DOCKERFILE.replace("\\\n", " ")
    return [line.partition(" ")[2].strip() for line in joined.splitlines() if line.startswith(f"{word} ")]


def mounts(service: dict[str, Any]) -> dict[str, tuple[str, bool]]:
    """What is mounted where, and whether it can only be read."""
    found = [(*each.split(":"), "")[:3] for each in service.get("volumes", ())]
    return {target: (source, mode == "ro") for source, target, mode in found}


def test_the_file_is_what_the_compose_specification_allows() -> None:
    schema = resources.files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    jsonschema.validate(composition(), json.loads(schema.read_text()))


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_can_do_little(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert {"cpus", "memory", "pids"} <= service["deploy"]["resources"]["limits"].keys()
    assert re.fullmatch(r"[\w./-]+:\d+\.\d+\.?\d*[\w-]*", service["image"]), "pinned by version"


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - {"prepare"}))
def test_nobody_runs_as_root(name: str) -> None:
    assert not SERVICES[name]["user"].startswith("0")
    assert "cap_add" not in SERVICES[name]


def test_who_gives_each_part_its_own_is_root_without_a_network() -> None:
    """Only root gives files away; it runs once, speaks to nobody, and may nothing else."""
    service = SERVICES["prepare"]
    assert (service["network_mode"], service["restart"]) == ("none", "no")
    assert service["cap_add"] == ["CHOWN", "DAC_OVERRIDE", "FOWNER"]


def test_a_parts_keys_are_seen_by_it_alone_and_only_read() -> None:
    for name, service in SERVICES.items():
        for target, (source, read_only) in mounts(service).items():
            if source.endswith("-keys") and name != "prepare":
                assert (target, read_only) == ("/keys", True)
    seen = [source for name in SERVICES.keys() - {"prepare"} for source, _ in mounts(SERVICES[name]).values()]
    assert "vault" not in seen
    twice = {source for source in seen if source.endswith("-keys") and seen.count(source) > 1}
    assert twice == {"api-keys", "collector-keys"}  # there are two of each


def test_every_share_has_an_owner_who_is_the_user_that_reads_it() -> None:
    words = SERVICES["prepare"]["command"]
    owners = dict(word.removeprefix("--owner=").split("=") for word in words if word.startswith("--owner="))
    assert owners.keys() == set(shares.names(3))
    assert {target.removeprefix("/shares/") for target in mounts(SERVICES["prepare"])} - {"/vault"} == owners.keys()
    for name in SERVICES.keys() - {"prepare"}:
        share = mounts(SERVICES[name])["/keys"][0].removesuffix("-keys")
        assert SERVICES[name]["user"].partition(":")[0] == owners[share], name


def test_every_volume_is_declared_and_used() -> None:
    used = {source for service in SERVICES.values() for source, _ in mounts(service).values()}
    assert {source for source in used if not source.startswith("./")} == composition()["volumes"].keys()
    assert all((ROOT / source).is_file() for source in used if source.startswith("./"))


def test_only_the_api_can_be_reached_and_only_from_this_host_unless_said_otherwise() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published.keys() == {"api-1", "api-2"}
    for name, ports in published.items():
        host, outer, inner = plain(ports[0]).split(":")
        assert host == "127.0.0.1"
        assert outer == inner == SERVICES[name]["environment"]["STRONGROOM_PORT"], "the Host header names the port"


def test_servers_and_projector_have_no_way_out() -> None:
    assert composition()["networks"]["inside"] == {"internal": True}
    for name in ("db", "nats-1", "nats-2", "nats-3", "open", "projector"):
        assert SERVICES[name]["networks"] == ["inside"]


@pytest.mark.parametrize("name", OURS)
def test_what_a_container_starts_is_a_command_with_settings_that_exist(name: str) -> None:
    service = OURS[name]
    given = {key: plain(str(value)) for key, value in service.get("environment", {}).items()}
    known = {f"STRONGROOM_{each.upper()}" for each in Settings.__dataclass_fields__}
    assert {key for key in given if key.startswith("STRONGROOM_")} <= known
    if "entrypoint" not in service:
        said = strongroom._parser().parse_args(service["command"])
        assert callable(said.run)


def test_nothing_is_a_password() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    assert re.findall(r"(?i)(?:password|secret|token)\w*: *(?!/keys/)\S+", text) == []


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - {"prepare", "open", "worker", "collector-1", "collector-2"}))
def test_whatever_can_be_asked_has_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_postgresql_keeps_to_itself_what_ours_does() -> None:
    """What it logs can never show a parameter, and nobody changes that from inside."""
    given = dict(word.removeprefix("-c").split("=", 1) for word in SERVICES["db"]["command"][1:])
    assert {name: value.strip() for name, value in NEVER_SHOWN.items()}.items() <= given.items()
    assert given.keys().isdisjoint({"fsync", "full_page_writes", "synchronous_commit"})


def test_the_collector_scrapes_and_reads_what_is_there() -> None:
    config = YAML(typ="safe", pure=True).load(ROOT / "ops/otel/collector.yaml")
    for name in ("collector-1", "collector-2"):
        service = SERVICES[name]
        api = service["network_mode"].removeprefix("service:")
        assert service["environment"]["METRICS"] == f"localhost:{SERVICES[api]['environment']['STRONGROOM_PORT']}"
        asked = set(re.findall(r"\$\{env:(\w+)\}", (ROOT / "ops/otel/collector.yaml").read_text()))
        assert asked == service["environment"].keys()
    used = {part for each in config["service"]["pipelines"].values() for kind in each.values() for part in kind}
    assert used == config["receivers"].keys() | config["processors"].keys() | config["exporters"].keys()


def test_an_image_is_made_in_three_stages_pinned_by_version() -> None:
    stages = instructions("FROM")
    assert [stage.rpartition(" AS ")[2] for stage in stages] == ["console", "packages", "run"]
    assert all(re.match(r"[\w-]+:\d+\.\d+\.\d+-", stage) for stage in stages)


def test_what_an_image_is_made_of_is_there_and_not_held_back() -> None:
    sources = [word for line in instructions("COPY") if "--from" not in line for word in line.split()[:-1]]
    assert [name for name in sources if not (ROOT / name).exists()] == []
    let_in = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
    assert [name for name in sources if name not in let_in and name.split("/")[0] not in let_in] == []
    layers = {"domain", "commands", "projections", "workers", "api", "ops", "strongroom.py"}
    assert layers <= set(sources)


def test_an_image_installs_nothing_that_is_not_locked() -> None:
    assert "--require-hashes -r /tmp/run.txt" in DOCKERFILE
    assert "npm ci" in DOCKERFILE
    assert not re.search(r"apt-get|curl|wget|ADD ", DOCKERFILE)


def test_an_image_runs_as_nobody_special_and_as_this_release() -> None:
    assert instructions("USER") == ["7000:7000"]
    assert json.loads(instructions("ENTRYPOINT")[0])[-1] == "/opt/strongroom/strongroom.py"
    assert {service["image"] for service in OURS.values()} == {f"strongroom:{VERSION}"}


def test_every_user_of_a_container_of_ours_is_made_in_the_image() -> None:
    users = {service["user"].partition(":")[0] for service in OURS.values()} - {"0"}
    assert users == set(re.findall(r"\b70\d\d\b", "".join(instructions("RUN"))))
