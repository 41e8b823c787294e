"""The rule of systems that nobody uses: no login, visit or business record for months, and what may explain that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from catalogs.models_rules import ZombieRule
from catalogs.words import Text
from inventory.system_facts import SystemFacts
from inventory.telemetry import months_before
from inventory.zombie_care import (
    HOURS_OF_A_DAY,
    counted_on,
    forgotten,
    nobody_seen,
    nothing_measured,
    on_working_days,
    once_a_day,
    own_login,
    own_update,
    same_each_day,
    seen_silent,
    seen_to_work,
    sign_of_care,
    sign_of_work,
    silent,
    upkeep,
    within_a_rest,
    yearly_care,
)  # fmt: skip
from inventory.zombie_findings import NOT_USE, RESTING, Finding, Seen, later_limit, limit_of
from inventory.zombie_rules_use import COUNTS, EVERY_COUNT, counts_none, recent_activity
from inventory.zombie_statements import stated


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
    flowing = _data_flow(facts, rule) if login is None or login < since else None
    if flowing is not None:
        return replace(flowing, seen=(*seen, *flowing.seen))
    if login is None:
        return _no_login_known(facts, rule, as_of_on, seen)
    if login >= since and own_login(facts, rule) is None:
        return _not_its_own(facts, rule, as_of_on, login, seen)
    if login >= since:
        return _looked_in(facts, rule, as_of_on, seen) or Finding(
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


def _data_flow(facts: SystemFacts, rule: ZombieRule) -> Finding | None:
    """No hit of what nobody attends by its name, and whose data flow in most hours of every month; `None` of all else."""
    kind, share = stated(facts, rule, "unattended"), later_limit(facts, rule, "flow_hours_a_day")
    hours = [
        None if month.network_over_ratio is None else month.network_over_ratio * HOURS_OF_A_DAY
        for month in facts.months
    ]
    if kind is None or share is None or not hours or any(one is None or one < share for one in hours):
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


def _no_login_known(facts: SystemFacts, rule: ZombieRule, as_of_on: date, seen: Sequence[Seen]) -> Finding:
    """No login is on record: not known, unless it is a copy beside the system itself that nothing ever happened to."""
    cycle = months_before(as_of_on, int(later_limit(facts, rule, "months_of_a_yearly_cycle") or 0))
    updated = facts.system.last_update_on
    untouched = (updated is None or updated < cycle) and not any(facts.number(name) for name in COUNTS)
    if untouched and facts.namesakes and stated(facts, rule, "copy") is not None and silent(facts, rule):
        sentence = Text(
            "名称写明是旧的或复制的一份，本单位另有同名系统；台账没有任何登录记录，一个周期没有更新，服务器除备份、扫描的短时间窗外没有流量",
            "its name says that it is an old copy or a clone, its unit has the other one; no login is on record, nothing was updated in a cycle, and its servers are silent but for the hours of backups and scans",
        )
        return Finding(hit=True, sentence=sentence, seen=(*seen, *seen_silent(facts, rule)))
    why = _left_alone(facts, rule, as_of_on)
    if why is not None:
        sentence = Text(
            f"台账没有任何登录记录，{why.zh}，服务器除备份、扫描的短时间窗外没有流量",
            f"no login is on record, {why.en}, and its servers are silent but for the hours of backups and scans",
        )
        return Finding(hit=True, sentence=sentence, seen=(*seen, *seen_silent(facts, rule)))
    return Finding(hit=None, sentence=Text("不知道最近登录时间", "the last login is not known"), seen=tuple(seen))


def _left_alone(facts: SystemFacts, rule: ZombieRule, as_of_on: date) -> Text | None:
    """Why a system without a login on record is dead: it was watched and silent, and had no update of its own in two cycles.

    Or its contract ended a cycle ago, no later update is known, and its ledger counts no use. A ledger that counts uses, or that
    says how it is used without logins, speaks against it.
    """
    cycle, updated = int(later_limit(facts, rule, "months_of_a_yearly_cycle") or 0), own_update(facts, rule)
    if (
        not cycle
        or _rests(facts)
        or any(facts.number(name) for name in EVERY_COUNT)
        or stated(facts, rule, "unseen") is not None
    ):
        return None
    if (facts.coverage or 0) < (later_limit(facts, rule, "log_coverage_min_ratio") or 1) or not silent(facts, rule):
        return None
    if updated is not None and updated < months_before(as_of_on, 2 * cycle):
        return Text(f"最近的更新是 {updated}", f"its last update was on {updated}")
    contract = facts.system.contract_end_on
    ended = contract is not None and contract < months_before(as_of_on, cycle)
    if ended and (updated is None or updated < months_before(as_of_on, cycle)) and counts_none(facts):
        return Text(
            f"使用次数为 0，运维合同 {contract} 就到期了", f"it counts no use, and its contract ended on {contract}"
        )
    return None


def _looked_in(facts: SystemFacts, rule: ZombieRule, as_of_on: date, seen: Sequence[Seen]) -> Finding | None:
    """A recent login that its own ledger does not count, of what is known to be neglected and silent: whoever fills in the ledger looks in, too.

    Not of what rests by its class or its name: a drill is a login, too.
    """
    if not counts_none(facts) or not silent(facts, rule):
        return None
    why = _kept_by_nobody(facts, rule, as_of_on)
    if why is None:
        return None
    login = facts.system.last_login_on
    sentence = Text(
        f"最近登录 {login}，但台账的使用次数、活跃用户为 0，这次登录不是使用（填报时登录看过也会留下日期）；{why.zh}",
        f"last login {login}, yet the ledger counts no use and no user, so that it was no use (whoever fills in the ledger looks in, too); {why.en}",
    )
    return Finding(
        hit=True, sentence=sentence, seen=(replace(seen[0], limit=None), *seen[1:], *seen_silent(facts, rule))
    )


def _not_its_own(facts: SystemFacts, rule: ZombieRule, as_of_on: date, login: date, seen: Sequence[Seen]) -> Finding:
    """A recent login that is no use: a question, since nothing says when anybody else logged in.

    Not so of office work of every day, of an old copy, and of what is known to be neglected, whose servers are silent: somebody
    would have to be seen there.
    """
    why = (
        _no_rest(facts, rule) or _office_without_people(facts, rule, as_of_on) or _kept_by_nobody(facts, rule, as_of_on)
    )
    if why is not None:
        sentence = Text(
            f"最近登录 {login}，是运维方的登录或访问日志里没有的登录，不算使用；{why.zh}",
            f"last login {login}, the operator's or one that the logs do not know, which is no use; {why.en}",
        )
        of_others = Text("最近登录（不是本单位的，不算使用）", "last login (not its own, no use)")
        last = Seen(name=of_others, value=login.isoformat())
        return Finding(hit=True, sentence=sentence, seen=(last, *seen[1:], *seen_silent(facts, rule)))
    by_operator = Text(
        f"最近登录 {login}，但台账备注写明是运维方登录，不算使用；本单位最近何时用过请补充",
        f"last login {login}, by the operator as the ledger remarks: no use; ask when its own people last used it",
    )
    daily = Text(
        f"最近登录 {login}，但台账的月登录次数正好是当月天数，像监控每天登录一次，不算使用；本单位最近何时用过请补充",
        f"last login {login}, yet the ledger counts one login for each day of the month, as monitoring makes them: no use; ask when its own people last used it",
    )
    unseen = Text(
        f"台账写最近登录 {login}，但整个时间窗的访问日志里没有人的访问：可能是监控、巡检账号登录，请单位说明",
        f"the ledger says last login {login}, yet logs that cover the window show nobody: it may have been monitoring or an inspector; ask",
    )
    sentence = by_operator if facts.login_by_operator else daily if once_a_day(facts) else unseen
    return Finding(hit=None, doubtful=True, sentence=sentence, seen=tuple(seen))


def _nobody_logged_in(
    facts: SystemFacts, rule: ZombieRule, as_of_on: date, login: date, seen: Sequence[Seen]
) -> Finding:
    """The last login is old: a hit, unless the ledger, the traffic or the upkeep speaks against it, which only asks."""
    contradiction = _counted_all_the_same(facts, login, seen)
    if contradiction is not None:
        return contradiction
    months = int(limit_of(facts, rule, "months_without_activity"))
    cycle = int(later_limit(facts, rule, "months_of_a_yearly_cycle") or 0)
    why = _no_rest(facts, rule)
    # what is called a test environment is no seasonal, standby or emergency system
    unexplained = facts.system.system_class is None and why is None and facts.name_hint != "test"
    work = sign_of_work(facts, rule)
    seen = (*seen, *seen_silent(facts, rule))
    doubt = (
        _works_unseen(facts, rule, as_of_on, login, cycle, work)
        or _paid_and_unmeasured(facts, rule, as_of_on, cycle)
        or (_may_rest(facts, rule, as_of_on, login, cycle) if cycle and unexplained else None)
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


def _counted_all_the_same(facts: SystemFacts, login: date, seen: Sequence[Seen]) -> Finding | None:
    """The ledger counts uses a month that its own last login rules out, and that are not the operator's."""
    busy = [(label, facts.number(name)) for name, label in COUNTS.items()]
    said = [(label, count) for label, count in busy if count and not facts.login_by_operator]
    if not said:
        return None
    label, count = said[0]
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
    """What says that it may only rest: upkeep within a season or between two drills, or work of every few years."""
    years = stated(facts, rule, "years")
    if years is not None and upkeep(facts, rule, as_of_on, cycle) is not None:
        return Text(
            f"名称写明是数年一次的工作（{years}）", f"its name says that its work comes every few years ({years})"
        )
    care = yearly_care(facts, rule, as_of_on, cycle)
    return care if care is not None and within_a_rest(facts, rule, as_of_on, login, cycle) else None


def _no_rest(facts: SystemFacts, rule: ZombieRule) -> Text | None:
    """Why no season and no drill explains that nobody logs in: an old copy, or office work of every day, on silent servers.

    Upkeep says nothing there: patches come to all machines, and the contract of an old copy is that of its successor.
    """
    if not silent(facts, rule):
        return None
    copy = stated(facts, rule, "copy") if facts.namesakes else None
    if copy is not None:
        return Text(
            "名称写明是旧的或复制的一份，本单位另有同名系统，服务器除备份、扫描的短时间窗外没有流量",
            "its name says that it is an old copy or a clone, its unit has the other one, and its servers are silent but for the hours of backups and scans",
        )
    if stated(facts, rule, "everyday") is not None:
        return Text(
            "日常办公功能，全年都该有人登录，服务器除备份、扫描的短时间窗外没有流量",
            "office work of every day, which no season explains, and its servers are silent but for the hours of backups and scans",
        )
    return None


def _rests(facts: SystemFacts) -> bool:
    """Whether its class says, or its name suggests, that it rests for seasons or until something happens."""
    return facts.system.system_class in RESTING or facts.name_hint in RESTING


def _kept_by_nobody(facts: SystemFacts, rule: ZombieRule, as_of_on: date) -> Text | None:
    """What is known to be neglected, its updates and its contract ended long ago, where nothing but the operator is seen to enter it.

    Where logs of the whole window show nobody, or monitoring makes all the logins that the ledger counts, traffic that does not
    follow working days is no use; where only a remark says whose the last login was, the servers have to be silent.
    """
    cycle = int(later_limit(facts, rule, "months_of_a_yearly_cycle") or 0)
    if (
        not cycle
        or _rests(facts)
        or upkeep(facts, rule, as_of_on, cycle) is not None
        or stated(facts, rule, "unseen") is not None
    ):
        return None
    if silent(facts, rule):
        return Text(
            "服务器除备份、扫描的短时间窗外没有流量，更新和运维早已中断",
            "its servers are silent but for the hours of backups and scans, and its updates and upkeep ended long ago",
        )
    measured = all(month.network_mbit_s is not None for month in facts.months)
    if measured and (once_a_day(facts) or nobody_seen(facts, rule)) and not on_working_days(facts, rule):
        return Text(
            "服务器的流量不随工作日起落，更新和运维早已中断",
            "the traffic of its servers does not follow working days, and its updates and upkeep ended long ago",
        )
    return None


def _office_without_people(facts: SystemFacts, rule: ZombieRule, as_of_on: date) -> Text | None:
    """Office work of every day for a few people, of whom logs that cover the window show nobody, and no contract runs."""
    few = later_limit(facts, rule, "few_users")
    users, contract = facts.system.users, facts.system.contract_end_on
    gap = months_before(as_of_on, int(later_limit(facts, rule, "months_of_a_renewal_gap") or 0))
    if few is None or users is None or users >= few or (contract is not None and contract >= gap):
        return None
    if stated(facts, rule, "everyday") is None or not nobody_seen(facts, rule):
        return None
    return Text(
        f"日常办公功能，用户 {users} 人，访问日志覆盖整个时间窗而没有一个人，也没有有效的运维合同",
        f"office work of every day of {users} users, yet logs that cover the window show nobody, and no contract runs",
    )
