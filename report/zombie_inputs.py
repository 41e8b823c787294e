"""What the zombie rules look at, one line for each system, so that every verdict can be given again from the evidence.

A caller whose name may not be shown stands as `undisclosed` where it is in use, as `undisclosed-unknown` where that is not
known, and is left out where the rules find it dead; so the verdicts here are those of `govcloud zombies list`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from catalogs.models_rules import Statement, ZombieRule
from inventory.fields import ZOMBIE_REASONS
from inventory.model import Inventory, System, Value
from inventory.telemetry.form import Period
from inventory.telemetry.query import Rollup
from inventory.usage.by_day import daily_shares
from inventory.zombies.judge import judge_facts
from inventory.zombies.statements import text_of
from inventory.zombies.system_facts import Earlier, SystemFacts
from inventory.zombies.system_months import MonthOfUse
from inventory.zombies.verdict import RuleResult, Verdict, idle_line
from report.facts import Finding
from report.zombie_words import said_of, statements_of

# Fields of the ledger that a rule reads; everything else stays in the store. Of free text (the `statements` of the rules)
# only the catalogue's words are kept: report/zombie_words.py.
RULE_FIELDS = (
    "logins_month",
    "visits_month",
    "visits_day",
    "cases_month",
    "active_users",
    "replaced_by",
    "zombie_reasons",
)
_DATES = ("contract_end_on", "last_login_on", "last_update_on", "online_on")
_PLAIN = ("system_class", "status", "zombie_declared", "users")
UNDISCLOSED, UNDISCLOSED_UNKNOWN = "undisclosed", "undisclosed-unknown"
HIDDEN_CALLERS = frozenset({UNDISCLOSED, UNDISCLOSED_UNKNOWN})


def rows_of(
    facts: Sequence[SystemFacts], rules: Sequence[ZombieRule], as_of: datetime, shown: Collection[str], *,
    inventory: Inventory, rollup: Rollup,
) -> list[dict[str, object]]:  # fmt: skip
    """One row for each system that may be shown; those that the rules suspect with their use by day."""
    states = {verdict.system_id: verdict.state for verdict in judge_facts(facts, rules, as_of)}
    dead = {system_id for system_id, state in states.items() if state == "zombie"}
    suspected = {
        one.id: one.system_id for one in inventory.servers if one.system_id and one.system_id in dead & set(shown)
    }
    daily = daily_shares(rollup, suspected, "cpu", facts[0].window) if facts else {}
    calls, statements = calls_of(inventory, shown), statements_of(rules)
    return [
        {
            **_row(_callers_named(row, states, shown), statements),
            "calls": calls.get(row.system.id, []),
            "daily_cpu": [None if day is None else [round(amount, 3) for amount in day] for day in daily.get(row.system.id, ())],
        }
        for row in facts if row.system.id in shown
    ]  # fmt: skip


def calls_of(inventory: Inventory, shown: Collection[str]) -> dict[str, list[str]]:
    """The systems that each one calls; what may not be shown stands as `undisclosed`."""
    found: dict[str, set[str]] = {}
    for one in inventory.dependencies:
        if one.consumer != one.provider:
            found.setdefault(one.consumer, set()).add(one.provider if one.provider in shown else UNDISCLOSED)
    return {consumer: sorted(providers) for consumer, providers in sorted(found.items())}


def _callers_named(row: SystemFacts, states: Mapping[str, str], shown: Collection[str]) -> SystemFacts:
    def one(caller: str) -> str:
        if caller in shown:
            return caller
        return UNDISCLOSED_UNKNOWN if states.get(caller) == "unknown" else UNDISCLOSED

    def named(callers: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted({one(caller) for caller in callers if caller in shown or states.get(caller) != "zombie"}))

    return replace(
        row,
        callers_measured=named(row.callers_measured),
        callers_declared=named(row.callers_declared),
        callers_operating=named(row.callers_operating),
        callers_linking=named(row.callers_linking),
        namesakes=named(row.namesakes),
    )


def _row(row: SystemFacts, statements: Sequence[Statement]) -> dict[str, object]:
    system = row.system
    return {
        "system_id": system.id,
        "system": {
            **{name: getattr(system, name) for name in _PLAIN},
            **{name: _day(getattr(system, name)) for name in _DATES},
            "fields": {**_fields(system), **_words(row, statements)},
        },
        "months": [
            {
                **month.period.as_json(), "coverage": month.coverage, "cpu_mean_ratio": month.cpu_mean_ratio,
                "cpu_hour_peak_ratio": month.cpu_hour_peak_ratio, "cpu_daily_peak_ratio": month.cpu_daily_peak_ratio,
                "memory_mean_ratio": month.memory_mean_ratio, "memory_daily_peak_ratio": month.memory_daily_peak_ratio,
                "storage_ratio": month.storage_ratio, "network_mbit_s": month.network_mbit_s, "disk_io_mib_s": month.disk_io_mib_s, "activity": dict(month.activity), "logged_ratio": month.logged_ratio,
                "network_rest_mbit_s": month.network_rest_mbit_s, "disk_io_rest_mib_s": month.disk_io_rest_mib_s,
                "network_over_ratio": month.network_over_ratio, "network_workday_mbit_s": month.network_workday_mbit_s,
                "network_weekend_mbit_s": month.network_weekend_mbit_s,
            }
            for month in row.months
        ],
        "window": row.window.as_json(),
        "coverage": row.coverage,
        "servers": row.servers,
        "servers_off": row.servers_off,
        "off_since": _day(row.off_since),
        "callers_measured": list(row.callers_measured),
        "callers_declared": list(row.callers_declared),
        "name_hint": row.name_hint,
        "same_update_ratio": row.same_update_ratio,
        "callers_operating": list(row.callers_operating),
        "callers_linking": list(row.callers_linking),
        "namesakes": list(row.namesakes),
        "ledger_latest_on": _day(row.ledger_latest_on),
        "login_by_operator": row.login_by_operator,
        "before": [one.as_json() for one in row.before],
    }  # fmt: skip


def _fields(system: System) -> dict[str, object]:
    found: dict[str, object] = {}
    for name in RULE_FIELDS:
        value = system.fields.get(name)
        if name == "zombie_reasons" and isinstance(value, tuple):
            value = tuple(dict.fromkeys(_reason(text) for text in value))
        if value is not None:
            found[name] = list(value) if isinstance(value, tuple) else value
    return found


def _words(row: SystemFacts, statements: Sequence[Statement]) -> dict[str, object]:
    texts = {name: text_of(row, name) for name in sorted({statement.field for statement in statements})}
    found = {name: said_of(name, text, statements) for name, text in texts.items() if text}
    return {name: words for name, words in found.items() if words}


def _reason(text: str) -> str:
    """A reason in the words of the clean-up table; what somebody wrote freely may name people and stays in the ledger."""
    if "脱节" in text:
        return ZOMBIE_REASONS["Z1"].zh
    known = [label.zh for code, label in ZOMBIE_REASONS.items() if text == code or label.zh in text]
    return known[0] if known else ZOMBIE_REASONS["Z6"].zh


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def findings_of(rows: Iterable[Mapping[str, Any]], rules: Sequence[ZombieRule], as_of: datetime) -> tuple[Finding, ...]:
    """The verdicts that follow from the rows: the same pure function that the store's own verdicts come from."""
    known = {row["system_id"]: row for row in rows}
    facts = [_facts(row) for row in known.values()]
    called = {one for row in facts for one in (*row.callers_measured, *row.callers_declared, *row.callers_linking)}
    hidden = [_undisclosed(one, facts[0]) for one in sorted(called & HIDDEN_CALLERS)]
    verdicts = judge_facts([*facts, *hidden], rules, as_of)
    return tuple(
        finding_of(verdict, known[verdict.system_id]) for verdict in verdicts if verdict.system_id not in HIDDEN_CALLERS
    )


def finding_of(verdict: Verdict, row: Mapping[str, Any]) -> Finding:
    """What a report says of one verdict, with the use and calls of its row."""
    daily = row.get("daily_cpu", ())
    return Finding(
        daily=tuple(None if day is None else (day[0], day[1]) for day in daily),
        daily_from=verdict.window.start_on,
        line=idle_line(verdict),
        callers=tuple(sorted({*row["callers_measured"], *row["callers_declared"], *row.get("callers_linking", ())})),
        calls=tuple(row.get("calls", ())),
        system_id=verdict.system_id,
        verdict=verdict.state,
        rules=tuple(hit.name for hit in verdict.hits),
        reason=verdict.sentence,
        criteria=tuple(hit.criterion for hit in verdict.hits),
        ticks=tuple(
            dict.fromkeys(code for hit in verdict.hits if (code := _column(hit)) in ZOMBIE_REASONS and code != "Z6")
        ),
        others=tuple(hit.name for hit in verdict.hits if _column(hit) not in ZOMBIE_REASONS or _column(hit) == "Z6"),
        before=None if verdict.last_month is None else verdict.last_month.state,
        disagrees=verdict.disagrees,
    )


# Strong signs of R1 are evidence of one criterion of 国办发〔2017〕39号 each, taken further: nobody logs in of 使用频度低, switched
# off of 资源闲置, a contract that ended of 停止更新服务, the unit's own words of 与业务脱节. The table has no column of their own for them.
_COLUMN_OF = {"no-activity": "Z5b", "powered-off": "Z3", "contract-expired": "Z4", "stated-unused": "Z1"}


def _column(hit: RuleResult) -> str:
    """The column of the clean-up table that a rule belongs below; its own criterion where it belongs below none."""
    return _COLUMN_OF.get(hit.rule, hit.criterion)


def _undisclosed(system_id: str, like: SystemFacts) -> SystemFacts:
    """A caller of which nothing is known but whether it is in use: then somebody logged in on the last day of the window."""
    used_on = like.window.end_on - timedelta(days=1) if system_id == UNDISCLOSED else None
    system = System(
        id=system_id, name="", department=None, department_id=None, secrecy="unknown", last_login_on=used_on
    )
    return SystemFacts(
        system=system, months=(), window=like.window, coverage=None, servers=0, servers_off=0, off_since=None
    )


def _facts(row: Mapping[str, Any]) -> SystemFacts:
    raw = row["system"]
    fields: dict[str, Value] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in raw["fields"].items()
    }
    values: dict[str, Any] = {name: raw[name] for name in _PLAIN}
    values.update({name: _date(raw[name]) for name in _DATES})
    own_id = row["system_id"]
    system = System(
        id=own_id, name=own_id, department=None, department_id=None, secrecy="unclassified", fields=fields, **values
    )
    return SystemFacts(
        system=system,
        months=tuple(_month(month) for month in row["months"]),
        window=_period(row["window"]),
        coverage=row["coverage"],
        servers=row["servers"],
        servers_off=row["servers_off"],
        off_since=_date(row["off_since"]),
        callers_measured=tuple(row["callers_measured"]),
        callers_declared=tuple(row["callers_declared"]),
        name_hint=row["name_hint"],
        same_update_ratio=row.get("same_update_ratio"),
        callers_operating=tuple(row.get("callers_operating", ())),
        callers_linking=tuple(row.get("callers_linking", ())),
        namesakes=tuple(row.get("namesakes", ())),
        ledger_latest_on=date.fromisoformat(row["ledger_latest_on"]) if row.get("ledger_latest_on") else None,
        login_by_operator=row.get("login_by_operator", False),
        before=tuple(Earlier.from_json(one) for one in row.get("before", ())),
    )


def _month(raw: Mapping[str, Any]) -> MonthOfUse:
    values = {name: value for name, value in raw.items() if name not in ("start_on", "end_on")}
    return MonthOfUse(period=_period(raw), **values)


def _period(raw: Mapping[str, Any]) -> Period:
    return Period(date.fromisoformat(raw["start_on"]), date.fromisoformat(raw["end_on"]))


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
