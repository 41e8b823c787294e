"""Rules about use: logins, visits and business records, measured or as the ledger says; users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from catalogs.models_rules import ZombieRule
from catalogs.words import Text
from inventory.system_facts import SystemFacts
from inventory.telemetry import months_before
from inventory.zombie_care import (
    forgotten,
    nothing_measured,
    own_login,
    seen_silent,
    seen_to_work,
    sign_of_care,
    sign_of_work,
    silent,
    upkeep,
    within_a_rest,
    yearly_care,
)
from inventory.zombie_findings import NOT_USE, Finding, Seen, later_limit, limit_of, not_known
from inventory.zombie_statements import stated


def no_activity(facts: SystemFacts, rule: ZombieRule, as_of_on: date) -> Finding:
    """Nobody logged in, and no visit or business record was seen, for months."""
    months = int(limit_of(facts, rule, "months_without_activity"))
    since = months_before(as_of_on, months)
    login = facts.system.last_login_on
    seen = [Seen(name=Text("最近登录", "last login"), value=login.isoformat() if login else None, limit=f"< {since}")]
    recent = recent_activity(facts)
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
    if any(count > 0 for count in recent.values()):
        return Finding(
            hit=False,
            sentence=Text("近 3 个月有访问、登录或办件记录", "visits, logins or records were measured within 3 months"),
            seen=tuple(seen),
        )
    if login is None:
        return Finding(hit=None, sentence=Text("不知道最近登录时间", "the last login is not known"), seen=tuple(seen))
    if login >= since and own_login(facts, rule) is None:
        return _not_its_own(facts, login, seen)
    if login >= since:
        return Finding(hit=False, sentence=Text(f"最近登录 {login}", f"last login {login}"), seen=tuple(seen))
    return _nobody_logged_in(facts, rule, as_of_on, login, seen)


def _not_its_own(facts: SystemFacts, login: date, seen: Sequence[Seen]) -> Finding:
    """A recent login that is no use: a question, since nothing says when anybody else logged in."""
    by_operator = Text(
        f"最近登录 {login}，但台账备注写明是运维方登录，不算使用；本单位最近何时用过请补充",
        f"last login {login}, by the operator as the ledger remarks: no use; ask when its own people last used it",
    )
    unseen = Text(
        f"台账写最近登录 {login}，但整个时间窗的访问日志里没有人的访问：可能是监控、巡检账号登录，请单位说明",
        f"the ledger says last login {login}, yet logs that cover the window show nobody: it may have been monitoring or an inspector; ask",
    )
    sentence = by_operator if facts.login_by_operator else unseen
    return Finding(hit=None, doubtful=True, sentence=sentence, seen=tuple(seen))


def _nobody_logged_in(
    facts: SystemFacts, rule: ZombieRule, as_of_on: date, login: date, seen: Sequence[Seen]
) -> Finding:
    """The last login is old: a hit, unless the ledger, the traffic or the upkeep speaks against it, which only asks."""
    months = int(limit_of(facts, rule, "months_without_activity"))
    busy = [(label, facts.number(name)) for name, label in COUNTS.items()]
    said = [(label, count) for label, count in busy if count and not facts.login_by_operator]
    if said:
        label, count = said[0]
        return Finding(
            hit=None, sentence=Text(f"台账自相矛盾：最近登录 {login}，但{label.zh} {count:g}", f"the ledger contradicts itself: last login {login}, yet {label.en} {count:g}"), seen=tuple(seen), doubtful=True,
        )  # fmt: skip
    seen = (*seen, *seen_silent(facts, rule))
    work = sign_of_work(facts, rule)
    cycle = int(later_limit(facts, rule, "months_of_a_yearly_cycle") or 0)
    kept = upkeep(facts, rule, as_of_on, cycle) if work is not None else None
    if work is not None and kept is not None and not forgotten(facts, rule, as_of_on, login, cycle):
        return Finding(
            hit=None, doubtful=True, seen=(*seen, work),
            sentence=Text(
                f"自 {login} 起无人登录，但服务器每台平均有 {work.value} Mbit/s 流量，{kept.zh}：可能由程序调用、经统一门户登录或夜间跑批，请接入访问日志或由单位说明",
                f"nobody has logged in since {login}, yet its servers carry {work.value} Mbit/s each and {kept.en}: programs may call it, people may come through a portal, or it works at night; collect its access logs or ask",
            ),
        )  # fmt: skip
    unseen = nothing_measured(facts) and "network_mbit_s" in rule.parameters
    neglected = upkeep(facts, rule, as_of_on, cycle) is None
    paid = sign_of_care(facts, rule, as_of_on, cycle, contract_suffices=True) if unseen and not neglected else None
    if paid is not None:
        return Finding(
            hit=None, doubtful=True, seen=tuple(seen),
            sentence=Text(
                f"自 {login} 起无人登录，但访问和流量都没有实测，{paid.zh}：可能由程序调用或经统一门户登录，请接入监控、访问日志或由单位说明",
                f"nobody has logged in since {login}, yet neither visits nor traffic are measured and {paid.en}: programs or a portal may use it; collect metrics or access logs, or ask",
            ),
        )  # fmt: skip
    why = _no_rest(facts, rule)
    unexplained = facts.system.system_class is None and why is None
    care = _rest(facts, rule, as_of_on, login, cycle) if cycle and unexplained else None
    if care is not None:
        return Finding(
            hit=None, doubtful=True, seen=tuple(seen),
            sentence=Text(
                f"自 {login} 起无人登录，但{care.zh}，可能是季节性、备用或应急系统，请先注明系统类别",
                f"nobody has logged in since {login}, yet {care.en}: it may be used once a year, or stand by; state its class first",
            ),
        )  # fmt: skip
    works = seen_to_work(facts, rule, as_of_on, login, cycle)
    if works is not None:
        return Finding(
            hit=None, doubtful=True, seen=tuple(seen),
            sentence=Text(
                f"自 {login} 起无人登录，但{works.zh}：可能是大屏、接口一类不必登录的系统，请单位说明",
                f"nobody has logged in since {login}, yet {works.en}: it may be a wall or an interface that needs no login; ask",
            ),
        )  # fmt: skip
    return Finding(
        hit=True, seen=tuple(seen),
        sentence=Text(
            f"自 {login} 起无人登录，已超过 {months} 个月{f'；{why.zh}' if why else ''}",
            f"nobody has logged in since {login}: more than {months} months{f'; {why.en}' if why else ''}",
        ),
    )  # fmt: skip


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
            "名称写明是旧的或复制的一份，本单位另有同名系统，服务器除每天一小时外没有流量",
            "its name says that it is an old copy or a clone, its unit has the other one, and its servers are silent but for an hour a day",
        )
    if stated(facts, rule, "everyday") is not None:
        return Text(
            "日常办公功能，全年都该有人登录，服务器除每天一小时外没有流量",
            "office work of every day, which no season explains, and its servers are silent but for an hour a day",
        )
    return None


def few_users(facts: SystemFacts, rule: ZombieRule, _as_of_on: date) -> Finding:
    """Z5a: hardly anybody is meant to use it."""
    limit = limit_of(facts, rule, "users")
    users = facts.number("active_users")
    users = facts.system.users if users is None else users
    if users is None:
        return not_known("不知道用户数", "the number of users is not known")
    seen = (Seen(name=Text("用户数", "users"), value=users, unit="人", limit=f"< {limit:g}"),)
    return Finding(hit=users < limit, sentence=Text(f"用户 {users:g} 人", f"{users:g} users"), seen=seen)


def rarely_used(facts: SystemFacts, rule: ZombieRule, as_of_on: date) -> Finding:
    """Z5b: hardly ever used: measured logins where there are any, else what the ledger says a month."""
    limit = limit_of(facts, rule, "uses_a_month")
    measured = recent_activity(facts)
    if measured:
        monthly = max(measured.values()) / max(len(facts.months), 1)
        seen = (
            Seen(
                name=Text("月均登录、访问或办件（实测）", "logins, visits or records a month (measured)"),
                value=round(monthly, 1),
                unit="次",
                limit=f"< {limit:g}",
            ),
        )
        return Finding(
            hit=monthly < limit,
            sentence=Text(f"实测月均 {monthly:.1f} 次", f"{monthly:.1f} a month, measured"),
            seen=seen,
        )
    said = {name: count for name in COUNTS if (count := facts.number(name)) is not None}
    if not said:
        return not_known("不知道使用频度", "how often it is used is not known")
    said_by_ledger = tuple(
        Seen(name=COUNTS[name], value=count, unit="次", limit=f"< {limit:g}") for name, count in said.items()
    )
    most = max(said.values())
    if most >= limit and facts.login_by_operator:
        return Finding(
            hit=None,
            sentence=Text(
                "台账的使用次数含运维方登录，不知道本单位用了几次",
                "the counts of the ledger hold logins of the operator",
            ),
            seen=said_by_ledger,
        )
    work, cycle = sign_of_work(facts, rule), int(later_limit(facts, rule, "months_of_a_yearly_cycle") or 0)
    if most < limit and work is not None and (why := upkeep(facts, rule, as_of_on, cycle)) is not None:
        sentence = Text(
            f"台账月均使用 {most:g} 次，但服务器每台平均有 {work.value} Mbit/s 流量，{why.zh}：登录次数说明不了用没用",
            f"the ledger says {most:g} uses a month, yet its servers carry {work.value} Mbit/s each and {why.en}: logins do not tell its use",
        )
        return Finding(hit=None, sentence=sentence, seen=(*said_by_ledger, work))
    return Finding(
        hit=most < limit,
        sentence=Text(f"台账月均使用 {most:g} 次", f"the ledger says {most:g} uses a month"),
        seen=said_by_ledger,
    )


COUNTS: Mapping[str, Text] = {
    "logins_month": Text("月登录次数", "logins a month"),
    "visits_month": Text("月均访问量", "visits a month"),
    "cases_month": Text("办件量", "cases handled"),
}


def recent_activity(facts: SystemFacts) -> dict[str, float]:
    """Measured events of use over all months, by kind; visits of machines are none."""
    names = {name for month in facts.months for name in month.activity} - {NOT_USE}
    return {name: round(sum(month.activity.get(name, 0) for month in facts.months), 3) for name in sorted(names)}
