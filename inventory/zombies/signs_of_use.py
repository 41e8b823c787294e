"""Whose logins and requests count as use, and what shows that a system works though nobody logs in."""

from __future__ import annotations

from datetime import date

from catalogs.models_rules import ZombieRule
from catalogs.words import Text
from inventory.telemetry.form import months_before
from inventory.zombies.care import own_update, upkeep
from inventory.zombies.findings import NOT_USE, later_limit
from inventory.zombies.statements import stated
from inventory.zombies.system_facts import SystemFacts
from inventory.zombies.traffic_shape import silent


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
