"""The rule of systems that nobody uses: no login, visit or business record for months, and what may explain that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from catalogs.models_rules import ZombieRule
from catalogs.words import Text
from inventory.telemetry.form import months_before
from inventory.zombies.care import counted_on, forgotten, own_update, sign_of_care, upkeep, within_a_rest, yearly_care
from inventory.zombies.findings import NOT_USE, RESTING, Finding, Seen, later_limit, limit_of
from inventory.zombies.rules_logins import looked_in, no_login_known, no_rest, not_its_own
from inventory.zombies.rules_use import COUNTS, EVERY_COUNT, recent_activity
from inventory.zombies.signs_of_use import flow_of_calls, nobody_seen, nothing_measured, own_login, seen_to_work
from inventory.zombies.statements import stated
from inventory.zombies.system_facts import SystemFacts
from inventory.zombies.traffic_shape import (
    HOURS_OF_A_DAY,
    even_all_week,
    same_each_day,
    seen_silent,
    sign_of_work,
    silent,
)


def no_activity(facts: SystemFacts, rule: ZombieRule, as_of_on: date) -> Finding:
    """Nobody logged in, and no visit or business record was seen, for months."""
    months = int(limit_of(facts, rule, "months_without_activity"))
    since = months_before(as_of_on, months)
    login, recent = facts.system.last_login_on, recent_activity(facts)
    seen = _looked_at(facts, since, recent)
    if any(count > 0 for count in recent.values()):
        return Finding(
            hit=False,
            sentence=Text("近 3 个月有访问、登录或办件记录", "visits, logins or records were measured within 3 months"),
            seen=tuple(seen),
        )
    flowing = _data_flow(facts, rule, as_of_on) if login is None or login < since else None
    if flowing is not None:
        return replace(flowing, seen=(*seen, *flowing.seen))
    if login is None:
        return no_login_known(facts, rule, as_of_on, seen)
    if login >= since and own_login(facts, rule) is None:
        return not_its_own(facts, rule, as_of_on, login, seen)
    if login >= since:
        return looked_in(facts, rule, as_of_on, seen) or Finding(
            hit=False, sentence=Text(f"最近登录 {login}", f"last login {login}"), seen=tuple(seen)
        )
    return _nobody_logged_in(facts, rule, as_of_on, login, seen)


def _looked_at(facts: SystemFacts, since: date, recent: Mapping[str, float]) -> list[Seen]:
    """The last login, the events of use, and what is no use: visits of machines and calls of the operator's systems."""
    login = facts.system.last_login_on
    seen = [Seen(name=Text("最近登录", "last login"), value=login.isoformat() if login else None, limit=f"< {since}")]
    seen += [
        Seen(name=Text(f"近 3 个月 {name}", f"{name} in 3 months"), value=count, unit="次", limit=0)
        for name, count in recent.items()
    ]
    machines = [month.activity[NOT_USE] for month in facts.months if NOT_USE in month.activity]
    if machines:
        seen.append(
            Seen(
                name=Text("近 3 个月机器访问（不算使用）", "visits of machines in 3 months (no use)"),
                value=round(sum(machines), 3),
                unit="次",
            )
        )
    if facts.callers_operating:
        watching = "、".join(facts.callers_operating[:3])
        seen.append(
            Seen(name=Text("运维系统的调用（不算使用）", "calls of the operator's systems (no use)"), value=watching)
        )
    return seen


def _data_flow(facts: SystemFacts, rule: ZombieRule, as_of_on: date) -> Finding | None:
    """No hit of what nobody attends by its name, and whose data flow in most hours of every month; `None` of all else.

    Neither where all that flows is known to be another system's calls: then it lives or dies with its caller.
    """
    kind, share = stated(facts, rule, "unattended"), later_limit(facts, rule, "flow_hours_a_day")
    hours = [
        None if month.network_over_ratio is None else month.network_over_ratio * HOURS_OF_A_DAY
        for month in facts.months
    ]
    if kind is None or share is None or not hours or any(one is None or one < share for one in hours):
        return None
    if flow_of_calls(facts, rule, as_of_on):
        return None
    least = min(one for one in hours if one is not None)
    name = Text("每天有流量的小时数（最少的月）", "hours a day with traffic, the least month")
    return Finding(
        hit=False, seen=(Seen(name=name, value=round(least, 1), unit="小时", limit=f">= {share:g}"),),
        sentence=Text(
            f"“{kind}”像无人值守一类（由名称推断），没有人登录不是迹象；数据在流动（每天 {least:.1f} 小时有流量）",
            f"{kind!r} seems to be of a kind that nobody attends (by its name), where logins say nothing; its data flow {least:.1f} hours a day",
        ),
    )  # fmt: skip


def _nobody_logged_in(
    facts: SystemFacts, rule: ZombieRule, as_of_on: date, login: date, seen: Sequence[Seen]
) -> Finding:
    """The last login is old: a hit, unless the ledger, the traffic or the upkeep speaks against it, which only asks."""
    counted = _counted_all_the_same(facts, rule, as_of_on, login, seen)
    if isinstance(counted, Finding):
        return counted
    seen = seen if counted is None else (*seen, counted)
    months = int(limit_of(facts, rule, "months_without_activity"))
    cycle = int(later_limit(facts, rule, "months_of_a_yearly_cycle") or 0)
    why = no_rest(facts, rule)
    # what is called a test environment is no seasonal, standby or emergency system
    unexplained = facts.system.system_class is None and why is None and facts.name_hint != "test"
    work = sign_of_work(facts, rule)
    seen = (*seen, *seen_silent(facts, rule))
    doubt = (
        _works_unseen(facts, rule, as_of_on, login, cycle, work)
        or _paid_and_unmeasured(facts, rule, as_of_on, cycle)
        or (_may_rest(facts, rule, as_of_on, login, cycle) if cycle and unexplained else None)
        or (_work_of_years(facts, rule, as_of_on, cycle) if cycle and why is None else None)
        or _needs_no_login(facts, rule, as_of_on, login, cycle)
    )
    if doubt is not None:
        since = Text(f"自 {login} 起无人登录，但{doubt.zh}", f"nobody has logged in since {login}, yet {doubt.en}")
        return Finding(hit=None, doubtful=True, seen=seen if work is None else (*seen, work), sentence=since)
    return Finding(
        hit=True, seen=seen,
        sentence=Text(
            f"自 {login} 起无人登录，已超过 {months} 个月{f'；{why.zh}' if why else ''}",
            f"nobody has logged in since {login}: more than {months} months{f'; {why.en}' if why else ''}",
        ),
    )  # fmt: skip


def _counted_all_the_same(
    facts: SystemFacts, rule: ZombieRule, as_of_on: date, login: date, seen: Sequence[Seen]
) -> Finding | Seen | None:
    """The ledger counts uses a month that its own last login rules out, and that are not the operator's.

    What was measured decides between the two: servers that carry nothing but the windows of backups and agents, weekends and
    working days alike, refute the count of a system that is known to be neglected, which then is only shown. Where somebody keeps
    it, uses may be counted on a platform that it is built on.
    """
    busy = [(label, facts.number(name)) for name, label in COUNTS.items()]
    said = [(label, count) for label, count in busy if count and not facts.login_by_operator]
    if not said:
        return None
    label, count = said[0]
    cycle = int(later_limit(facts, rule, "months_of_a_yearly_cycle") or 0)
    watched = (facts.coverage or 0) >= (later_limit(facts, rule, "log_coverage_min_ratio") or 1)
    left = watched and bool(cycle) and upkeep(facts, rule, as_of_on, cycle) is None
    if left and (silent(facts, rule) or same_each_day(facts, rule)):
        name = Text(f"{label.zh}（服务器没有人用的样子，不算）", f"{label.en} (its servers show no such use)")
        return Seen(name=name, value=count, unit="次")
    sentence = Text(
        f"台账自相矛盾：最近登录 {login}，但{label.zh} {count:g}",
        f"the ledger contradicts itself: last login {login}, yet {label.en} {count:g}",
    )
    return Finding(hit=None, sentence=sentence, seen=tuple(seen), doubtful=True)


def _works_unseen(
    facts: SystemFacts, rule: ZombieRule, as_of_on: date, login: date, cycle: int, work: Seen | None
) -> Text | None:
    """Traffic that no log explains, of a system that is not known to be neglected."""
    kept = upkeep(facts, rule, as_of_on, cycle) if work is not None else None
    if work is None or kept is None or forgotten(facts, rule, as_of_on, login, cycle):
        return None
    if same_each_day(facts, rule) and not counted_on(facts, rule, as_of_on, cycle):
        return None
    return Text(
        f"服务器每台平均有 {work.value} Mbit/s 流量，{kept.zh}：可能由程序调用、经统一门户登录或夜间跑批，请接入访问日志或由单位说明",
        f"its servers carry {work.value} Mbit/s each and {kept.en}: programs may call it, people may come through a portal, or it works at night; collect its access logs or ask",
    )


def _paid_and_unmeasured(facts: SystemFacts, rule: ZombieRule, as_of_on: date, cycle: int) -> Text | None:
    """Neither visits nor traffic are measured, and somebody pays for it or updates it."""
    unseen = nothing_measured(facts) and "network_mbit_s" in rule.parameters
    if not unseen or upkeep(facts, rule, as_of_on, cycle) is None:
        return None
    paid = sign_of_care(facts, rule, as_of_on, cycle, contract_suffices=True)
    if paid is None:
        return None
    return Text(
        f"访问和流量都没有实测，{paid.zh}：可能由程序调用或经统一门户登录，请接入监控、访问日志或由单位说明",
        f"neither visits nor traffic are measured and {paid.en}: programs or a portal may use it; collect metrics or access logs, or ask",
    )


def _may_rest(facts: SystemFacts, rule: ZombieRule, as_of_on: date, login: date, cycle: int) -> Text | None:
    care = _rest(facts, rule, as_of_on, login, cycle)
    if care is None:
        return None
    return Text(
        f"{care.zh}，可能是季节性、备用或应急系统，请先注明系统类别",
        f"{care.en}: it may be used once a year, or stand by; state its class first",
    )


def _needs_no_login(facts: SystemFacts, rule: ZombieRule, as_of_on: date, login: date, cycle: int) -> Text | None:
    works = seen_to_work(facts, rule, as_of_on, login, cycle)
    if works is None:
        return None
    return Text(
        f"{works.zh}：可能是大屏、接口一类不必登录的系统，请单位说明",
        f"{works.en}: it may be a wall or an interface that needs no login; ask",
    )


def _rest(facts: SystemFacts, rule: ZombieRule, as_of_on: date, login: date, cycle: int) -> Text | None:
    """What says that it may only rest: upkeep within a season or between two drills."""
    if _left_by_all(facts, rule, as_of_on, cycle):
        return None
    care = yearly_care(facts, rule, as_of_on, cycle)
    return care if care is not None and within_a_rest(facts, rule, as_of_on, login, cycle) else None


def _left_by_all(facts: SystemFacts, rule: ZombieRule, as_of_on: date, cycle: int) -> bool:
    """Whether it is not open any more that somebody keeps it for a season: nobody entered, updated or pays for it.

    Logs that cover the window show nobody, enough was measured, the servers are silent or carry as much at weekends
    as on working days (a program that falls over and starts again), its last own update is older than a yearly
    cycle, its contract has ended or none is known, no use is counted, and nothing suggests a class that rests. What is used once a year
    is made ready before its season.
    """
    updated, contract = own_update(facts, rule), facts.system.contract_end_on
    if updated is None or updated >= months_before(as_of_on, cycle) or (contract is not None and contract >= as_of_on):
        return False
    if facts.name_hint in RESTING or any((facts.number(name) or 0) > 0 for name in EVERY_COUNT):
        return False
    watched = (facts.coverage or 0) >= (later_limit(facts, rule, "log_coverage_min_ratio") or 1)
    quiet = silent(facts, rule) or even_all_week(facts, rule)
    return watched and nobody_seen(facts, rule) and quiet


def _work_of_years(facts: SystemFacts, rule: ZombieRule, as_of_on: date, cycle: int) -> Text | None:
    """Why nobody logs in between two rounds of what comes every few years; whatever its class, where somebody may still keep it."""
    years = stated(facts, rule, "years")
    if years is None or upkeep(facts, rule, as_of_on, cycle) is None:
        return None
    return Text(
        f"名称或备注写明是数年一次的工作（{years}），可能在等下一轮，请单位说明",
        f"its name or remark says that its work comes every few years ({years}): it may wait for the next round; ask",
    )
