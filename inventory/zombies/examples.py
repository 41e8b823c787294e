"""Worked examples of zombie rules: the facts that a catalogue file gives as words → `SystemFacts`, and whether they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from catalogs.models_remarks import NO_REMARKS, RemarkFiles
from catalogs.models_rules import ClassWords, RuleExample, ZombieRule
from inventory.model import System, Value
from inventory.telemetry.form import Period, trailing_months
from inventory.zombies.class_hints import class_words_of, hinted_class, remarks_of
from inventory.zombies.judge import judge_facts, result_of
from inventory.zombies.operators import NOBODY, Operators
from inventory.zombies.second_look import OF_THE_WHOLE
from inventory.zombies.system_facts import SystemFacts
from inventory.zombies.system_months import ACTIVITY, MonthOfUse

TODAY = date(2026, 4, 1)  # of every example
AS_OF = datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)
_DAYS = frozenset({"last_login_on", "contract_end_on", "last_update_on", "online_on"})
_NUMBERS = frozenset({"logins_month", "visits_month", "cases_month", "active_users"})
_TEXTS = frozenset({"replaced_by", "zombie_reasons", "remark", "status", "disposal", "url"})


def facts_from(
    given: Mapping[str, str],
    words: Sequence[ClassWords] = (),
    operators: Operators = NOBODY,
    remarks: RemarkFiles = NO_REMARKS,
) -> SystemFacts:
    """The facts of an example.

    Fields of the ledger by their names; `servers`, `servers_off`, `off_since`; `cpu`, `memory` as three monthly means
    (`-`: not measured), `cpu_peak` the highest hour (of the first month, a per mille less in each later one, unless `cpu_peak_repeats`), `…_daily_peak`, `network` in Mbit/s, `network_rest` outside the busiest hour of each day, `network_hours` in how many hours a day its busiest server has traffic, `network_workday` and `network_weekend` typical of such days, `network_workday_hours` and `network_weekend_hours` with traffic on such days, `disk_io` in MiB/s, `storage`, `coverage`;
    `ledger_latest`: the latest date in its unit's ledger; `namesakes`: systems of its unit called the same but for an addition; `logged`: the share of each month that logs cover; `same_update`: the share of systems updated on the same day; `measured_logins`, `measured_visits`, `measured_records`, `measured_machine_visits` over the three months.

    Raises:
        KeyError: a name that means nothing.
    """
    known = {
        "zombie_declared", "system_class", "users", "name", "servers", "servers_off", "off_since", "cpu", "cpu_peak", "cpu_peak_repeats", "cpu_daily_peak", "memory",
        "memory_daily_peak", "network", "network_rest", "network_hours", "network_workday", "network_weekend", "network_workday_hours", "network_weekend_hours", "namesakes", "ledger_latest", "disk_io", "storage", "coverage", "same_update", "logged", *_DAYS, *_NUMBERS, *_TEXTS, *(f"measured_{name}" for name in ACTIVITY),
    }  # fmt: skip
    unknown = sorted(set(given) - known)
    if unknown:
        raise KeyError(unknown[0])
    periods = trailing_months(TODAY, 3)
    servers = int(given.get("servers", "1"))
    return SystemFacts(
        system=_system(given),
        months=tuple(_month(given, place, period) for place, period in enumerate(periods)),
        window=Period(periods[0].start_on, periods[-1].end_on),
        coverage=_coverage(given),
        servers=servers,
        servers_off=int(given.get("servers_off", "0")),
        off_since=date.fromisoformat(given["off_since"]) if "off_since" in given else None,
        name_hint=hinted_class(
            words, given.get("name", ""), given.get("remark", ""), given.get("status", ""), remarks=remarks
        ),
        namesakes=tuple(given.get("namesakes", "").split()),
        ledger_latest_on=date.fromisoformat(given["ledger_latest"]) if "ledger_latest" in given else None,
        same_update_ratio=float(given["same_update"]) if "same_update" in given else None,
        login_by_operator=operators.logged_in(given.get("remark", "")),
    )


def _system(given: Mapping[str, str]) -> System:
    fields: dict[str, Value] = {name: float(given[name]) for name in _NUMBERS & set(given)}
    fields |= {name: given[name] for name in _TEXTS & set(given)}
    fields |= {"sys_name": given["name"]} if "name" in given else {}
    days: dict[str, Any] = {name: date.fromisoformat(given[name]) for name in _DAYS & set(given)}
    declared = given.get("zombie_declared")
    return System(
        id="sys-example", name=given.get("name", "例"), department=None, department_id=None, secrecy="unclassified",
        system_class=given.get("system_class"), status=given.get("status"), users=int(given["users"]) if "users" in given else None,
        zombie_declared=None if declared is None else declared == "true", fields=fields, **days,
    )  # fmt: skip


def _coverage(given: Mapping[str, str]) -> float | None:
    if "cpu" not in given:
        return None
    return float(given.get("coverage", "1"))


def _month(given: Mapping[str, str], place: int, period: Period) -> MonthOfUse:
    def mean(name: str) -> float | None:
        values = given.get(name, "- - -").split()
        return None if values[place] == "-" else float(values[place])

    def same(name: str) -> float | None:
        return float(given[name]) if name in given else None

    cpu = mean("cpu")
    activity = {name: float(given[f"measured_{name}"]) / 3 for name in ACTIVITY if f"measured_{name}" in given}
    return MonthOfUse(
        period=period, coverage=None if cpu is None else _coverage(given), cpu_mean_ratio=cpu, cpu_hour_peak_ratio=_peak(given, place),
        cpu_daily_peak_ratio=same("cpu_daily_peak"), memory_mean_ratio=mean("memory"), memory_daily_peak_ratio=same("memory_daily_peak"),
        storage_ratio=same("storage"), network_mbit_s=same("network"), network_rest_mbit_s=same("network_rest"), network_over_ratio=None if (hours := same("network_hours")) is None else hours / 24,
        network_workday_mbit_s=same("network_workday"), network_weekend_mbit_s=same("network_weekend"),
        network_workday_hours=same("network_workday_hours"), network_weekend_hours=same("network_weekend_hours"), disk_io_mib_s=same("disk_io"), activity=activity, logged_ratio=same("logged"),
    )  # fmt: skip


def _peak(given: Mapping[str, str], place: int) -> float | None:
    if "cpu_peak" not in given:
        return None
    return float(given["cpu_peak"]) * (1 if "cpu_peak_repeats" in given else 1 - place / 1000)


def failing(rules: Iterable[ZombieRule]) -> list[tuple[ZombieRule, RuleExample, str]]:
    """The worked examples that do not come out as their file says, with what they give; for `catalogs check`.

    An example that names a fact nobody knows, or whose rule has no function, gives the reason instead.
    """
    known = list(rules)
    found = []
    for rule in known:
        for example in rule.examples:
            try:
                got = outcome(rule, example, known)
            except (KeyError, ValueError, IndexError) as error:
                got = f"? {error}"
            if got != example.expect:
                found.append((rule, example, got))
    return found


def outcome(rule: ZombieRule, example: RuleExample, rules: Iterable[ZombieRule]) -> str:
    """What a rule says about an example: `zombie` for a hit, `in_use` for none, `unknown`.

    Rules of the whole, the composite and the scales, are asked through the whole verdict, with all other rules.
    """
    known = list(rules)
    facts = facts_from(example.given, class_words_of(known), Operators.of(known), remarks_of(known))
    if rule.criterion in OF_THE_WHOLE:
        return judge_facts([facts], known, AS_OF)[0].state
    hit = result_of(facts, rule, TODAY).hit
    return {True: "zombie", False: "in_use", None: "unknown"}[hit]
