"""Gnocchi in the real lab: samples as Ceilometer writes them, found by the servers' native ids."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from catalogs.errors import CollectError
from inventory.model import Server
from inventory.storage.store import open_store
from inventory.telemetry.collect import collect_live
from inventory.telemetry.form import Period
from inventory.telemetry.query import Member, Rollup, measure
from tests.inventory.telemetry.lab_gnocchi import filled
from tests.lab import Lab

pytestmark = pytest.mark.lab


def test_the_labs_samples_are_read(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three resources of our own in the lab's Gnocchi: 25 % of 4 vCPU for two hours, a counter that goes back, and one with a gap.

    Behind the gap Gnocchi gives the growth of half an hour as that of five minutes: 150 % of the machine.
    """
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(lab.clouds_yaml))
    begin = datetime(2026, 3, 9, 16, tzinfo=UTC)  # midnight of 10 March in Shanghai
    with filled(lab, begin) as (steady, reset, gap):
        servers = sorted(
            (
                Server(id=f"openstack:lab:{native}", name=native, source="lab", vcpu=4, memory_gib=8.0)
                for native in (steady, reset, gap)
            ),
            key=lambda s: s.id,
        )
        period = Period((begin + timedelta(hours=8)).date(), (begin + timedelta(hours=32)).date())
        as_of = begin + timedelta(days=3)
        with open_store(str(tmp_path), create=True) as store:
            done = collect_live(store, servers, "gnocchi", "lab", period, as_of=as_of)
            assert done.broken == ()
            rows = {
                (row.group, row.metric): row
                for row in measure(
                    Rollup.of(store, as_of), servers, [Member(s.id, "server", s.name) for s in servers], [period]
                )
            }
    cpu = rows[steady, "cpu"]
    assert cpu.value_s / cpu.capacity_s == pytest.approx(0.25)
    assert cpu.samples == 22, "the first reading has none before it, and so has the first growth"
    assert rows[gap, "cpu"].value_s / rows[gap, "cpu"].capacity_s == pytest.approx(0.25)
    assert rows[gap, "cpu"].peak_ppm == 250_000
    assert rows[gap, "cpu"].samples == 22 - 6
    assert rows[gap, "memory"].samples == 0
    assert [
        "1 台机器的 memory.usage 没有保存每 300 秒的 mean" in gap.message.zh
        for gap in done.gaps
        if "Gnocchi" in gap.message.zh
    ] == [True]
    assert rows[steady, "memory"].value_s / rows[steady, "memory"].capacity_s == pytest.approx(0.5)
    assert done.counts["counter_reset"] == 1


def test_a_cloud_that_clouds_yaml_does_not_name(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(lab.clouds_yaml))
    day = datetime(2026, 3, 10, tzinfo=UTC)
    with open_store(str(tmp_path), create=True) as store, pytest.raises(CollectError, match="no-such-cloud"):
        collect_live(
            store,
            [],
            "gnocchi",
            "no-such-cloud",
            Period(day.date(), (day + timedelta(days=1)).date()),
            as_of=day + timedelta(days=2),
        )
