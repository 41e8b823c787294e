"""Advice on sizes: the catalogue's flavour, the headroom that stays, what it saves; none where too little was measured."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from catalogs.load import load_catalogs
from inventory.commands.resize import total_line, totals
from inventory.model import Inventory, System
from inventory.telemetry.form import day_start
from inventory.usage.right_sizing import Advice, Limits, advise
from inventory.zombies.examples import facts_from
from inventory.zombies.judge import judge_facts
from tests.inventory.telemetry.samples import a_server, raw, rolled, stored

pytestmark = pytest.mark.slow
CATALOGS = load_catalogs(None)
PLANNING = CATALOGS.planning("sample-city")
LIMITS = Limits.of(PLANNING.right_sizing, CATALOGS.zombie_rules)
FLAVORS = {one.id: one for one in CATALOGS.service(PLANNING.service).flavors}
START, END = date(2026, 1, 1), date(2026, 4, 1)
AS_OF = datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)
BUSY = {"cpu": "0.4 0.4 0.4", "cpu_peak": "0.9", "last_login_on": "2026-03-25", "users": "300"}


def advice(
    folder: Path, *, cpu: float = 0.1, memory: float = 0.3, days: int = 90, system_class: str | None = None, facts: dict[str, str] | None = None, **server: object
) -> tuple[Advice, ...]:  # fmt: skip
    """For one server of 16 vCPU and 64 GiB with a steady use."""
    given: dict[str, object] = {"vcpu": 16, "memory_gib": 64.0, "disk_gib": 200.0, "system_id": "sys-1", **server}
    machine = a_server("vm-1", **given)
    rows = [
        {"machine": "vm-1", "metric": metric, "at_s": day_start(START + timedelta(days=day)) + 3600 * hour, "ratio": use, "interval_s": 3600}
        for metric, use in (("cpu", cpu), ("memory", memory)) for day in range(90 - days, 90) for hour in range(24)
    ]  # fmt: skip
    rollup = rolled(folder, stored(folder, raw(*rows), servers=[machine]))
    known = facts_from(facts or BUSY)
    system = replace(known.system, id="sys-1", system_class=system_class)
    verdicts = judge_facts([replace(known, system=system)], CATALOGS.zombie_rules, AS_OF)
    inventory = Inventory(as_of=AS_OF, systems=(_plain(system),), servers=(machine,))
    return advise(inventory, rollup, verdicts, LIMITS, tuple(FLAVORS.values()), END)


def _plain(system: System) -> System:
    return replace(system, server_ids=("vm-1",))


def test_a_smaller_flavour_with_its_headroom_and_savings(tmp_path: Path) -> None:
    (one,) = advice(tmp_path)
    # 16 × 0.11 ÷ 0.6 = 2.9 vCPU, at least a quarter: 4; 64 × 0.31 ÷ 0.8 = 24.8 GiB: the cheapest that holds both is 8c32g.
    assert (one.kind, one.flavor, one.saves_vcpu, one.saves_memory_gib) == ("downsize", "gov.8c32g", 8, 32.0)
    assert one.saves_fen_month == FLAVORS["gov.16c64g"].price_fen_month - FLAVORS["gov.8c32g"].price_fen_month
    assert one.headroom["vcpu"] == pytest.approx(1 - 16 * 0.11 / 8)
    assert one.headroom["memory"] == pytest.approx(1 - 64 * 0.31 / 32)
    assert totals([one])["downsize"]["vcpu"] == 8


def test_too_few_days_or_an_excluded_class_gets_no_advice(tmp_path: Path) -> None:
    assert advice(tmp_path / "few", days=20) == ()
    assert advice(tmp_path / "standby", system_class="standby") == ()
    assert advice(tmp_path / "fits", cpu=0.5, memory=0.7) == ()


def test_what_is_too_full_grows(tmp_path: Path) -> None:
    (one,) = advice(tmp_path, cpu=0.85, memory=0.6)
    assert (one.kind, one.flavor) == ("expand", "gov.32c64g")
    assert one.saves_vcpu == -16
    assert one.saves_fen_month is not None
    assert one.saves_fen_month < 0


def test_a_test_environment_may_be_fuller(tmp_path: Path) -> None:
    assert advice(tmp_path / "test", cpu=0.85, memory=0.6, system_class="test") == ()
    (one,) = advice(tmp_path / "full", cpu=0.95, memory=0.6, system_class="test")
    assert "90 %" in one.why.zh


def test_servers_of_suspected_zombies_are_reclaimed_whole(tmp_path: Path) -> None:
    (one,) = advice(tmp_path, facts={"zombie_declared": "true"})
    assert (one.kind, one.flavor, one.saves_vcpu, one.saves_storage_gib) == ("reclaim", None, 16, 200.0)
    assert "疑似" in one.why.zh


@pytest.mark.parametrize(("off", "kinds"), [(date(2025, 12, 1), ["reclaim"]), (date(2026, 3, 1), ["downsize"])])
def test_a_server_that_is_off_for_long_is_reclaimed(tmp_path: Path, off: date, kinds: list[str]) -> None:
    found = advice(tmp_path, power="off", powered_off_on=off)
    assert [one.kind for one in found] == kinds


def test_a_size_beyond_the_catalogue_has_no_price(tmp_path: Path) -> None:
    (one,) = advice(tmp_path, vcpu=128, memory_gib=1024.0, facts={"zombie_declared": "true"})
    assert one.saves_fen_month is None
    assert totals([one])["reclaim"]["without_price"] == 1


def test_what_larger_servers_add_is_told_without_a_minus() -> None:
    row = {
        "servers": 16,
        "vcpu": -23,
        "memory_gib": -94.0,
        "storage_gib": 0.0,
        "fen_month": -214_000,
        "without_price": 0,
    }
    assert total_line("expand", row) == "扩容 16 台：增加 23 vCPU、内存 94 GiB、存储 0 GiB、每月 214,000 分"
    assert "节省 23 vCPU" in total_line("downsize", row | {"vcpu": 23})
