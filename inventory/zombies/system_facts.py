"""What is known about a system when zombie rules look at it: its ledger, its servers, its usage by month, who calls it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from catalogs.models_remarks import NO_REMARKS, RemarkFiles
from catalogs.models_rules import ClassWords
from inventory.model import Inventory, Server, System
from inventory.telemetry.form import LOCAL_ZONE, Period, months_before, trailing_months
from inventory.telemetry.groups import Groups
from inventory.telemetry.query import Measured, Rollup, measure
from inventory.zombies.class_hints import hints_of
from inventory.zombies.operators import NOBODY, Operators
from inventory.zombies.system_callers import callers_of
from inventory.zombies.system_months import ACTIVITY, MonthOfUse, Traffic, month_of, share_of, traffic_of
from inventory.zombies.system_namesakes import namesakes_of
from inventory.zombies.system_rhythm import Hours, hours_of, looked_at

MONTHS = 3
TWO, MONTHS_OF_A_YEAR = 2, 12
SEVERAL_SYSTEMS = 3  # of a unit, whose dates tell from when its ledger is: practice (U)
METRICS = ("cpu", "memory", "storage", "network", "disk_io", *ACTIVITY)


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

    `name_hint` is the class that its name suggests (inventory/zombies/class_hints.py), `before` the verdicts of the months
    before, the latest first (inventory/zombies/history.py). `same_update_ratio` is the share of all systems with a known
    last update that were last updated on the very same day, 0–1: high on an operator's patch day. `callers_operating` are
    systems of the operator that call it, `login_by_operator` says that its last login was the operator's: both are no use.
    `callers_linking` are portals, and systems of other units, whose ledgers name it: a sign of use, but less than a call that
    was measured or that its own unit names. `namesakes` are systems of its unit that are called the same but for an addition,
    and the one that its ledger says replaced it (inventory/zombies/system_namesakes.py). `ledger_latest_on` is the latest login or update
    that its unit wrote down of any system: where that is long ago, the ledger is an old one, and its dates end there.
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
    ledger_latest_on: date | None = None

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
    remarks: RemarkFiles = NO_REMARKS,
    operators: Operators = NOBODY,
    traffic_mbit_s: float | None = None,
    months: int = MONTHS,
) -> tuple[SystemFacts, ...]:
    """The facts of every system, in the order of the inventory.

    Args:
        inventory: at `as_of`.
        rollup: the daily roll-ups.
        as_of: the end of the window.
        words: which suggest classes (inventory/zombies/class_hints.py).
        remarks: words by which remarks are read that tell a class otherwise.
        operators: whose logins and calls are no use.
        traffic_mbit_s: from which on a server counts as having traffic; `None`: hours with traffic are not counted.
        months: how many are looked at.
    """
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
    traffic = traffic_of(rollup, belonging, periods, traffic_mbit_s)
    around = _Around.of(inventory, periods[0].start_on, periods[-1].end_on, hints_of(words, remarks), operators)
    quiet = looked_at(inventory.systems, traffic, periods[0].start_on)
    hours = hours_of(rollup, belonging, quiet, periods, traffic_mbit_s)
    return tuple(
        _facts(
            system,
            servers[system.id],
            measured[system.id],
            (traffic.get(system.id, ()), hours.get(system.id, ())),
            periods,
            around,
        )
        for system in inventory.systems
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What is looked up for each system in all systems of the inventory, and in the catalogue."""

    callers: Mapping[str, Mapping[str, tuple[str, ...]]]
    hint: Callable[[str, str, str], str | None]
    updates: Mapping[date, float]
    latest: Mapping[str | None, date]
    namesakes: Mapping[str, tuple[str, ...]]
    operators: Operators

    @staticmethod
    def of(
        inventory: Inventory, since: date, on: date, hint: Callable[[str, str, str], str | None], operators: Operators
    ) -> _Around:
        return _Around(
            callers=callers_of(inventory, since, operators), hint=hint, updates=_same_update(inventory.systems),
            latest=latest_dates(inventory.systems, on), namesakes=namesakes_of(inventory.systems), operators=operators,
        )  # fmt: skip


def unit_of(system: System) -> str | None:
    """The unit whose ledger names a system."""
    return system.department_id or system.department


def latest_dates(systems: Iterable[System], on: date) -> dict[str | None, date]:
    """By unit the latest login or update in its ledger, where it wrote one down of several systems.

    Of a unit with two such systems only where that is what last year's ledger would say: its latest date lies in the month that
    ended a year ago.
    """
    found: dict[str | None, list[date]] = defaultdict(list)
    for system in systems:
        known = [day for day in (system.last_login_on, system.last_update_on) if day is not None]
        if known:
            found[unit_of(system)].append(max(known))
    last_year = (months_before(on, MONTHS_OF_A_YEAR + 1), months_before(on, MONTHS_OF_A_YEAR))
    return {
        unit: max(days)
        for unit, days in found.items()
        if len(days) >= SEVERAL_SYSTEMS or (len(days) == TWO and last_year[0] <= max(days) <= last_year[1])
    }


def _same_update(systems: Iterable[System]) -> dict[date, float]:
    """The share of systems that were last updated on each day, of those whose day is known.

    First and last days of months are mostly months, no days. A day of fewer than five systems, or of one or two units, may
    be chance, or a unit's own release.
    """
    units: dict[date, list[str | None]] = defaultdict(list)
    for system in systems:
        if system.last_update_on is not None:
            units[system.last_update_on].append(unit_of(system))
    known = sum(map(len, units.values()))
    return {day: len(of) / known if _of_many(day, of) else 0.0 for day, of in units.items()}


def _of_many(day: date, units: Sequence[str | None]) -> bool:
    whole_month = day.day == 1 or (day + timedelta(days=1)).day == 1
    return not whole_month and len(units) >= 5 and len(set(units)) >= 3


def _facts(
    system: System,
    servers: Sequence[Server],
    rows: Iterable[Measured],
    spread: tuple[Sequence[Traffic], Sequence[Hours | None]],
    periods: Sequence[Period],
    around: _Around,
) -> SystemFacts:
    traffic, hours = spread
    by_part: dict[int, dict[str, Measured]] = defaultdict(dict)
    for row in rows:
        by_part[row.part][row.metric] = row
    present = [server for server in servers if server.deleted_on is None]
    off = [server for server in present if server.power == "off"]
    since = [server.powered_off_on for server in off]
    known = [day for day in since if day is not None]
    remark, callers = str(system.fields.get("remark") or ""), around.callers.get(system.id, {})
    kind = (
        "" if system.system_class else str(system.fields.get("sys_class") or "")
    )  # in words that name no class we know
    cpu = [by_part[part]["cpu"] for part in range(len(periods)) if "cpu" in by_part[part]]
    return SystemFacts(
        system=system,
        months=tuple(
            month_of(period, by_part[part], traffic[part] if traffic else Traffic(), hours[part] if hours else None)
            for part, period in enumerate(periods)
        ),
        window=Period(periods[0].start_on, periods[-1].end_on),
        coverage=share_of(sum(row.covered_seconds for row in cpu), sum(row.expected_seconds for row in cpu)),
        servers=len(present),
        servers_off=len(off),
        off_since=max(known) if present and len(off) == len(present) == len(known) else None,
        callers_measured=callers.get("measured", ()),
        callers_declared=callers.get("declared", ()),
        callers_operating=callers.get("operating", ()),
        callers_linking=callers.get("linking", ()),
        login_by_operator=bool(remark) and around.operators.logged_in(remark),
        name_hint=around.hint(_own_name(system), f"{remark}\n{kind}", f"{system.status or ''}\n{kind}"),
        namesakes=around.namesakes.get(system.id, ()),
        same_update_ratio=None if system.last_update_on is None else around.updates[system.last_update_on],
        ledger_latest_on=around.latest.get(unit_of(system)),
    )


def _own_name(system: System) -> str:
    """The name without its unit's: every system of 市应急管理局 would suggest an emergency else."""
    return system.name.replace(system.department or "\0", "")
