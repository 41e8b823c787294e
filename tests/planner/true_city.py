"""The sample city as it truly is, without the detour over ledgers and samples, as `build` sees it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime

from inventory.merging.parts import Words
from inventory.model import Dependency, Inventory, Server, System
from planner.build.build import build_problem
from planner.build.built import Built
from tests.catalogs.files import catalogs_with
from tests.city.clouds import zone_of
from tests.city.make import make_city
from tests.city.model import City, CityServer, CitySystem
from tests.planner.small_city import AS_OF_ON, PLACE, ARate, AVerdict

CLOUDS = {"cloud-a", "cloud-b", "sample-cloud"}


def build_true_city(*, systems: int, servers: int, seed: int, policy: str = "sample-city") -> Built:
    """The problem of a generated city; use is drawn around 30 % CPU, 50 % memory, 45 % storage at the 95th percentile."""
    city = make_city(systems, servers, 90, seed)
    catalogs = catalogs_with()
    words = Words.of(catalogs)
    inventory = Inventory(
        as_of=datetime(2026, 3, 31, 12, tzinfo=UTC),
        systems=tuple(sorted((_system(s, words) for s in city.systems if not s.classified), key=lambda s: s.id)),
        servers=tuple(sorted((_server(s, words) for s in city.servers), key=lambda s: s.id)),
        dependencies=tuple(
            Dependency(consumer=s.id, provider=p, basis="declared", origin=PLACE)
            for s in city.systems
            for p in s.depends_on
        ),
        classified_count=sum(s.classified for s in city.systems),
    )
    verdicts = [AVerdict(s.id, s.expected_verdict) for s in city.systems]
    return build_problem(inventory, verdicts, catalogs, (), AS_OF_ON, policy_id=policy, rates=tuple(_rates(city, seed)))


def _system(s: CitySystem, words: Words) -> System:
    return System(
        id=s.id,
        name=s.name,
        department=s.department,
        department_id=s.department,
        secrecy="unclassified",
        system_class=s.system_class,
        mlps_level=s.mlps_level,
        zones=tuple(words.zone(zone) for zone in s.zones),
        location=s.location,
        data_gib=float(s.data_gib),
        cpu_arch=s.cpu_arch,
        xinchuang=s.xinchuang,
        contract_end_on=s.contract_end_on,
        dr=s.dr,
        server_ids=tuple(server.id for server in s.servers),
        origins={"dr": PLACE},
    )


def _server(s: CityServer, words: Words) -> Server:
    in_cloud = s.place in CLOUDS
    return Server(
        id=s.id,
        name=s.name,
        source=f"openstack:{s.place}",
        system_id=s.system,
        vcpu=s.vcpu,
        memory_gib=float(s.memory_gib),
        disk_gib=float(s.disk_gib),
        cpu_arch=s.arch,
        power="off" if s.powered_off_on else "on",
        powered_off_on=s.powered_off_on,
        pool=zone_of(s) if in_cloud else None,
        zone=words.zone(s.zone),
        cloud=s.place if in_cloud else None,
    )


def _rates(city: City, seed: int) -> Iterator[ARate]:
    rng = random.Random(seed)
    for server in city.servers:
        for metric, statistic, mean in (("cpu", "p95", 300), ("memory", "p95", 500), ("storage", "peak", 450)):
            if rng.random() < 0.95:
                yield ARate(server.id, metric, statistic, round(min(980, max(20, rng.gauss(mean, 180)))))
