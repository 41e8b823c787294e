"""What the traffic of a system's servers looks like: backups and agents have a window, people rest at weekends, programs do not stop.

Shapes, not amounts: a nightly backup moves a hundred times what people do in office hours.
"""

from __future__ import annotations

from collections.abc import Iterable

from catalogs.models_rules import ZombieRule
from catalogs.words import Text
from inventory.zombies.findings import Seen, later_limit
from inventory.zombies.system_facts import SystemFacts
from inventory.zombies.system_months import MonthOfUse

WINDOW = "window_hours_a_day"
SHAPE = "shape_hours_a_day"
HOURS_OF_A_DAY = 24


def sign_of_work(facts: SystemFacts, rule: ZombieRule) -> Seen | None:
    """Traffic of its servers that no access log explains: what programs do, nobody has to log in for.

    The least month counts. Where visits or records were measured, their logs speak instead. Traffic that is left in every
    month's hours of backup or scan only is no work.
    """
    limit = later_limit(facts, rule, "network_mbit_s")
    traffic = [month.network_mbit_s for month in facts.months if month.network_mbit_s is not None]
    if limit is None or not traffic or any(month.activity for month in facts.months) or min(traffic) < limit:
        return None
    if silent(facts, rule):
        return None
    return Seen(
        name=Text("网络流量（最少的月）", "network, the least month"), value=round(min(traffic), 2), unit="Mbit/s", limit=f"< {limit:g}"
    )  # fmt: skip


def traffic_limit(rules: Iterable[ZombieRule]) -> float | None:
    """From how many Mbit/s on a server counts as having traffic, where hours with traffic are looked at; else `None`."""
    rule = next((rule for rule in rules if rule.function == "no-activity" and WINDOW in rule.parameters), None)
    return None if rule is None or "network_mbit_s" not in rule.parameters else float(rule.value("network_mbit_s"))


def silent(facts: SystemFacts, rule: ZombieRule) -> bool:
    """Whether the servers carried next to no traffic in every month, leaving out the hours of a backup or a scan.

    People and programs spread their work over a day; a backup and a scan have a window. It is one hour, where what the other
    23 hours carry is the floor of agents (monitoring, logs, virus definitions): less than `network_mbit_s`, or less than
    `network_rest_mbit_s` where that hour carries most of it. Or it is longer (`window_hours_a_day`), where no server reached
    `network_mbit_s` in any other hours and no CPU is busy then as a batch is; or longer still, where weekends look as working
    days do (`same_each_day`). Traffic that follows working days is no backup's. A screen that reloads itself all day has no such hours.
    """
    if any(month.network_mbit_s is None for month in facts.months):
        return False  # a month without samples was not silent
    limit, floor = later_limit(facts, rule, "network_rest_mbit_s"), later_limit(facts, rule, "network_mbit_s") or 0.0
    if limit is None or not facts.months or on_working_days(facts, rule):
        return False
    left = 1 - (later_limit(facts, rule, "busiest_hour_ratio") or 1.0)
    hours, busy = later_limit(facts, rule, WINDOW), later_limit(facts, rule, "cpu_daily_peak_ratio")
    return all(
        (
            month.network_rest_mbit_s is not None
            and (
                month.network_rest_mbit_s < floor
                or month.network_rest_mbit_s < min(limit, left * (month.network_mbit_s or 0.0))
            )
        )
        or _only_in_a_window(month, hours, busy)
        or (_same_hours(facts, rule, month) and _calm(month, busy))
        for month in facts.months
    )


def same_each_day(facts: SystemFacts, rule: ZombieRule) -> bool:
    """Whether in every month its servers had traffic in as many hours of a weekend as of a working day, and in few of either.

    That is the shape of backups, scans and agents, however much they move; people, and what serves them, rest at weekends
    or do not rest at all (streams, replication, interfaces, walls: more than `shape_hours_a_day`). A batch has that shape, too.
    """
    return bool(facts.months) and all(_same_hours(facts, rule, month) for month in facts.months)


def hours_of_people(facts: SystemFacts, rule: ZombieRule) -> bool:
    """Whether in every month a typical working day had so many more hours with traffic than a weekend that people are at work."""
    more = later_limit(facts, rule, "workday_hours_more")
    hours = [(month.network_workday_hours, month.network_weekend_hours) for month in facts.months]
    if more is None or not hours:
        return False
    return all(work is not None and rest is not None and work - rest >= more for work, rest in hours)


def office_hours(facts: SystemFacts, rule: ZombieRule) -> bool:
    """Whether it has the hours of people and, on a typical working day of every month, not just the trickle of a few machines."""
    least = later_limit(facts, rule, "people_more_mbit_s")
    work = [month.network_workday_mbit_s for month in facts.months]
    return least is not None and hours_of_people(facts, rule) and all(day is not None and day >= least for day in work)


def _same_hours(facts: SystemFacts, rule: ZombieRule, month: MonthOfUse) -> bool:
    most, more = later_limit(facts, rule, SHAPE), later_limit(facts, rule, "shape_difference_hours")
    work, weekend = month.network_workday_hours, month.network_weekend_hours
    if most is None or more is None or work is None or weekend is None:
        return False
    return abs(work - weekend) <= more and max(work, weekend) <= most


def _calm(month: MonthOfUse, busy: float | None) -> bool:
    """Whether its CPU is not as busy every day as a batch makes it."""
    return busy is not None and month.cpu_daily_peak_ratio is not None and month.cpu_daily_peak_ratio < busy


def on_working_days(facts: SystemFacts, rule: ZombieRule) -> bool:
    """Whether a typical working day of every month had more traffic than a weekend: people, or what people's work calls, do that.

    Outside the busiest hour of each day, by medians: a weekly scan or a monthly patch day moves none.
    """
    return _follows_the_week(facts, rule, "workday_ratio", "workday_more_mbit_s")


def even_all_week(facts: SystemFacts, rule: ZombieRule) -> bool:
    """Whether typical weekends had as much traffic as working days, over all months: robots, copies and agents do that, people do not.

    It may still be used: programs call at weekends as well, and a nightly backup may drown what people make.
    """
    most, least = later_limit(facts, rule, "even_ratio"), later_limit(facts, rule, "even_more_mbit_s")
    days = [(month.network_workday_mbit_s, month.network_weekend_mbit_s) for month in facts.months]
    known = [(work, rest) for work, rest in days if work is not None and rest is not None]
    if most is None or least is None or not known or len(known) < len(days):
        return False
    work, rest = (sum(part) / len(known) for part in zip(*known, strict=True))
    return work <= most * rest + least and not on_working_days(facts, rule)


def people_at_work(facts: SystemFacts, rule: ZombieRule) -> bool:
    """Whether so much more traffic came on working days of every month that people, not agents, seem to be at work."""
    return _follows_the_week(facts, rule, "people_ratio", "people_more_mbit_s")


def _follows_the_week(facts: SystemFacts, rule: ZombieRule, ratio_of: str, least_of: str) -> bool:
    ratio, least = later_limit(facts, rule, ratio_of), later_limit(facts, rule, least_of)
    days = [(month.network_workday_mbit_s, month.network_weekend_mbit_s) for month in facts.months]
    if ratio is None or least is None or not days:
        return False
    return all(
        work is not None and rest is not None and work >= ratio * rest and work - rest >= least for work, rest in days
    )


def _only_in_a_window(month: MonthOfUse, hours: float | None, busy: float | None) -> bool:
    """Whether the busiest server had traffic in a few hours a day only, in which its CPU does no more than a backup costs."""
    over = month.network_over_ratio
    return hours is not None and over is not None and over * HOURS_OF_A_DAY <= hours and _calm(month, busy)


def seen_silent(facts: SystemFacts, rule: ZombieRule) -> tuple[Seen, ...]:
    """What `silent` looked at, where traffic was measured by the hour; each with the limit that it keeps."""
    limit, hours = later_limit(facts, rule, "network_rest_mbit_s"), later_limit(facts, rule, WINDOW)
    rest = [month.network_rest_mbit_s for month in facts.months if month.network_rest_mbit_s is not None]
    over = [month.network_over_ratio for month in facts.months if month.network_over_ratio is not None]
    if limit is None or not rest:
        return ()
    name = Text(
        "网络流量（每天最忙的一小时之外，最多的月）", "network outside the busiest hour of each day, the highest month"
    )
    seen = Seen(
        name=name, value=round(max(rest), 3), unit="Mbit/s", limit=f"< {limit:g}" if max(rest) < limit else None
    )
    if hours is None or not over:
        return (seen,)
    name = Text(
        "最忙的服务器每天有流量的小时数（最多的月）", "hours a day with traffic, busiest server, the highest month"
    )
    most = max(over) * HOURS_OF_A_DAY
    by_hours = Seen(name=name, value=round(most, 1), unit="小时", limit=f"<= {hours:g}" if most <= hours else None)
    return (seen, by_hours, *_seen_shape(facts, rule))


def _seen_shape(facts: SystemFacts, rule: ZombieRule) -> tuple[Seen, ...]:
    """The hours with traffic of working days and weekends, where they are alike."""
    if not same_each_day(facts, rule):
        return ()
    shown = [
        f"{month.network_workday_hours:g}/{month.network_weekend_hours:g}"
        for month in facts.months if month.network_workday_hours is not None and month.network_weekend_hours is not None
    ]  # fmt: skip
    name = Text("各月工作日/周末有流量的小时数（中位数）", "hours with traffic, working day/weekend, medians by month")
    more, most = later_limit(facts, rule, "shape_difference_hours") or 0, later_limit(facts, rule, SHAPE) or 0
    return (Seen(name=name, value=" ".join(shown), unit="小时", limit=f"相差 <= {more:g}，都 <= {most:g}"),)
