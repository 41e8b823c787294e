"""What says that somebody still looks after a system that nobody is seen to use: updates of its own, contracts, work of its servers.

None of it proves use; it turns a hit into a question (inventory/zombies/rules_use.py, inventory/zombies/composite.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from catalogs.models_rules import ZombieRule
from catalogs.words import Text
from inventory.telemetry.form import months_before
from inventory.zombies.findings import NOT_USE, Seen, later_limit
from inventory.zombies.statements import stated
from inventory.zombies.system_facts import SystemFacts
from inventory.zombies.system_months import MonthOfUse

WINDOW = "window_hours_a_day"
SHAPE = "shape_hours_a_day"
HOURS_OF_A_DAY = 24


def own_update(facts: SystemFacts, rule: ZombieRule) -> date | None:
    """The last update that the system had for itself: a day shared by so many others is an operator's patch day."""
    mass = later_limit(facts, rule, "mass_update_ratio")
    shared = facts.same_update_ratio
    return None if mass is not None and shared is not None and shared >= mass else facts.system.last_update_on


def sign_of_care(
    facts: SystemFacts, rule: ZombieRule, as_of_on: date, months: int, *, contract_suffices: bool = False
) -> Text | None:
    """What says that somebody still maintains the system: an update of its own within so many months, or a running contract.

    Args:
        facts: of the system.
        rule: which says what a patch day of many is (`mass_update_ratio`).
        as_of_on: the day after the window.
        months: how old an update may be.
        contract_suffices: whether a running contract is enough also where the last update is known to be older.
    """
    updated, contract = own_update(facts, rule), facts.system.contract_end_on
    if updated is not None and updated >= months_before(as_of_on, months):
        return Text(f"{updated} 还更新过", f"it was updated on {updated}")
    if updated is not None and not contract_suffices:
        return None
    if contract is not None and contract >= as_of_on:
        return Text(f"运维合同到 {contract} 才到期", f"its contract runs until {contract}")
    return None


def forgotten(facts: SystemFacts, rule: ZombieRule, as_of_on: date, login: date, cycle: int) -> bool:
    """Whether nobody entered a system in three years, it had no update of its own in a cycle, and no contract is known.

    An operating system alone makes traffic; who would still want the system had three seasons to look at it. A contract
    that nobody entered proves no neglect by itself, so nothing less than three years is enough.
    """
    months = later_limit(facts, rule, "months_forgotten")
    if months is None or facts.system.contract_end_on is not None or login >= months_before(as_of_on, int(months)):
        return False
    updated = own_update(facts, rule)
    if updated is None:
        return facts.system.last_update_on is not None  # all it had was the operator's patch day
    return updated < months_before(as_of_on, cycle)


def yearly_care(facts: SystemFacts, rule: ZombieRule, as_of_on: date, cycle: int) -> Text | None:
    """Upkeep that a yearly system may show: an update in the last cycle, or one in the last two or not known and a contract that runs or has just ended."""
    updated = own_update(facts, rule)
    if updated is None and facts.system.contract_end_on is None:
        return None
    return upkeep(facts, rule, as_of_on, cycle)


def within_a_rest(facts: SystemFacts, rule: ZombieRule, as_of_on: date, login: date, cycle: int) -> bool:
    """Whether a system of unknown class may still rest: entered within a cycle, or within two while its contract runs.

    What stands by for a failure or an emergency is tried out every two or three years; a contract that runs, or has just
    ended, says that somebody counts on it. Where visits are measured, their logs speak instead.
    """
    if login >= months_before(as_of_on, cycle):
        return True
    gap = months_before(as_of_on, int(later_limit(facts, rule, "months_of_a_renewal_gap") or 0))
    contract = facts.system.contract_end_on
    counted_on = contract is not None and contract >= gap and not any(month.activity for month in facts.months)
    return counted_on and login >= months_before(as_of_on, 2 * cycle)


def upkeep(facts: SystemFacts, rule: ZombieRule, as_of_on: date, cycle: int) -> Text | None:
    """Why a system that works may still be wanted; `None` where it is known that nobody maintains it any more.

    Known is: its last own update is older than two cycles, also where somebody still pays a contract; or it is old or not
    known, and the contract ended longer ago than renewals take.
    """
    updated = own_update(facts, rule)
    if updated is not None and updated < months_before(as_of_on, 2 * cycle):
        return None
    care = sign_of_care(facts, rule, as_of_on, cycle, contract_suffices=True)
    if care is not None:
        return care
    gap = months_before(as_of_on, int(later_limit(facts, rule, "months_of_a_renewal_gap") or 0))
    contract = facts.system.contract_end_on
    if contract is not None and contract >= gap:
        return Text(
            f"运维合同 {contract} 才到期，可能正在续签",
            f"its contract ended only on {contract} and may be under renewal",
        )
    if contract is not None:
        return None
    return Text("是否还有人维护并不知道", "whether anybody maintains it is not known")


def counted_on(facts: SystemFacts, rule: ZombieRule, as_of_on: date, cycle: int) -> bool:
    """Whether it is known that somebody counts on it: an update of its own in the last cycle, or a contract that runs or has just ended."""
    gap = months_before(as_of_on, int(later_limit(facts, rule, "months_of_a_renewal_gap") or 0))
    updated, contract = own_update(facts, rule), facts.system.contract_end_on
    return (updated is not None and updated >= months_before(as_of_on, cycle)) or (
        contract is not None and contract >= gap
    )


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


def seen_to_work(facts: SystemFacts, rule: ZombieRule, as_of_on: date, login: date, cycle: int) -> Text | None:
    """Why a system without logins may be used all the same: its ledger says how, or its machines work and it is cared for.

    A wall in a duty room reloads its page, an interface is called by programs: robots come to the dead as well, so requests
    of machines count only where it had an update of its own in the last cycle, its contract runs or has just ended, and
    its servers are not silent: a probe asks once an hour and gets a few bytes. A batch keeps its CPU busy every day: there an update within two cycles is enough, if somebody entered it in three years.
    """
    said = stated(facts, rule, "unseen")
    if said is not None:
        return Text(f"台账写明“{said}”", f"the ledger says {said!r}")
    updated, contract = own_update(facts, rule), facts.system.contract_end_on
    gap = months_before(as_of_on, int(later_limit(facts, rule, "months_of_a_renewal_gap") or 0))
    if updated is None or contract is None or contract < gap:
        return None
    kept = Text(
        f"{updated} 更新过，运维合同到 {contract}", f"it was updated on {updated}, its contract runs until {contract}"
    )
    fresh = updated >= months_before(as_of_on, cycle)
    requested = any(month.activity.get(NOT_USE) for month in facts.months) and "network_mbit_s" in rule.parameters
    if requested and fresh and not silent(facts, rule):
        return Text(f"一直有机器访问，{kept.zh}", f"machines request it all the time, {kept.en}")
    busy = later_limit(facts, rule, "cpu_daily_peak_ratio")
    peaks = [month.cpu_daily_peak_ratio for month in facts.months]
    works = busy is not None and bool(peaks) and all(peak is not None and peak >= busy for peak in peaks)
    entered = login >= months_before(as_of_on, int(later_limit(facts, rule, "months_forgotten") or 0))
    if works and (fresh or (entered and updated >= months_before(as_of_on, 2 * cycle))):
        return Text(f"CPU 每天都忙，{kept.zh}", f"its CPU is busy every day, {kept.en}")
    return None


def nothing_measured(facts: SystemFacts) -> bool:
    """Whether no month has traffic or events of any kind: then use without logins cannot be excluded."""
    return all(month.network_mbit_s is None and not month.activity for month in facts.months)


def own_login(facts: SystemFacts, rule: ZombieRule) -> date | None:
    """The last login that may have been somebody's who uses the system; `None` where none is known.

    The operator's is none: where the ledger's remark says it was, where logs that cover the window show nobody, or where somebody
    logs in once on each day of the month, Sundays and holidays, too: that is how monitoring tries out a login.
    """
    login = facts.system.last_login_on
    if login is None or facts.login_by_operator or once_a_day(facts):
        return None
    return None if login >= facts.window.start_on and nobody_seen(facts, rule) else login


def once_a_day(facts: SystemFacts) -> bool:
    """Whether the ledger counts as many logins as the last month has days, the last one on its last day, and nothing was measured."""
    last = facts.months[-1].period if facts.months else None
    if last is None or facts.number("logins_month") != last.days or any(month.activity for month in facts.months):
        return False
    login = facts.system.last_login_on
    return login is not None and (last.end_on - login).days <= 1


def all_off(facts: SystemFacts) -> bool:
    """Whether all its servers are switched off, and not just a while ago: a machine of which the last month has samples ran then."""
    ran = bool(facts.months) and facts.months[-1].cpu_mean_ratio is not None
    return bool(facts.servers) and facts.servers_off == facts.servers and not ran


def flow_of_calls(facts: SystemFacts, rule: ZombieRule, as_of_on: date) -> bool:
    """Whether the data that flow through it are those of another system's calls, so that the caller, not its name, says whether it is used.

    Calls were measured, logs that cover the window show nobody, and it had no own update in two cycles, or its contract ended long
    ago: devices that still report would want somebody to look after it. Where the caller lives, the call keeps it alive anyway.
    """
    cycle = int(later_limit(facts, rule, "months_of_a_yearly_cycle") or 0)
    if not cycle or not facts.callers_measured or not nobody_seen(facts, rule):
        return False
    return upkeep(facts, rule, as_of_on, cycle) is None


def nobody_seen(facts: SystemFacts, rule: ZombieRule) -> bool:
    """Whether logs cover every month of the window (`log_coverage_min_ratio`) and no person, login or record is in them."""
    least = later_limit(facts, rule, "log_coverage_min_ratio")
    if least is None or not facts.months:
        return False
    covered = all(month.logged_ratio is not None and month.logged_ratio >= least for month in facts.months)
    return covered and not any(
        count > 0 for month in facts.months for name, count in month.activity.items() if name != NOT_USE
    )
