"""Usage rates: allocation and use kept apart, numerator and denominator kept as whole numbers, coverage beside each.

Capacity-weighted: `Σ value·s ÷ Σ capacity·s` over the servers of a group (domain: U_cpu = Σ c_v·mean(u_v) ÷ Σ c_v),
weighted by time as well, so that resized, new and deleted servers count for what they were. Simple: the mean of the
servers' own rates. Where nothing was measured there is no rate: `ratio` is `None`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from catalogs.words import Text
from inventory.model import Inventory
from inventory.telemetry.form import LOCAL_ZONE, METRICS, MICRO, PPM, Period
from inventory.telemetry.garbage import search_put_off
from inventory.telemetry.query import Measured, Rollup, measure, percentile_bin
from inventory.usage.dated import Stint
from inventory.usage.groups import KINDS, Grouping, groups_of, measure_dated
from inventory.usage.rate import BASIS, ONLY_OFF, RATED, Basis, Rate, Statistic, basis_of

__all__ = ["BASIS", "ONLY_OFF", "RATED", "Basis", "Rate", "Statistic", "basis_of", "combined", "usage_rates"]


@search_put_off()
def usage_rates(
    inventory: Inventory,
    rollup: Rollup,
    period: Period,
    *,
    kinds: Sequence[str] = ("system", "department", "city"),
    basis: Basis | None = None,
    metrics: Sequence[str] = RATED,
    with_p95: bool = False,
    grouping: Grouping | None = None,
    stints: Sequence[Stint] | None = None,
) -> tuple[Rate, ...]:
    """All rates of some kinds of groups in a period, sorted by kind, group, metric and statistic.

    Args:
        inventory: at `as_of`; without `stints`, servers deleted within the period must still be in it.
        rollup: the daily roll-ups.
        period: local days.
        kinds: of `KINDS`.
        basis: the policy's choices.
        metrics: those with a capacity.
        with_p95: also percentiles, from the histograms.
        grouping: pools and storage tiers, for the kinds that need them.
        stints: what each server was and when (inventory/usage/dated.py); else as it is now, all the time.
    """
    chosen, known = basis or Basis(), grouping or Grouping()
    zero = chosen.powered_off == "zero"
    until = inventory.as_of.astimezone(ZoneInfo(LOCAL_ZONE)).date() + timedelta(
        days=1
    )  # nothing is known of later days
    rows: Sequence[Measured]
    if stints is None:
        rows = measure(
            rollup, inventory.servers, groups_of(inventory, kinds, known), [period], metrics=metrics,
            off_is_unused=zero, with_bins=with_p95, known_until=until,
        )  # fmt: skip
    else:
        rows = measure_dated(
            rollup, stints, kinds, period, known, metrics=metrics, off_is_unused=zero, with_bins=with_p95, known_until=until,
        )  # fmt: skip
    rates = [rate for row in rows for rate in _rates(row, period, with_p95=with_p95)]
    rates += _combined(rates, chosen)
    return tuple(sorted(rates, key=lambda rate: (KINDS.index(rate.kind), rate.group, rate.metric, rate.statistic)))


def _rates(row: Measured, period: Period, *, with_p95: bool) -> Iterator[Rate]:
    if METRICS[row.metric].capacity is None:
        yield from _amounts(row, period)
        return
    statistics: list[tuple[Statistic, int | None, int, str]] = [
        ("weighted_mean", row.value_s, row.capacity_s, f"micro_{METRICS[row.metric].unit}_s"),
        ("simple_mean", row.simple_ppm, row.simple_servers * PPM, "ppm"),
        ("peak", row.peak_ppm, PPM, "ppm"),
        ("hour_peak", row.hour_peak_ppm, PPM, "ppm"),
        ("mean_daily_peak", row.daily_peak_s, row.capacity_s_measured * PPM, "ppm_micro_s"),
    ]
    if with_p95:
        statistics.append(("p95", percentile_bin(row.bins, 0.95), 100, "percent"))
    for statistic, numerator, denominator, unit in statistics:
        yield _rate(row, period, statistic, numerator if row.covered_seconds else None, denominator, unit)


def _amounts(row: Measured, period: Period) -> Iterator[Rate]:
    """Of what has no capacity: amounts, as numerator ÷ denominator too."""
    unit = f"micro_{METRICS[row.metric].unit}"
    value = row.value_s if row.covered_seconds else None
    yield _rate(row, period, "mean_amount", value, row.covered_seconds * MICRO, f"{unit}_s")
    yield _rate(row, period, "peak_amount", row.max_micro, MICRO, unit)


def _rate(
    row: Measured, period: Period, statistic: Statistic, numerator: int | None, denominator: int, unit: str
) -> Rate:
    known = numerator is not None and denominator > 0
    return Rate(
        kind=row.kind, group=row.group, metric=row.metric, statistic=statistic, period=period,
        numerator=numerator if known else None, denominator=denominator if known else 0, unit=unit,
        covered_seconds=row.covered_seconds, expected_seconds=row.expected_seconds, off_seconds=row.off_seconds,
        servers=row.servers, measured_servers=row.measured_servers, days=row.days,
        why_unknown=None if known else _why(row), off_counted_seconds=row.off_counted_seconds,
        note=ONLY_OFF if known and row.only_off else None,
    )  # fmt: skip


def _why(row: Measured) -> Text:
    if not row.servers:
        return Text("期间内没有服务器", "no servers in this period")
    if not row.samples and row.off_seconds and row.off_seconds >= row.expected_seconds:
        return Text("期间内一直关机", "switched off all the time")
    return Text("期间内没有采样", "no samples in this period")


def _combined(rates: Sequence[Rate], basis: Basis) -> Iterator[Rate]:
    """综合利用率 of each group: Σ weight × rate, in parts per million; unknown where one of its rates is."""
    mean: Statistic = "weighted_mean" if basis.averaging == "capacity-weighted" else "simple_mean"
    yield from combined(rates, basis, mean, "combined")


def combined(rates: Sequence[Rate], basis: Basis, of: Statistic, statistic: Statistic) -> Iterator[Rate]:
    """One rate for each group: the weighted sum of those of CPU, memory and storage, in parts per million."""
    means = {(rate.kind, rate.group, rate.metric): rate for rate in rates if rate.statistic == of}
    for kind, group in sorted({(rate.kind, rate.group) for rate in means.values()}):
        terms = [(weight, means.get((kind, group, metric))) for metric, weight in basis.weights if weight]
        present = [(weight, rate) for weight, rate in terms if rate is not None]
        if not present:
            continue
        missing = [METRICS[rate.metric].label for _, rate in present if rate.numerator is None]
        missing += [Text("?", "?")] * (len(terms) - len(present))
        total = None if missing else sum(
            (weight * rate.numerator * PPM / rate.denominator for weight, rate in present if rate.numerator is not None), Decimal(0)
        )  # fmt: skip
        first = present[0][1]
        yield Rate(
            kind=kind, group=group, metric="combined", statistic=statistic, period=first.period,
            numerator=None if total is None else int(total), denominator=PPM if total is not None else 0, unit="ppm",
            covered_seconds=min(rate.covered_seconds for _, rate in present),
            expected_seconds=max(rate.expected_seconds for _, rate in present),
            off_seconds=first.off_seconds, servers=first.servers,
            measured_servers=min(rate.measured_servers for _, rate in present), days=min(rate.days for _, rate in present),
            why_unknown=Text(f"缺少：{'、'.join(one.zh for one in missing)}", f"missing: {', '.join(one.en for one in missing)}") if missing else None,
            off_counted_seconds=max(rate.off_counted_seconds for _, rate in present),
            note=None if missing else _note_of([rate for _, rate in present]),
        )  # fmt: skip


def _note_of(parts: Sequence[Rate]) -> Text | None:
    """Which parts of a sum are a rule's and not measured: all of them, or some by name."""
    noted = [METRICS[rate.metric].label for rate in parts if rate.note is not None]
    if len(noted) in (0, len(parts)):
        return ONLY_OFF if noted else None
    zh, en = "、".join(label.zh for label in noted), ", ".join(label.en for label in noted)
    return Text(f"{zh}关机计 0（未测得）", f"{en} off: 0, not measured")
