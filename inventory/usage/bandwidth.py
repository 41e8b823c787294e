"""带宽使用率: traffic of a system's servers against the bandwidth that its ledger declares; n/a where none is declared.

Bandwidth belongs to a system's line, not to a server, so the rate exists for systems and what they add up to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from catalogs.words import Text
from inventory.model import System
from inventory.telemetry.form import MICRO, Period
from inventory.usage.rates import Rate

METRIC = "network"
BANDWIDTH_KINDS = ("system", "department", "city")
_NONE_DECLARED = Text("台账没有申报带宽", "no ledger declares a bandwidth")


def bandwidth_rates(
    system_rates: Sequence[Rate], systems: Iterable[System], period: Period, kinds: Iterable[str]
) -> Iterator[Rate]:
    """The rate of each system, and of departments and the city over the systems that declare a bandwidth.

    Σ traffic of its servers ÷ Σ bandwidth × seconds, where a system's seconds are those that its measured servers
    were seen on average.

    Args:
        system_rates: of kind `system`, with the mean traffic of each.
        systems: with the ledgers' field `bandwidth`, Mbit/s.
        period: local days.
        kinds: of `BANDWIDTH_KINDS`.
    """
    traffic = {rate.group: rate for rate in system_rates if (rate.metric, rate.statistic) == (METRIC, "mean_amount")}
    wanted = [kind for kind in BANDWIDTH_KINDS if kind in set(kinds)]
    groups: dict[tuple[str, str], list[tuple[Rate, int | None]]] = {}
    for system in systems:
        rate = traffic.get(system.id)
        if rate is None:
            continue
        for kind in wanted:
            group = {"system": system.id, "department": system.department or "-", "city": "city"}[kind]
            groups.setdefault((kind, group), []).append((rate, _bandwidth_micro(system)))
    for (kind, group), rows in sorted(groups.items()):
        yield _sum(kind, group, period, rows)


def _bandwidth_micro(system: System) -> int | None:
    value = system.fields.get("bandwidth")
    known = isinstance(value, int | float) and not isinstance(value, bool) and value > 0
    return round(float(value) * MICRO) if known else None  # type: ignore[arg-type]


def _sum(kind: str, group: str, period: Period, rows: Sequence[tuple[Rate, int | None]]) -> Rate:
    told = [(rate, size) for rate, size in rows if size is not None]
    seen = [(rate, size) for rate, size in told if rate.numerator is not None]
    why = None if seen else _NONE_DECLARED if not told else Text("期间内没有采样", "no samples in this period")
    return Rate(
        kind=kind, group=group, metric=METRIC, statistic="weighted_mean", period=period, unit="micro_mbit_s_s",
        numerator=sum(rate.numerator or 0 for rate, _ in seen) if seen else None,
        denominator=sum(size * (rate.covered_seconds // max(rate.measured_servers, 1)) for rate, size in seen),
        covered_seconds=sum(rate.covered_seconds for rate, _ in seen), expected_seconds=sum(rate.expected_seconds for rate, _ in rows),
        off_seconds=0, servers=sum(rate.servers for rate, _ in rows), measured_servers=sum(rate.measured_servers for rate, _ in seen),
        days=max((rate.days for rate, _ in seen), default=0), why_unknown=why,
    )  # fmt: skip
