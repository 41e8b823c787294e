from datetime import date
from typing import Any

from inventory.model import System
from inventory.telemetry.form import MICRO, Period
from inventory.usage.bandwidth import bandwidth_rates
from inventory.usage.rates import Rate

MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
HOUR = 3600


def a_system(system_id: str, **fields: Any) -> System:
    return System(
        id=system_id, name=system_id, department="市一局", department_id="d1", secrecy="unclassified", fields=fields
    )


def traffic(system_id: str, mbit_s: float | None, *, servers: int = 1) -> Rate:
    """Each server was seen for an hour; together they moved `mbit_s` on average."""
    value = None if mbit_s is None else round(mbit_s * MICRO) * HOUR
    return Rate(
        kind="system", group=system_id, metric="network", statistic="mean_amount", period=MARCH, numerator=value,
        denominator=servers * HOUR * MICRO, unit="micro_mbit_s_s", covered_seconds=servers * HOUR if value is not None else 0,
        expected_seconds=servers * HOUR, off_seconds=0, servers=servers, measured_servers=servers if value is not None else 0, days=1,
    )  # fmt: skip


def rates(*pairs: tuple[System, Rate]) -> dict[tuple[str, str], Rate]:
    systems, found = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return {
        (r.kind, r.group): r for r in bandwidth_rates(found, systems, MARCH, ("system", "department", "city", "pool"))
    }


def test_traffic_of_all_servers_against_the_declared_bandwidth() -> None:
    found = rates(
        (a_system("s-1", bandwidth=100), traffic("s-1", 30, servers=3)),
        (a_system("s-2", bandwidth=50.0), traffic("s-2", 45)),
    )
    assert found["system", "s-1"].ratio == 0.3
    assert found["system", "s-2"].ratio == 0.9
    assert found["department", "市一局"].ratio == 75 / 150
    assert set(found) == {("system", "s-1"), ("system", "s-2"), ("department", "市一局"), ("city", "city")}


def test_what_declares_none_has_no_rate_and_is_not_0() -> None:
    found = rates(
        (a_system("s-1"), traffic("s-1", 30)),
        (a_system("s-2", bandwidth=50), traffic("s-2", None)),
        (a_system("s-3", bandwidth=10), traffic("s-3", 1)),
    )
    assert [found["system", name].ratio for name in ("s-1", "s-2", "s-3")] == [None, None, 0.1]
    why = [found["system", name].why_unknown for name in ("s-1", "s-2")]
    assert [text.zh for text in why if text] == ["台账没有申报带宽", "期间内没有采样"]
    assert found["city", "city"].ratio == 0.1
    assert found["city", "city"].coverage == 1 / 3  # of the three systems' hours one is in the rate
