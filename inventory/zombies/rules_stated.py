"""Rules that hold what a department says, or paid for, against what is known of use: stated unused, never put to use."""

from __future__ import annotations

from datetime import date

from catalogs.models_rules import ZombieRule
from catalogs.words import Text
from inventory.telemetry.form import months_before
from inventory.zombies.care import own_update
from inventory.zombies.findings import NOT_USE, Finding, Seen, later_limit, limit_of, not_known
from inventory.zombies.rules_use import EVERY_COUNT, counts_none
from inventory.zombies.signs_of_use import nobody_seen, own_login
from inventory.zombies.statements import stated
from inventory.zombies.system_facts import SystemFacts
from inventory.zombies.system_rhythm import HALF_A_DAY
from inventory.zombies.traffic_shape import hours_of_people, same_each_day

NOT_SAID = Text("台账没有写明不再使用", "the ledger does not say that it is no longer used")


def stated_unused(facts: SystemFacts, rule: ZombieRule, as_of_on: date) -> Finding:
    """The ledger says in its own words that nobody uses it, and no login, visit or record speaks against it."""
    said = stated(facts, rule, "unused")
    if said is None:
        return Finding(hit=False, sentence=NOT_SAID)
    since = months_before(as_of_on, int(limit_of(facts, rule, "months_without_activity")))
    login = own_login(facts, rule)
    looked_in = login is not None and login >= since and _only_looked_in(facts, rule)
    shown = login.isoformat() if login else None
    seen = (
        Seen(name=Text("单位写明", "its department writes"), value=said),
        Seen(name=Text("最近登录", "last login"), value=shown, limit=None if looked_in else f"< {since}"),
        *(
            (Seen(name=Text("台账的使用次数、活跃用户", "uses and users that the ledger counts"), value=0),)
            if looked_in
            else ()
        ),
    )
    if looked_in:
        login = None
    recent = login is not None and login >= since
    if recent and facts.coverage and not (_used(facts) or _counted(facts) or _looked_at(facts, rule)):
        zh = f"台账写“{said}”，又写 {shown} 登录过，采样不足，看不出有没有人用，请单位说明"
        en = f"the ledger says {said!r}, and that somebody logged in on {shown}; too little is measured to tell: ask"
        return Finding(hit=None, doubtful=True, sentence=Text(zh, en), seen=seen)
    used = _used(facts) and not _visits_of_the_operator(facts, rule)
    if used or recent:
        return Finding(
            hit=False,
            sentence=Text(f"台账写“{said}”，但仍有人登录或访问", f"the ledger says {said!r}, yet somebody uses it"),
            seen=seen,
        )
    counted = _counted(facts) and not nobody_seen(facts, rule)
    if login is None and (counted or not _looked_at(facts, rule)):
        return Finding(
            hit=None,
            doubtful=looked_in,
            sentence=Text(
                f"台账写“{said}”，但不知道最近登录时间，也没有足够的实测",
                f"the ledger says {said!r}, yet no login is known and too little is measured",
            ),
            seen=seen,
        )
    if hours_of_people(facts, rule):
        zh = f"台账写“{said}”，但服务器工作日有流量的小时数比周末多，像上班时间还有人用，请单位说明"
        en = f"the ledger says {said!r}, yet its servers have traffic in more hours of working days than of weekends, as office hours make it: ask"
        return Finding(hit=None, doubtful=True, sentence=Text(zh, en), seen=seen)
    zh = f"自 {login} 起无人登录" if login else "台账没有任何登录记录"
    en = f"nobody has logged in since {login}" if login else "no login is on record"
    if looked_in:
        why = Text("台账的使用次数或活跃用户为 0", "the ledger counts no use and no user")
        if not counts_none(facts):
            why = Text(
                "服务器有流量的小时数不分工作日和周末，没有人用的样子",
                "its servers have traffic in as many hours of weekends as of working days, which nobody's use makes",
            )
        zh = f"{why.zh}，{shown} 的登录不是使用（填报时登录看过也会留下日期）"
        en = f"{why.en}, so the login of {shown} was no use (whoever fills in the ledger looks in, too)"
    return Finding(hit=True, sentence=Text(f"台账写明“{said}”，{zh}", f"the ledger says {said!r}, and {en}"), seen=seen)


def never_used(facts: SystemFacts, rule: ZombieRule, as_of_on: date) -> Finding:
    """Accepted more than a cycle ago; neither login nor update since the trial, no use is measured, nobody pays for it."""
    online, login, update = facts.system.online_on, facts.system.last_login_on, own_update(facts, rule)
    if online is None or update is None:
        return not_known("不知道何时投入使用或最近更新时间", "when it went online, or its last update, is not known")
    limit = months_before(as_of_on, int(limit_of(facts, rule, "months_since_online")))
    trial = months_before(online, -int(limit_of(facts, rule, "months_of_trial")))
    seen = (
        Seen(name=Text("投入使用", "went online"), value=online.isoformat(), limit=f"<= {limit}"),
        Seen(name=Text("最近登录", "last login"), value=login.isoformat() if login else None, limit=f"<= {trial}"),
        Seen(name=Text("最近更新", "last update"), value=update.isoformat(), limit=f"<= {trial}"),
    )
    contract = facts.system.contract_end_on
    later = update > trial or (login is not None and login > trial)
    if online > limit or later or _used(facts) or _counted(facts) or (contract is not None and contract >= as_of_on):
        return Finding(
            hit=False,
            sentence=Text(
                "上线不久、试运行之后有人登录或更新，或还有运维合同",
                "young, or used, updated or paid for after its trial",
            ),
            seen=seen,
        )
    if login is None and not (_said_none(facts) and _idle(facts, rule)):
        return Finding(
            hit=None,
            sentence=Text("试运行之后是否有人登录并不知道", "whether anybody logged in after its trial is not known"),
            seen=seen,
        )
    return Finding(
        hit=True,
        sentence=Text(
            f"{online} 投入使用，试运行（至 {trial}）之后没有登录、没有更新，像建成后未投入使用",
            f"online since {online}, neither login nor update after its trial (until {trial}): it seems never to have been put to use",
        ),
        seen=seen,
    )


def _used(facts: SystemFacts) -> bool:
    """Whether people, or business records, were measured."""
    return any(count > 0 for month in facts.months for name, count in month.activity.items() if name != NOT_USE)


def _visits_of_the_operator(facts: SystemFacts, rule: ZombieRule) -> bool:
    """Whether its unit writes that the logins are its maintenance firm's, and no month has more visits than such a firm makes."""
    most = later_limit(facts, rule, "operator_visits_a_month")
    if most is None or not facts.login_by_operator:
        return False
    return all(count <= most for month in facts.months for name, count in month.activity.items() if name != NOT_USE)


def _counted(facts: SystemFacts) -> bool:
    """Whether the ledger counts uses a month that are not the operator's."""
    return not facts.login_by_operator and any((facts.number(name) or 0) > 0 for name in EVERY_COUNT)


def _only_looked_in(facts: SystemFacts, rule: ZombieRule) -> bool:
    """Whether a recent login of what its unit says to be unused was no use: the ledger counts none, or the servers show none.

    A ledger that counts uses, and servers with traffic in more than half of the day (streams, interfaces), speak against it.
    """
    hours = [month.network_over_ratio for month in facts.months if month.network_over_ratio is not None]
    if _counted(facts) or any(share > HALF_A_DAY for share in hours):
        return False
    return counts_none(facts) or same_each_day(facts, rule)


def _said_none(facts: SystemFacts) -> bool:
    """Whether the ledger itself says 0 uses a month; a blank says nothing."""
    return any(facts.number(name) == 0 for name in EVERY_COUNT)


def _looked_at(facts: SystemFacts, rule: ZombieRule) -> bool:
    """Whether enough was measured to have shown use, or all its servers are known to be off."""
    least = limit_of(facts, rule, "coverage_min_ratio")
    off = bool(facts.servers) and facts.servers_off == facts.servers
    return off or (facts.coverage is not None and facts.coverage >= least)


def _idle(facts: SystemFacts, rule: ZombieRule) -> bool:
    """Whether its CPU idled in every month, enough of which was measured."""
    limit = later_limit(facts, rule, "cpu_mean_ratio") or 0.0
    means = [month.cpu_mean_ratio for month in facts.months]
    return _looked_at(facts, rule) and bool(means) and all(mean is not None and mean < limit for mean in means)
