from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogs.errors import UsageError
from catalogs.words import Text
from inventory.telemetry.query import Measured
from report.chapters.bands import band_of
from report.chapters.change import balance
from report.chapters.view import view
from report.facts import RESOURCES, Band, Facts, Month
from report.figures import Report, Share
from report.month_use import share
from report.usage import usage_report
from tests.report.builders import MARCH, a_city, a_moment, a_pool, a_server, a_system, a_use, all_uses, some_facts


def value(report: Report, figure_id: str) -> float | None:
    return report.figures[figure_id].value


def cells(report: Report, table: str, key: str) -> list[object]:
    return list(report.tables[table].column(key))


# --- use --------------------------------------------------------------------------------------------------------


def test_weighted_and_simple_means_differ_as_they_should() -> None:
    servers = (a_server("openstack:1", vcpu=2), a_server("openstack:2", vcpu=30))
    uses = [*all_uses(servers[0], 0.9), *all_uses(servers[1], 0.1)]
    report = usage_report(some_facts(now=a_moment(servers=servers, uses=tuple(uses))))
    assert value(report, "use.cpu.mean") == pytest.approx((2 * 0.9 + 30 * 0.1) / 32)
    assert value(report, "use.cpu.simple") == pytest.approx(0.5)
    assert report.figures["use.cpu.mean"].denominator == pytest.approx(32 * 744)  # vCPU·h


def test_what_was_not_measured_is_not_zero() -> None:
    servers = (a_server("openstack:1"), a_server("openstack:2"))
    uses = [*all_uses(servers[0], 0.5), *all_uses(servers[1], None, None, None)]
    report = usage_report(some_facts(now=a_moment(servers=servers, uses=tuple(uses))))
    assert value(report, "use.cpu.mean") == pytest.approx(0.5)
    assert value(report, "coverage.cpu") == pytest.approx(0.5)
    assert {row[0] for row in report.tables["coverage.unmeasured"].rows} == {"openstack:2"}


def test_no_samples_at_all_give_no_rate_and_no_verdict() -> None:
    report = usage_report(some_facts(now=a_moment(uses=tuple(all_uses(a_server(), None, None, None)))))
    for figure_id in ("use.cpu.mean", "use.comprehensive", "clause.JM-2.use", "change.use.cpu"):
        figure = report.figures[figure_id]
        assert figure.value is None
        assert figure.why_unknown is not None
    assert report.tables["clauses.usage"].rows[1][-1] == Text("无法判断", "not known")


def test_comprehensive_use_is_the_weighted_sum_of_the_profile() -> None:
    facts = some_facts(
        weights={"cpu": 0.5, "memory": 0.25, "storage": 0.25},
        now=a_moment(uses=tuple(all_uses(a_server(), 0.2, 0.4, 0.8))),
    )
    figure = usage_report(facts).figures["use.comprehensive"]
    assert figure.value == pytest.approx(0.5 * 0.2 + 0.25 * 0.4 + 0.25 * 0.8)
    assert {of: weight for weight, of in figure.terms} == {
        "use.cpu.mean": 0.5,
        "use.memory.mean": 0.25,
        "use.storage.mean": 0.25,
    }


def test_a_profile_that_asks_for_the_simple_mean_gets_it() -> None:
    servers = (a_server("openstack:1", vcpu=2), a_server("openstack:2", vcpu=30))
    uses = (*all_uses(servers[0], 0.9), *all_uses(servers[1], 0.1))
    facts = some_facts(
        averaging="simple",
        weights={"cpu": 1.0, "memory": 0.0, "storage": 0.0},
        now=a_moment(servers=servers, uses=uses),
    )
    assert value(usage_report(facts), "use.comprehensive") == pytest.approx(0.5)


def test_one_part_missing_leaves_the_sum_unknown() -> None:
    report = usage_report(some_facts(now=a_moment(uses=tuple(all_uses(a_server(), 0.2, None, 0.8)))))
    figure = report.figures["use.comprehensive"]
    assert figure.value is None
    assert figure.why_unknown is not None
    assert "内存" in figure.why_unknown.zh


@given(st.lists(st.tuples(st.integers(1, 64), st.floats(0, 1), st.floats(1, 744)), min_size=1, max_size=8))
def test_a_weighted_rate_lies_between_those_of_its_servers(rows: list[tuple[int, float, float]]) -> None:
    uses = [
        a_use(f"s{n}", "cpu", mean, capacity=vcpu, covered_hours=hours) for n, (vcpu, mean, hours) in enumerate(rows)
    ]
    rate = share(uses).value
    assert rate is not None
    assert min(mean for _, mean, _ in rows) - 1e-6 <= rate <= max(mean for _, mean, _ in rows) + 1e-6


@given(st.permutations(range(6)))
def test_the_order_of_servers_and_uses_changes_nothing(order: list[int]) -> None:
    servers = [a_server(f"openstack:{n}", vcpu=n + 1, system_id=f"sys-{n % 2}") for n in range(6)]
    systems = (a_system("sys-0"), a_system("sys-1", department="市教育局"))
    uses = [use for n, server in enumerate(servers) for use in all_uses(server, 0.1 * n)]
    straight = some_facts(now=a_moment(servers=tuple(servers), systems=systems, uses=tuple(uses)))
    shuffled = some_facts(
        now=a_moment(
            servers=tuple(servers[n] for n in order),
            systems=systems[::-1],
            uses=tuple(uses[n * 3 + k] for n in order for k in range(3)),
        )
    )
    assert usage_report(straight).as_json() == usage_report(shuffled).as_json()


# --- scope ------------------------------------------------------------------------------------------------------


def test_every_server_is_counted_once_or_left_out_for_one_reason() -> None:
    servers = (
        a_server("openstack:1"),
        a_server("ledger:own", pool=None, cloud=None),
        a_server("openstack:later", created_on=date(2026, 4, 2)),
        a_server("openstack:old", deleted_on=date(2026, 2, 1)),
        a_server("openstack:midway", deleted_on=date(2026, 3, 15), vcpu=8),
    )
    facts = some_facts(
        as_of=datetime(2026, 4, 5, tzinfo=UTC),
        now=a_moment(servers=servers, uses=tuple(use for s in servers for use in all_uses(s))),
    )
    report = usage_report(facts)
    assert value(report, "scope.servers") == 1
    assert sum(row[1] for row in report.tables["scope.excluded"].rows if isinstance(row[1], int)) == 3
    midway = next(row for row in report.tables["detail.servers"].rows if row[0] == "openstack:midway")
    assert midway[report.tables["detail.servers"].index("vcpu")] == 0  # its use counts, its size no longer
    assert value(report, "scope.allocated.cpu") == 4


def test_classified_systems_are_only_a_number() -> None:
    report = usage_report(some_facts(now=a_moment(classified_count=7, secrecy_unknown_count=2)))
    assert value(report, "scope.classified") == 7
    assert value(report, "scope.secrecy_unknown") == 2


# --- allocation -------------------------------------------------------------------------------------------------


def test_allocation_with_and_without_reserved_orders() -> None:
    report = usage_report(some_facts(pools=(a_pool(vcpu=16, locked_vcpu=8),)))
    assert value(report, "allocation.cpu") == pytest.approx(4 / 16)
    assert value(report, "allocation.cpu.with_orders") == pytest.approx(12 / 16)


def test_a_pool_of_unknown_capacity_has_no_rate_and_spoils_no_other() -> None:
    pools = (a_pool(vcpu=16), a_pool("dark", vcpu=None, memory_gib=None, storage_gib=None))
    servers = (a_server("openstack:1"), a_server("openstack:2", pool="dark", vcpu=64))
    report = usage_report(
        some_facts(pools=pools, now=a_moment(servers=servers, uses=tuple(use for s in servers for use in all_uses(s))))
    )
    assert value(report, "allocation.cpu") == pytest.approx(4 / 16)
    assert (report.figures["allocation.cpu"].covered, report.figures["allocation.cpu"].expected) == (1, 2)
    rates = {
        str(row[0]): row[report.tables["capacity.pools"].index("cpu")] for row in report.tables["capacity.pools"].rows
    }
    assert Share(numerator=64, denominator=None) in rates.values()


# --- bands and clauses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "band"), [(0.2999, "low"), (0.3, "normal"), (0.5, "normal"), (0.5001, "high"), (None, "unknown")]
)
def test_band_limits_themselves_are_normal(rate: float | None, band: str) -> None:
    assert band_of(rate, Band(low=0.3, high=0.5)) == band


def test_a_system_with_too_little_coverage_is_in_no_band() -> None:
    servers = (a_server("openstack:1"), a_server("openstack:2"))
    uses = [*all_uses(servers[0], 0.9), *all_uses(servers[1], None, None, None)]
    report = usage_report(some_facts(now=a_moment(servers=servers, uses=tuple(uses))))
    assert value(report, "bands.cpu.unknown") == 1
    assert value(report, "bands.cpu.high") == 0
    assert report.tables["bands.cpu.top"].rows == ()


@pytest.mark.parametrize(("vcpu", "verdict"), [(6, "达到"), (7, "未达到")])
def test_the_clause_is_judged_under_both_readings(vcpu: int, verdict: str) -> None:
    weights = {"cpu": 1.0, "memory": 0.0, "storage": 0.0}
    report = usage_report(some_facts(pools=(a_pool(vcpu=vcpu),), weights=weights))  # 4 vCPU allocated
    by_reading = {row[3].zh: row[-1] for row in report.tables["clauses.usage"].rows if isinstance(row[3], Text)}
    assert by_reading["按分配率"] == Text(verdict, "met" if verdict == "达到" else "missed")
    assert by_reading["按使用率"] == Text("未达到", "missed")
    assert report.figures["clause.JM-2.use"].clause == "JM-2"
    assert report.figures["clause.JM-2.use"].target == 0.6


def test_a_target_that_is_reached_on_too_little_data_is_not_called_reached() -> None:
    servers = (a_server("openstack:1"), a_server("openstack:2"))
    uses = [*all_uses(servers[0], 0.9, 0.9, 0.9), *all_uses(servers[1], None, None, None)]
    report = usage_report(some_facts(now=a_moment(servers=servers, uses=tuple(uses))))
    assert report.tables["clauses.usage"].rows[1][-1] == Text(
        "无法判断（覆盖率不足）", "not known (too little coverage)"
    )


# --- change -----------------------------------------------------------------------------------------------------


def before(*servers: object) -> Facts:
    earlier = a_moment(at=MARCH.start_at, servers=servers, uses=tuple(use for s in servers for use in all_uses(s)))  # type: ignore[arg-type]
    return some_facts(before=earlier)


def with_now(facts: Facts, *servers: object) -> Facts:
    return replace(facts, now=a_moment(servers=servers, uses=tuple(use for s in servers for use in all_uses(s))))  # type: ignore[arg-type]


def test_opened_released_and_resized_servers_balance() -> None:
    facts = with_now(
        before(a_server("openstack:a", vcpu=4), a_server("openstack:b", vcpu=8), a_server("openstack:c", vcpu=2)),
        a_server("openstack:a", vcpu=16), a_server("openstack:c", vcpu=1), a_server("openstack:d", vcpu=32, created_on=date(2026, 3, 9)),
    )  # fmt: skip
    report = usage_report(facts)
    vcpu = next(row for row in report.tables["change.balance"].rows if isinstance(row[2], Text) and row[2].en == "vCPU")
    assert vcpu[3:8] == (14, 32 + 12, 8 + 1, 49, 0)
    assert value(report, "change.unbalanced") == 0


def test_a_server_that_appears_without_an_opening_breaks_the_identity_and_is_named() -> None:
    facts = with_now(
        before(a_server("openstack:a")), a_server("openstack:a"), a_server("openstack:x", created_on=date(2024, 1, 1))
    )
    report = usage_report(facts)
    assert value(report, "change.unbalanced") == 4
    assert cells(report, "change.unexplained", "server_id") == ["openstack:x"]


def test_a_server_that_moves_between_zones_breaks_both_groups() -> None:
    facts = with_now(before(a_server("openstack:a")), a_server("openstack:a", zone="互联网区"))
    report = usage_report(facts)
    assert {row[-1] for row in report.tables["change.balance"].rows} == {Text("不平衡", "does not hold")}
    assert len(report.tables["change.unexplained"].rows) == 2


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 64)), unique_by=lambda row: row[0]),
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 64)), unique_by=lambda row: row[0]),
)
def test_the_identity_holds_for_everything_that_is_explained(
    old: list[tuple[int, int]], new: list[tuple[int, int]]
) -> None:
    had = {number for number, _ in old}
    was = [a_server(f"openstack:{n}", vcpu=vcpu) for n, vcpu in old]
    stands = [
        a_server(f"openstack:{n}", vcpu=vcpu, created_on=date(2025, 1, 1) if n in had else date(2026, 3, 5))
        for n, vcpu in new
    ]
    seen = view(with_now(before(*was), *stands))
    found = balance(seen, {s.id: s for s in was}, {s.id: s for s in stands}, {}, "cpu")
    assert found.difference == 0


def test_without_the_month_before_changes_are_unknown_not_zero() -> None:
    report = usage_report(some_facts())
    assert value(report, "change.use.cpu") is None
    assert report.tables["change.balance"].rows == ()
    assert "change.unbalanced" not in report.figures
    assert any("上月底" in warning.zh for warning in report.warnings)


# --- the whole --------------------------------------------------------------------------------------------------


def test_the_sums_of_units_zones_and_systems_are_those_of_the_servers() -> None:
    report = usage_report(a_city())
    detail = report.tables["detail.servers"]
    for name in ("use.units", "use.zones", "use.systems", "capacity.technologies"):
        table = report.tables[name]
        for column in (column for column in table.columns if column.sums):
            theirs = list(detail.column(column.sums or ""))
            own = list(table.column(column.key))
            assert _sum(own) == pytest.approx(_sum(theirs)), (name, column.key)


def _sum(values: Sequence[object]) -> tuple[float, float]:
    tops = sum(v.numerator or 0 if isinstance(v, Share) else v for v in values if isinstance(v, Share | int | float))
    return tops, sum(v.denominator or 0 for v in values if isinstance(v, Share))


def test_top_and_bottom_lists_are_in_order_and_the_same_every_time() -> None:
    report = usage_report(a_city())
    rates = [cell.value for cell in report.tables["bands.cpu.top"].column("use") if isinstance(cell, Share)]
    assert rates == sorted(rates, key=lambda rate: -(rate or 0))
    assert usage_report(a_city()).as_json() == report.as_json()


def test_every_figure_says_how_and_from_what() -> None:
    report = usage_report(a_city())
    for figure in report.figures.values():
        assert figure.basis.zh
        assert figure.basis.en
        assert figure.origins, figure.id
        assert figure.value is not None or figure.why_unknown is not None, figure.id


def test_a_month_that_is_not_over_says_so() -> None:
    report = usage_report(some_facts(as_of=datetime(2026, 3, 20, 12, 0, tzinfo=UTC)))
    assert any("尚未结束" in warning.zh for warning in report.warnings)
    assert len(report.tables["use.days"].rows) == 20


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-3", "0000-01", "202603", "三月"])
def test_what_is_no_month(text: str) -> None:
    with pytest.raises(UsageError):
        Month.parse(text)


def test_months_are_local() -> None:
    assert Month.parse("2026-03").start_at == datetime(2026, 2, 28, 16, 0, tzinfo=UTC)
    assert Month(2026, 12).next == Month(2027, 1)
    assert Month(2026, 1).previous == Month(2025, 12)
    assert Month(2028, 2).day_count == 29


def test_days_cover_resources_of_the_period() -> None:
    uses: list[Measured] = []
    for resource in RESOURCES:
        uses += [a_use("city", resource, 0.3, kind="city", part=part, covered_hours=24) for part in range(31)]
    report = usage_report(some_facts(now=a_moment(days=tuple(uses))))
    first = report.tables["use.days"].rows[0]
    assert first[0] == "2026-03-01"
    assert isinstance(first[2], Share)
    assert first[2].value == pytest.approx(0.3)
