"""What is known about a system when zombie rules look at it: its ledger, its servers, its usage by month, who calls it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from catalogs.models_rules import ClassWords
from inventory.class_hints import hints_of
from inventory.model import Inventory, Server, System
from inventory.operators import NOBODY, Operators
from inventory.system_namesakes import namesakes_of
from inventory.telemetry import DAY_SECONDS, LOCAL_ZONE, MICRO, PPM, Period, trailing_months
from inventory.telemetry_groups import Groups
from inventory.telemetry_query import Measured, Rollup, measure

MONTHS = 3
SEVERAL_UNITS = 2  # other units whose ledgers name a system: practice (U); one may have copied last year's ledger
ACTIVITY = ("visits", "logins", "records", "machine_visits")
METRICS = ("cpu", "memory", "storage", "network", "disk_io", *ACTIVITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfUse:
    """Usage of a system's servers in one month; `None` where nothing was measured. Ratios are 0–1.

    `cpu_hour_peak_ratio` is the highest hourly mean of any server, `network_mbit_s` and `disk_io_mib_s` the mean of a server,
    `activity` counts events (visits, logins, records; visits of machines, which are no use), `logged_ratio` is the share of
    the month that the best of their logs covers, 0–1. `network_rest_mbit_s` and `disk_io_rest_mib_s` are the means outside the
    busiest clock hour of each day of each server: what is left of a nightly backup of one hour is the floor.
    """

    period: Period
    coverage: float | None
    cpu_mean_ratio: float | None
    cpu_hour_peak_ratio: float | None
    cpu_daily_peak_ratio: float | None
    memory_mean_ratio: float | None
    memory_daily_peak_ratio: float | None
    storage_ratio: float | None
    network_mbit_s: float | None
    activity: Mapping[str, float]
    disk_io_mib_s: float | None = None
    logged_ratio: float | None = None
    network_rest_mbit_s: float | None = None
    disk_io_rest_mib_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What the rules said of a system a month or more ago, by what was known then; `hits` are the rules that fired."""

    as_of: datetime
    state: str
    hits: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """For `--json` and the inputs of a report."""
        return {"as_of": self.as_of.isoformat().replace("+00:00", "Z"), "state": self.state, "hits": list(self.hits)}

    @staticmethod
    def from_json(raw: Mapping[str, Any]) -> Earlier:
        """The inverse of `as_json`."""
        return Earlier(as_of=datetime.fromisoformat(raw["as_of"]), state=raw["state"], hits=tuple(raw["hits"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemFacts:
    """One system at `as_of`. `months` are the last three, oldest first; `coverage` is that of CPU over all of them.

    `name_hint` is the class that its name suggests (inventory/class_hints.py), `before` the verdicts of the months
    before, the latest first (inventory/zombie_history.py). `same_update_ratio` is the share of all systems with a known
    last update that were last updated on the very same day, 0–1: high on an operator's patch day. `callers_operating` are
    systems of the operator that call it, `login_by_operator` says that its last login was the operator's: both are no use.
    `callers_linking` are portals, and systems of other units, whose ledgers name it: a sign of use, but less than a call that
    was measured or that its own unit names. `namesakes` are systems of its unit that are called the same but for an addition,
    and the one that its ledger says replaced it (inventory/system_namesakes.py).
    """

    system: System
    months: tuple[MonthOfUse, ...]
    window: Period
    coverage: float | None
    servers: int
    servers_off: int
    off_since: date | None
    callers_measured: tuple[str, ...] = ()
    callers_declared: tuple[str, ...] = ()
    name_hint: str | None = None
    before: tuple[Earlier, ...] = ()
    same_update_ratio: float | None = None
    callers_operating: tuple[str, ...] = ()
    login_by_operator: bool = False
    callers_linking: tuple[str, ...] = ()
    namesakes: tuple[str, ...] = ()

    def number(self, name: str) -> float | None:
        """A ledger field as a number, or `None` where it is not known."""
        value = self.system.fields.get(name)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def text(self, name: str) -> str | None:
        """A ledger field as text, or `None` where it is empty."""
        value = self.system.fields.get(name)
        joined = "、".join(value) if isinstance(value, tuple) else value
        return str(joined).strip() or None if joined is not None else None


def window_end(as_of: datetime, zone: str = LOCAL_ZONE) -> date:
    """The day after the last full local day at an instant; the last second of a day completes it."""
    return (as_of.astimezone(ZoneInfo(zone)) + timedelta(seconds=1)).date()


def facts_of(
    inventory: Inventory,
    rollup: Rollup,
    as_of: datetime,
    *,
    words: Sequence[ClassWords] = (),
    operators: Operators = NOBODY,
    months: int = MONTHS,
) -> tuple[SystemFacts, ...]:
    """The facts of every system, in the order of the inventory; `words` suggest classes (inventory/class_hints.py), `operators` are of no use."""
    periods = trailing_months(window_end(as_of), months)
    belonging = [server for server in inventory.servers if server.system_id]
    owners = Groups.of_kinds(belonging, {"system": [server.system_id or "" for server in belonging]})
    measured: dict[str, list[Measured]] = defaultdict(list)
    present = tuple(metric for metric in METRICS if metric == "cpu" or metric in rollup.metrics)
    for row in measure(rollup, belonging, owners, periods, metrics=present):
        measured[row.group].append(row)
    servers: dict[str, list[Server]] = defaultdict(list)
    for server in belonging:
        servers[server.system_id or ""].append(server)
    callers, updates = _callers(inventory, periods[0].start_on, operators), _same_update(inventory.systems)
    hint, namesakes = hints_of(words), namesakes_of(inventory.systems)
    return tuple(
        _facts(system, servers[system.id], measured[system.id], periods, callers.get(system.id, {}), hint, updates, operators, namesakes.get(system.id, ()))
        for system in inventory.systems
    )  # fmt: skip


def _same_update(systems: Iterable[System]) -> dict[date, float]:
    """The share of systems that were last updated on each day, of those whose day is known.

    First and last days of months are mostly months, no days. A day of fewer than five systems, or of one or two units, may
    be chance, or a unit's own release.
    """
    units: dict[date, list[str | None]] = defaultdict(list)
    for system in systems:
        if system.last_update_on is not None:
            units[system.last_update_on].append(system.department_id or system.department)
    known = sum(map(len, units.values()))
    return {day: len(of) / known if _of_many(day, of) else 0.0 for day, of in units.items()}


def _of_many(day: date, units: Sequence[str | None]) -> bool:
    whole_month = day.day == 1 or (day + timedelta(days=1)).day == 1
    return not whole_month and len(units) >= 5 and len(set(units)) >= 3


def _callers(inventory: Inventory, since: date, operators: Operators) -> dict[str, dict[str, tuple[str, ...]]]:
    """Who calls whom; traffic that was last seen before the window is no more, and the operator's systems stand apart.

    What one other unit's ledger says of a link may be out of date; where several units say so independently, it is a call.
    """
    watching = {system.id for system in inventory.systems if operators.runs(system.name)}
    units = {system.id: system.department_id or system.department for system in inventory.systems}
    portals = {system.id for system in inventory.systems if operators.links(system.name)}
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    foreigners: dict[str, set[str | None]] = defaultdict(set)
    for dependency in inventory.dependencies:
        if dependency.basis == "declared" and dependency.consumer not in portals | watching:
            foreigners[dependency.provider].add(units.get(dependency.consumer))
    for dependency in inventory.dependencies:
        over = dependency.last_seen_on is not None and dependency.last_seen_on < since
        if dependency.consumer != dependency.provider and not over:
            unit = units.get(dependency.provider)
            several = len(foreigners[dependency.provider] - {unit}) >= SEVERAL_UNITS
            foreign = units.get(dependency.consumer) != unit and not several
            link = dependency.basis == "declared" and (foreign or dependency.consumer in portals)
            basis = "operating" if dependency.consumer in watching else "linking" if link else dependency.basis
            found[dependency.provider][basis].add(dependency.consumer)
    return {provider: {basis: tuple(sorted(ids)) for basis, ids in by.items()} for provider, by in found.items()}


def _facts(
    system: System,
    servers: Sequence[Server],
    rows: Iterable[Measured],
    periods: Sequence[Period],
    callers: Mapping[str, tuple[str, ...]],
    hint: Callable[[str, str, str], str | None],
    updates: Mapping[date, float],
    operators: Operators,
    namesakes: tuple[str, ...],
) -> SystemFacts:
    by_part: dict[int, dict[str, Measured]] = defaultdict(dict)
    for row in rows:
        by_part[row.part][row.metric] = row
    present = [server for server in servers if server.deleted_on is None]
    off = [server for server in present if server.power == "off"]
    since = [server.powered_off_on for server in off]
    known = [day for day in since if day is not None]
    remark = str(system.fields.get("remark") or "")
    cpu = [by_part[part]["cpu"] for part in range(len(periods)) if "cpu" in by_part[part]]
    return SystemFacts(
        system=system,
        months=tuple(_month(period, by_part[part]) for part, period in enumerate(periods)),
        window=Period(periods[0].start_on, periods[-1].end_on),
        coverage=_share(sum(row.covered_seconds for row in cpu), sum(row.expected_seconds for row in cpu)),
        servers=len(present),
        servers_off=len(off),
        off_since=max(known) if present and len(off) == len(present) == len(known) else None,
        callers_measured=callers.get("measured", ()),
        callers_declared=callers.get("declared", ()),
        callers_operating=callers.get("operating", ()),
        callers_linking=callers.get("linking", ()),
        login_by_operator=bool(remark) and operators.logged_in(remark),
        name_hint=hint(_own_name(system), remark, system.status or ""),
        namesakes=namesakes,
        same_update_ratio=None if system.last_update_on is None else updates[system.last_update_on],
    )


def _own_name(system: System) -> str:
    """The name without its unit's: every system of 市应急管理局 would suggest an emergency else."""
    return system.name.replace(system.department or "\0", "")


def _month(period: Period, by: Mapping[str, Measured]) -> MonthOfUse:
    cpu, memory, network = by.get("cpu"), by.get("memory"), by.get("network")
    return MonthOfUse(
        period=period,
        coverage=_share(cpu.covered_seconds, cpu.expected_seconds) if cpu else None,
        cpu_mean_ratio=_mean(cpu),
        cpu_hour_peak_ratio=_ppm(cpu.hour_peak_ppm if cpu else None),
        cpu_daily_peak_ratio=_daily_peak(cpu),
        memory_mean_ratio=_mean(memory),
        memory_daily_peak_ratio=_daily_peak(memory),
        storage_ratio=_mean(by.get("storage")),
        network_mbit_s=_per_server(network),
        disk_io_mib_s=_per_server(by.get("disk_io")),
        network_rest_mbit_s=_rest_per_server(network),
        disk_io_rest_mib_s=_rest_per_server(by.get("disk_io")),
        logged_ratio=_logged(period, (by[name] for name in ACTIVITY if name in by)),
        activity={
            name: by[name].value_s / MICRO / 3600 for name in ACTIVITY if name in by and by[name].covered_seconds
        },
    )


def _logged(period: Period, rows: Iterable[Measured]) -> float | None:
    """The share of a month that the best of some logs covers; the front of a system has one, not every server."""
    covered = max((row.covered_seconds for row in rows), default=0)
    return min(covered / (period.days * DAY_SECONDS), 1.0) if covered else None


def _per_server(row: Measured | None) -> float | None:
    return row.value_s / MICRO / row.covered_seconds if row and row.covered_seconds else None


def _rest_per_server(row: Measured | None) -> float | None:
    """The mean outside each day's busiest hour; `None` where nothing else was measured."""
    seconds = row.covered_seconds - row.busiest_seconds if row else 0
    return (row.value_s - row.busiest_value_s) / MICRO / seconds if row and seconds > 0 else None


def _mean(row: Measured | None) -> float | None:
    return row.value_s / row.capacity_s if row and row.capacity_s else None


def _daily_peak(row: Measured | None) -> float | None:
    return row.daily_peak_s / (row.capacity_s_measured * PPM) if row and row.capacity_s_measured else None


def _ppm(value: int | None) -> float | None:
    return None if value is None else value / PPM


def _share(part: int, whole: int) -> float | None:
    return min(part / whole, 1.0) if whole else None
