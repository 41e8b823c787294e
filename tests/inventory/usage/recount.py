"""An auditor's recount: every rate of `usage show` again, day by day from the raw samples, without inventory/usage.

What it is told: the history (who was whose in each look), the raw samples as files, the catalogue as a file.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import yaml

from tests.inventory.usage.history import METRICS, History, Look, State, server_id

DAY = 86_400
MICRO = PPM = 1_000_000
SIZES = {"cpu": "vcpu", "memory": "memory_gib", "storage": "disk_gib"}
WEIGHTS = {"cpu": Fraction(4, 10), "memory": Fraction(4, 10), "storage": Fraction(2, 10)}
SERVICE = Path(__file__).resolve().parents[3] / "catalogs" / "services" / "sample-cloud.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One row of a raw file."""

    value: int
    capacity: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A machine on a day on which it existed: as it was, whether it was off, and its samples by metric."""

    machine: str
    on: date
    state: State
    department: str | None
    off: bool
    left: bool  # it was the last one
    samples: Mapping[str, Sequence[Sample]]


def raw_samples(store: Path) -> dict[tuple[str, str, date], list[Sample]]:
    """All raw samples by server, metric and day, from the files that no other one replaces."""
    with sqlite3.connect(store / "govcloud.db") as database:
        rows = database.execute("SELECT path, about FROM telemetry_file WHERE kind = 'raw'").fetchall()
    replaced = {old for _, about in rows for old in json.loads(about).get("replaces", [])}
    found: dict[tuple[str, str, date], list[Sample]] = {}
    for path, about in rows:
        metric = json.loads(about)["metric"]
        if path in replaced or metric not in METRICS:
            continue
        for row in pq.read_table(store / "telemetry" / path).to_pylist():
            sample = Sample(value=row["value_micro"], capacity=row["capacity_micro"], seconds=row["seconds"])
            found.setdefault((row["server"], metric, row["day"]), []).append(sample)
    return found


def days_of(history: History, store: Path, start: date, end: date) -> Iterator[Day]:
    """Every machine on every day of a period on which it existed."""
    samples = raw_samples(store)
    looks = seen_from(history, end)
    for name in sorted({name for look in looks for name in look.machines}):
        measured = {day for server, _, day in samples if server == server_id(name) and start <= day < end}
        first, last, ended = _life(name, looks, history.created.get(name, start), measured, end)
        for number in range((end - start).days):
            on = start + timedelta(days=number)
            if not first <= on <= last:
                continue
            place = _in_force(name, looks, on)
            owner = _owner(name, looks, place)
            state = looks[place].machines[name]
            yield Day(
                machine=name, on=on, department=owner[1] if owner else None, off=_is_off(name, looks, on), left=ended and on == last,
                state=State(
                    system=owner[0] if owner else None, pool=state.pool, vcpu=state.vcpu, memory_gib=state.memory_gib, disk_gib=state.disk_gib
                ),
                samples={metric: samples.get((server_id(name), metric, on), []) for metric in METRICS},
            )  # fmt: skip


def seen_from(history: History, end: date) -> list[Look]:
    """The looks that tell of a period: those until its end, the first one after it, and the one of today."""
    later = [look for look in history.looks if look.on >= end]
    return [*(look for look in history.looks if look.on < end), *later[:1], *later[1:][-1:]]


def _in_force(name: str, looks: Sequence[Look], on: date) -> int:
    """The last look until a day that has the machine; before the first one, the first."""
    has = [place for place, look in enumerate(looks) if name in look.machines]
    return max((place for place in has if looks[place].on <= on), default=has[0])


def _owner(name: str, looks: Sequence[Look], place: int) -> tuple[str, str] | None:
    """System and department; one that was not known yet is the one that became known first."""
    for look in looks[place:]:
        system = look.machines[name].system if name in look.machines else None
        if system is not None and system in look.departments:
            return system, look.departments[system]
    return None


def _is_off(name: str, looks: Sequence[Look], on: date) -> bool:
    """Whether a look that was still in force says that the machine had been off since then or earlier."""
    for at, look in enumerate(looks):
        state = look.machines.get(name)
        if state is None or state.off_on is None:
            continue
        later = [other.on for other in looks[at + 1 :] if name in other.machines]
        if state.off_on <= on and (not later or on < later[0]):
            return True
    return False


def _life(name: str, looks: Sequence[Look], created: date, measured: set[date], end: date) -> tuple[date, date, bool]:
    """First and last day, and whether it is gone after it: what the cloud tells, else the period's; a day with samples was one on which it existed."""
    has = [place for place, look in enumerate(looks) if name in look.machines]
    told = looks[has[-1]].machines[name].deleted_on
    last = told or end - timedelta(days=1)
    latest = max(measured, default=None)
    if has[-1] < len(looks) - 1:
        seen_on, absent_on = looks[has[-1]].on, looks[has[-1] + 1].on
        last = max(told or seen_on, min(latest, absent_on)) if latest else told or seen_on
    elif latest:
        last = max(last, latest)
    return min([created, *measured]), last, told is not None or has[-1] < len(looks) - 1


@dataclass(slots=True)
class Sum:
    """What one machine adds to one group and metric."""

    value: int = 0
    capacity: int = 0
    covered: int = 0
    expected: int = 0
    off: int = 0
    off_capacity: int = 0
    daily_peak: int = 0
    peak: int | None = None
    days: set[date] = field(default_factory=set)
    ppm: list[int] = field(default_factory=list)

    def add(self, day: Day, metric: str) -> None:
        """One more day."""
        found = day.samples[metric]
        covered = sum(one.seconds for one in found)
        capacity = sum(one.capacity * one.seconds for one in found)
        self.value += sum(one.value * one.seconds for one in found)
        self.capacity += capacity
        self.covered += covered
        self.expected += DAY
        if day.off:
            self.off += DAY - covered
            self.off_capacity += (DAY - covered) * getattr(day.state, SIZES[metric]) * MICRO
        if found:
            ppm = [one.value * PPM // one.capacity for one in found]
            self.ppm += ppm
            self.peak = max(ppm) if self.peak is None else max(self.peak, *ppm)
            self.daily_peak += max(ppm) * capacity
            self.days.add(day.on)


def group_of(kind: str, day: Day, pools: Mapping[str, Mapping[str, Any]]) -> str:
    """The group that a machine is in on a day."""
    pool = pools.get(day.state.pool)
    if kind == "server":
        return server_id(day.machine)
    if kind == "xinchuang":
        return "-" if pool is None else "xinchuang" if pool["xinchuang"] else "other"
    found = {
        "system": day.state.system, "department": day.department, "pool": pool["id"] if pool else day.state.pool,
        "zone": pool["zone_name"] if pool else None, "cloud": "sample-cloud", "city": "city", "tier": None,
    }[kind]  # fmt: skip
    return found or "-"


def pools_by_name() -> dict[str, dict[str, Any]]:
    """The catalogue's pools by every name they have."""
    service = yaml.safe_load(SERVICE.read_text("utf-8"))
    zones = {zone["id"]: zone["name"] for zone in service["zones"]}
    pools = [pool | {"zone_name": zones[pool["zone"]]} for pool in service["pools"]]
    return {name: pool for pool in pools for name in (pool["id"], *pool["aliases"])}


Figures = dict[tuple[str, str, str], dict[str, Any]]


def use_rates(days: Iterable[Day], kind: str, *, zero: bool) -> Figures:
    """The rates of use of every group of a kind: by group, metric and statistic."""
    pools = pools_by_name()
    sums: dict[tuple[str, str], dict[str, Sum]] = {}
    for day in days:
        for metric in METRICS:
            machines = sums.setdefault((group_of(kind, day, pools), metric), {})
            machines.setdefault(day.machine, Sum()).add(day, metric)
    found: Figures = {}
    for (group, metric), members in sums.items():
        for statistic, figure in _statistics(list(members.values()), zero=zero).items():
            found[group, metric, statistic] = figure
    for group in {group for group, _ in sums}:
        means = {metric: found[group, metric, "weighted_mean"] for metric in WEIGHTS}
        known = all(mean["numerator"] is not None for mean in means.values())
        total = sum((w * PPM * Fraction(means[m]["numerator"], means[m]["denominator"]) for m, w in WEIGHTS.items()), Fraction(0)) if known else None  # fmt: skip
        found[group, "combined", "combined"] = {
            "numerator": None if total is None else int(total),
            "denominator": PPM if known else 0,
        }
    return found


def _statistics(machines: Sequence[Sum], *, zero: bool) -> dict[str, dict[str, Any]]:
    covered, off = sum(one.covered for one in machines), sum(one.off for one in machines)
    expected, counted = sum(one.expected for one in machines), off if zero else 0
    capacity = sum(one.capacity for one in machines)
    own = [one.value * PPM // one.capacity for one in machines if one.capacity]
    peaks = [one.peak for one in machines if one.peak is not None]
    ppm = sorted(min(p // 10_000, 100) for one in machines for p in one.ppm)
    common = {
        "covered_seconds": covered + counted, "expected_seconds": expected - off + counted, "off_seconds": off, "off_counted_seconds": counted,
        "servers": len(machines), "measured_servers": sum(1 for one in machines if one.ppm), "days": len(set().union(*(one.days for one in machines))),
    }  # fmt: skip
    pairs: dict[str, tuple[int | None, int]] = {
        "weighted_mean": (sum(one.value for one in machines), capacity + (sum(one.off_capacity for one in machines) if zero else 0)),
        "simple_mean": (sum(own), len(own) * PPM),
        "peak": (max(peaks, default=None), PPM),
        "hour_peak": (max(peaks, default=None), PPM),  # a sample an hour
        "mean_daily_peak": (sum(one.daily_peak for one in machines), capacity * PPM),
        "p95": (min(ppm[-(-len(ppm) * 95 // 100) - 1] + 1, 100) if ppm else None, 100),
    }  # fmt: skip
    rated = covered + counted > 0
    return {
        name: common | ({"numerator": n, "denominator": d} if rated and n is not None and d else {"numerator": None, "denominator": 0})
        for name, (n, d) in pairs.items()
    }  # fmt: skip


def allocation_rates(days: Iterable[Day], kind: str, start: date, end: date) -> Figures:
    """Allocation of the catalogue's pools, over the period and on its last day, with and without reserved orders."""
    pools = pools_by_name()
    own = {pool["id"]: pool for pool in pools.values()}
    found: dict[tuple[str, str], dict[str, int]] = {}
    parts = {"cpu": ("cpu_cores", "vcpu_ratio", "vcpu"), "memory": ("memory_gib", "memory_ratio", "memory_gib"), "storage": ("storage_gib", "storage_ratio", "storage_gib")}  # fmt: skip

    def row(pool: Mapping[str, Any], metric: str) -> dict[str, int]:
        group = {"pool": pool["id"], "zone": pool["zone_name"], "cloud": "sample-cloud", "city": "city",
                 "xinchuang": "xinchuang" if pool["xinchuang"] else "other"}[kind]  # fmt: skip
        return found.setdefault((group, metric), dict.fromkeys(("held_s", "given_s", "held", "given", "locked"), 0))

    for pool in own.values():
        for metric, (part, ratio, ordered) in parts.items():
            for number in range((end - start).days):
                on = start + timedelta(days=number)
                batches = [b["adds"] for b in pool.get("expansions", ()) if b["available_on"] <= on]
                given = int(sum(p[part] for p in (pool["physical"], *batches)) * pool["overcommit"][ratio]) * MICRO
                row(pool, metric)["given_s"] += given * DAY
                if on == end - timedelta(days=1):
                    row(pool, metric)["given"] += given
                    for order in pool.get("reserved", ()):
                        if order["from_on"] <= on and ("until_on" not in order or on < order["until_on"]):
                            row(pool, metric)["locked"] += order["amount"][ordered] * MICRO
    for day in days:
        if day.state.pool in pools:
            for metric, size in SIZES.items():
                held = getattr(day.state, size) * MICRO
                row(pools[day.state.pool], metric)["held_s"] += held * DAY
                if day.on == end - timedelta(days=1) and not day.left:
                    row(pools[day.state.pool], metric)["held"] += held
    rates: Figures = {
        (group, metric, name): {"numerator": one[n] + (one["locked"] if name == "allocation_with_orders" else 0), "denominator": one[d]}
        for (group, metric), one in found.items()
        for name, n, d in (("allocation", "held_s", "given_s"), ("allocation_end", "held", "given"), ("allocation_with_orders", "held", "given"))
    }  # fmt: skip
    for group in {group for group, _ in found}:
        ends = {metric: rates[group, metric, "allocation_end"] for metric in WEIGHTS}
        total = sum(
            (w * PPM * Fraction(ends[m]["numerator"], ends[m]["denominator"]) for m, w in WEIGHTS.items()), Fraction(0)
        )
        rates[group, "combined", "combined_allocation"] = {"numerator": int(total), "denominator": PPM}
    return rates
