"""Allocation by contract and by the platform's own word, and of storage tiers: pure, without a store."""

from datetime import date

import pytest

from catalogs.load import load_catalogs
from catalogs.models_service import Service
from inventory.model import Origin, Record, Server, Value, Volume
from inventory.telemetry.form import Period
from inventory.usage.allocation import allocation_rates
from inventory.usage.dated import Stint
from inventory.usage.pools import capacity_note, pools_of
from inventory.usage.rates import Basis, Rate

MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))


@pytest.fixture(scope="module")
def service() -> Service:
    return load_catalogs(None).service("sample-cloud")


def told(pool: str, cloud: str, *, vcpu: int = 376, taken: int = 94, arch: str = "x86_64") -> Record:
    """What placement says of a pool."""
    fields: dict[str, Value] = {
        "pool_kind": "placement", "pool": pool, "cpu_arch": arch, "vcpu_physical": 96, "vcpu_capacity": vcpu, "vcpu_allocated": taken,
        "memory_gib_capacity": 752.0, "memory_gib_allocated": 188.0, "disk_gib_capacity": 40_000, "disk_gib_allocated": 400,
    }  # fmt: skip
    return Record(
        kind="pool",
        id=f"openstack:pool:{cloud}/{pool}/{arch}",
        fields=fields,
        origin=Origin(source=f"openstack:{cloud}"),
    )


def a_stint(
    server_id: str,
    pool: str | None,
    *,
    disk_gib: float | None = 1000.0,
    vcpu: int | None = 8,
    end_on: date = MARCH.end_on,
) -> Stint:
    server = Server(id=server_id, name=server_id, source="x", vcpu=vcpu, memory_gib=16.0, disk_gib=disk_gib, pool=pool)
    return Stint(server=server, system=None, start_on=MARCH.start_on, end_on=end_on)


def rates(
    service: Service, stints: list[Stint], others: list[Record], *kinds: str, volumes: tuple[Volume, ...] = ()
) -> dict[tuple[str, str, str], Rate]:
    found = allocation_rates(stints, service, others, MARCH, kinds=kinds, basis=Basis(), volumes=volumes)
    return {(rate.group, rate.metric, rate.statistic): rate for rate in found}


def test_contract_and_platform_stand_beside_each_other(service: Service) -> None:
    others = [told("az-east-ext-x86", "sample-cloud")]
    found = rates(service, [a_stint("a", "east-extranet-x86")], others, "pool")
    assert found["east-extranet-x86", "cpu", "allocation_end"].ratio == 8 / 10_400
    assert found["east-extranet-x86", "cpu", "allocation_platform"].ratio == 94 / 376
    note = capacity_note(pools_of(service, MARCH.start_on, others))
    assert note is not None
    assert "10,400 与 376" in note.zh
    assert (
        capacity_note(pools_of(service, MARCH.start_on, [told("az-east-ext-x86", "sample-cloud", vcpu=10_400)])) is None
    )


def test_storage_that_only_a_platform_tells_is_held_against_its_own_word(service: Service) -> None:
    """Its disks are those of the hosts; the volumes that the servers hold besides lie elsewhere."""
    others = [told("old-az", "cloud-a"), told("old-az", "cloud-a", arch="aarch64")]
    found = rates(service, [a_stint("a", "old-az")], others, "cloud")
    assert (
        found["cloud-a", "storage", "allocation_end"].ratio == 800 / 80_000
    )  # both architectures, not the server's 1,000 GiB
    assert found["cloud-a", "cpu", "allocation_end"].ratio == 8 / 752
    assert found["cloud-a", "cpu", "allocation_platform"].ratio == 188 / 752


def test_of_an_unknown_pool_or_size_nothing_is_claimed(service: Service) -> None:
    stints = [a_stint("a", "nowhere"), a_stint("b", None), a_stint("c", "east-extranet-x86", vcpu=None)]
    found = rates(service, stints, [], "pool")
    rate = found["east-extranet-x86", "cpu", "allocation"]
    assert (rate.ratio, rate.coverage, rate.servers) == (None, 0, 1)  # a server of unknown size is not 0 vCPU
    assert rate.why_unknown is not None
    assert found["west-extranet-x86", "cpu", "allocation"].ratio == 0  # no server stands there: truly 0
    assert "nowhere" not in {group for group, *_ in found}
    assert rates(service, stints, [], "department") == {}


def test_one_that_left_counts_for_its_time_and_not_at_the_end(service: Service) -> None:
    found = rates(service, [a_stint("a", "east-extranet-x86", end_on=date(2026, 3, 11))], [], "xinchuang")
    assert found["other", "cpu", "allocation"].numerator == 8_000_000 * 10 * 86_400
    assert found["other", "cpu", "allocation_end"].numerator == 0
    assert found["xinchuang", "cpu", "allocation_end"].denominator == (2300 + 1600 + 700) * 3 * 1_000_000


def test_tiers_are_those_of_volumes_and_pools(service: Service) -> None:
    volumes = (
        Volume(id="v-1", name="v-1", size_gib=500, server_id="a", volume_type="ssd"),
        Volume(id="v-2", name="v-2", size_gib=90, server_id="a", volume_type="tape"),  # no pool has this tier
        Volume(id="v-3", name="v-3", size_gib=70, server_id="elsewhere", volume_type="ssd"),
    )
    found = rates(service, [a_stint("a", "east-extranet-x86")], [], "tier", volumes=volumes)
    ssd = found["ssd", "storage", "allocation_end"]
    assert (ssd.numerator, ssd.denominator) == (500_000_000, (900_000 + 460_000 + 700_000 + 360_000) * 1_000_000)
    assert found["hdd", "storage", "allocation_end"].ratio == 0
    assert {group for group, *_ in found} == {"ssd", "hdd"}
