"""Signs that usage was made to look busy: suspicious, with the evidence, never guilt and never a verdict.

Signs in the daily roll-up: load that is constant to a degree that no real work is, within a day or from day to day over
weekends and holidays; load that rises shortly before the report and not earlier, or without any traffic; load of working days
without traffic, or on public holidays as well (inventory/suspicion/rhythm.py); days that are the same to the last digit on
machines of different systems, also days later, or follow another's to a few percent; a website that only machines visit; one
login on each day of a month. A sign says more of a system that shows no other trace of use, and less where people log in:
`contradicted` names what speaks for real work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from catalogs.words import Text
from inventory.model import Inventory
from inventory.telemetry.form import Period, connect, months_before
from inventory.telemetry.query import Rollup

if TYPE_CHECKING:
    import duckdb

    from inventory.zombies.verdict import Verdict

Kind = Literal[
    "constant-load", "clockwork-load", "burst-before-report", "load-without-traffic", "workday-load-without-traffic", "holiday-blind-load",
    "load-began-late", "copied-samples", "repeated-samples", "near-copy", "machine-visits-only", "daily-logins",
]  # fmt: skip
Asked = Literal["any", "unused", "zombie"]
OLD_LEDGER_MONTHS = 6  # as in rule no-activity: who has not filled in the ledger since cannot say that nobody logged in


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """One sign on one server: what was seen, on which days.

    `asked_of` says of which systems it is worth asking: of any; of those without a sign of use; of those suspected to be zombies.
    """

    kind: Kind
    system_id: str
    server_id: str
    days: int
    first_on: date
    last_on: date
    sentence: Text
    contradicted: Text | None = None
    asked_of: Asked = "any"

    def as_json(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "kind": self.kind,
            "system_id": self.system_id,
            "server_id": self.server_id,
            "days": self.days,
            "first_on": self.first_on.isoformat(),
            "last_on": self.last_on.isoformat(),
            "sentence": self.sentence.as_json(),
            "contradicted": None if self.contradicted is None else self.contradicted.as_json(),
        }


# Practice (U): no source gives figures. Of 200 real machines over three months one shows a sign (a truly busy one at a
# constant 68 %): which is why a sign is a question, and no verdict is made of it.
CONSTANT_SPREAD = 0.06  # (highest − lowest sample) ÷ mean, within a day
BUSY_RATIO = 0.10  # below this, a flat line is simply an idle machine
FULL_RATIO = 0.95  # above this, it is simply a machine at its limit
CONSTANT_DAYS = 14
BURST_DAYS, BURST_FACTOR = 7, 4.0
CLOCKWORK_DAYS = 28  # four weeks: working days and weekends
CLOCKWORK_SPREAD = 0.04  # (highest − lowest daily mean) ÷ their mean
CLOCKWORK_MIDDLE = 0.03  # the same of the middle 60 % of days, without those of a weekly scan and a patch day, and of working days against one day of the weekend (the other may have the scan)
MACHINE_VISITS_A_DAY = 24.0  # one an hour; people: less than one a day


def suspicions(inventory: Inventory, rollup: Rollup, end_on: date, *, days: int = 90) -> tuple[Suspicion, ...]:
    """All signs in the days before `end_on`, sorted.

    Args:
        inventory: which server belongs to which system.
        rollup: the daily roll-ups.
        end_on: the day after the last one looked at.
        days: how many days are looked at.
    """
    period = Period(end_on - timedelta(days=days), end_on)
    systems = {server.id: server.system_id for server in inventory.servers if server.system_id}
    found: list[Suspicion] = []
    from inventory.suspicion.copied import copied as copied_from_others
    from inventory.suspicion.copied import near_copied, repeated
    from inventory.suspicion.unused import unused_loads

    with connect() as connection:
        if paths := rollup.paths(["cpu"], [period]):
            connection.read_parquet(paths).create_view("daily")
            constant = _constant(connection, systems)
            known = {one.server_id for one in constant}
            clockwork = [one for one in _clockwork(connection, systems, end_on) if one.server_id not in known]
            flat = {one.server_id for one in (*constant, *clockwork)}
            copied = [*copied_from_others(connection, systems), *repeated(connection, systems, flat)]
            found += [*constant, *clockwork, *_burst(connection, systems, end_on), *copied]
            found += near_copied(connection, systems, {one.server_id for one in copied})
            networked = bool(paths := rollup.paths(["network"], [period]))
            if networked:
                connection.read_parquet(paths).create_view("carried")
            by_id = {one.id: one for one in inventory.systems}
            of = {server: by_id[system] for server, system in systems.items() if system in by_id and server not in flat}
            found += unused_loads(connection, of, period, entered=_entered(inventory, end_on), networked=networked)
        if paths := rollup.paths(["visits", "machine_visits"], [period]):
            connection.read_parquet(paths).create_view("visited")
            found += _machines_only(connection, systems)
    found += _daily_logins(inventory, end_on)
    return tuple(sorted(found, key=lambda one: (one.system_id, one.server_id, one.kind)))


def _entered(inventory: Inventory, end_on: date) -> set[str]:
    """Systems of which it is known when somebody last logged in: by a ledger that its unit filled in since."""
    from inventory.zombies.system_facts import latest_dates, unit_of

    old, latest = months_before(end_on, OLD_LEDGER_MONTHS), latest_dates(inventory.systems, end_on)
    return {one.id for one in inventory.systems if one.last_login_on is not None and latest.get(unit_of(one), end_on) >= old}  # fmt: skip


def _constant(connection: duckdb.DuckDBPyConnection, systems: Mapping[str, str]) -> list[Suspicion]:
    rows = connection.execute(
        """
        SELECT server, count(*), min(day), max(day), sum(value_s) / sum(capacity_s)
        FROM daily WHERE samples >= 12 AND value_s > $busy * capacity_s AND value_s < $full * capacity_s
            AND (max_micro - min_micro) * covered_seconds < $spread * value_s
        GROUP BY server HAVING count(*) >= $days ORDER BY server
        """,
        {"busy": BUSY_RATIO, "full": FULL_RATIO, "spread": CONSTANT_SPREAD, "days": CONSTANT_DAYS},
    ).fetchall()
    return [
        Suspicion(
            kind="constant-load", system_id=systems[server], server_id=server, days=count, first_on=first, last_on=last,
            sentence=Text(
                f"{count} 天 CPU 几乎不变（约 {mean:.0%}，日内波动小于均值的 {CONSTANT_SPREAD:.0%}），不像真实业务",
                f"CPU hardly moved on {count} days (about {mean:.0%}, spread within a day below {CONSTANT_SPREAD:.0%} of the mean): unlike real work",
            ),
        )
        for server, count, first, last, mean in rows if server in systems
    ]  # fmt: skip


def _clockwork(connection: duckdb.DuckDBPyConnection, systems: Mapping[str, str], end_on: date) -> list[Suspicion]:
    """The last four weeks are alike to the day: people rest at weekends, timers do not."""
    begin = end_on - timedelta(days=CLOCKWORK_DAYS)
    rows = connection.execute(
        """
        WITH days AS (
            SELECT server, day, value_s / capacity_s AS mean FROM daily
            WHERE day >= $begin AND samples >= 12 AND covered_seconds >= 72000 AND capacity_s > 0
        )
        SELECT server, count(*), median(mean), min(day), max(day) FROM days GROUP BY server
        HAVING count(*) >= $days AND min(mean) > $busy AND max(mean) < $full AND (
            max(mean) - min(mean) < $spread * avg(mean)
            OR (quantile_cont(mean, 0.8) - quantile_cont(mean, 0.2) < $middle * median(mean)
                AND least(
                    abs(median(mean) FILTER (isodow(day) < 6) - median(mean) FILTER (isodow(day) = 6)),
                    abs(median(mean) FILTER (isodow(day) < 6) - median(mean) FILTER (isodow(day) = 7))
                ) < $middle * median(mean))
        ) ORDER BY server
        """,
        {
            "begin": begin,
            "days": CLOCKWORK_DAYS - 2,
            "busy": BUSY_RATIO,
            "full": FULL_RATIO,
            "spread": CLOCKWORK_SPREAD,
            "middle": CLOCKWORK_MIDDLE,
        },
    ).fetchall()
    return [
        Suspicion(
            kind="clockwork-load", system_id=systems[server], server_id=server, days=count, first_on=first, last_on=last,
            sentence=Text(
                f"{count} 天的日均 CPU 都在 {mean:.0%} 左右，工作日和周末相差不到均值的 {CLOCKWORK_SPREAD:.0%}，像定时程序",
                f"on {count} days the mean CPU is about {mean:.0%}, working days and weekends within {CLOCKWORK_SPREAD:.0%} of it: like a timer",
            ),
        )
        for server, count, mean, first, last in rows if server in systems
    ]  # fmt: skip


def _machines_only(connection: duckdb.DuckDBPyConnection, systems: Mapping[str, str]) -> list[Suspicion]:
    rows = connection.execute(
        """
        SELECT server, count(DISTINCT day), min(day), max(day), coalesce(sum(value_s) FILTER (metric = 'visits'), 0) / 3600e6,
            coalesce(sum(value_s) FILTER (metric = 'machine_visits'), 0) / 3600e6
        FROM visited GROUP BY server ORDER BY server
        """
    ).fetchall()
    return [
        Suspicion(
            kind="machine-visits-only", system_id=systems[server], server_id=server, days=days, first_on=first, last_on=last,
            sentence=Text(
                f"{days} 天的访问日志里机器访问 {machines:.0f} 次，人的访问 {people:.0f} 次",
                f"in {days} days of access logs machines came {machines:.0f} times, people {people:.0f} times",
            ),
        )
        for server, days, first, last, people, machines in rows
        if server in systems and people < days and machines >= MACHINE_VISITS_A_DAY * days
    ]  # fmt: skip


def weighed(found: Iterable[Suspicion], verdicts: Iterable[Verdict]) -> tuple[Suspicion, ...]:
    """The same signs, with what contradicts them: people who logged in, or visits and records that were measured.

    Load without traffic, on holidays or since a day is no sign at all of what people use: their work may cost more from month to
    month. Where no login is known it is one only of what is suspected for other reasons.
    """
    judged = list(verdicts)
    zombies = {verdict.system_id for verdict in judged if verdict.state == "zombie"}
    used = {
        verdict.system_id: result.sentence
        for verdict in judged
        for result in verdict.results
        if result.function == "no-activity" and result.hit is False and result.applies
    }
    return tuple(
        replace(one, contradicted=used.get(one.system_id))
        for one in found
        if one.asked_of == "any"
        or (one.asked_of == "unused" and one.system_id not in used)
        or (one.asked_of == "zombie" and one.system_id in zombies)
    )


def _daily_logins(inventory: Inventory, end_on: date) -> list[Suspicion]:
    """Systems whose ledger counts as many logins as the last month has days, the last one on its last day."""
    last = end_on - timedelta(days=1)
    month = months_before(end_on, 1)
    days = (end_on - month).days
    first = {server.system_id: server.id for server in sorted(inventory.servers, key=lambda one: one.id, reverse=True)}
    return [
        Suspicion(
            kind="daily-logins", system_id=system.id, server_id=first.get(system.id, ""), days=days, first_on=month, last_on=last, asked_of="zombie",
            sentence=Text(
                f"台账写月登录 {days} 次，正好是当月天数，最近登录 {system.last_login_on}：每天一次，周末、节假日也来，像监控或脚本",
                f"the ledger counts {days} logins a month, one for each of its days, the last on {system.last_login_on}: once a day, weekends and holidays, too, like monitoring or a script",
            ),
        )
        for system in inventory.systems
        if system.fields.get("logins_month") == days and system.last_login_on is not None and system.last_login_on >= last - timedelta(days=1)
    ]  # fmt: skip


def _burst(connection: duckdb.DuckDBPyConnection, systems: Mapping[str, str], end_on: date) -> list[Suspicion]:
    begin = end_on - timedelta(days=BURST_DAYS)
    rows = connection.execute(
        """
        WITH halves AS (
            SELECT server, sum(value_s) FILTER (day >= $begin) / sum(capacity_s) FILTER (day >= $begin) AS late,
                sum(value_s) FILTER (day < $begin) / sum(capacity_s) FILTER (day < $begin) AS before,
                max(value_s / capacity_s) FILTER (day < $begin) AS best, count(*) FILTER (day < $begin) AS days
            FROM daily WHERE capacity_s > 0 GROUP BY server
        )
        SELECT server, before, late FROM halves
        WHERE days >= 30 AND late > $busy AND late > $factor * before AND late > 1.5 * best ORDER BY server
        """,
        {"begin": begin, "busy": BUSY_RATIO, "factor": BURST_FACTOR},
    ).fetchall()
    return [
        Suspicion(
            kind="burst-before-report", system_id=systems[server], server_id=server, days=BURST_DAYS, first_on=begin, last_on=end_on - timedelta(days=1),
            sentence=Text(
                f"统计期最后 {BURST_DAYS} 天平均 CPU {late:.1%}，此前只有 {before:.1%}，且此前没有一天这么高",
                f"mean CPU {late:.1%} in the last {BURST_DAYS} days against {before:.1%} before, when no day came near it",
            ),
        )
        for server, before, late in rows if server in systems
    ]  # fmt: skip


def by_system(found: Sequence[Suspicion]) -> Mapping[str, tuple[Suspicion, ...]]:
    """The signs of each system that has any."""
    names = sorted({one.system_id for one in found})
    return {name: tuple(one for one in found if one.system_id == name) for name in names}
