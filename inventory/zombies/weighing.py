"""All that speaks for and against a system, weighed together where no single rule decides.

Each sign is one independent piece of evidence with its figure: who says it (a measurement, a date of the ledger, a count that a
clerk wrote down, a remark), how old it is, and its points in a catalogue (rule R5, catalogs/zombies). No sign decides alone, what
is not known has no points, and a sign that weighs heavily for use forbids a verdict. Weighed is what would be a question else,
and what only dates of the ledger make a zombie.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from catalogs.models_rules import ZombieRule
from catalogs.words import Text
from inventory.telemetry.form import months_before
from inventory.zombies.care import own_update
from inventory.zombies.findings import NOT_USE, RESTING, Amount, Finding, Seen, later_limit, limit_of, percent
from inventory.zombies.rules_use import EVERY_COUNT, counts_none
from inventory.zombies.signs_of_use import nobody_seen, own_login
from inventory.zombies.statements import stated
from inventory.zombies.system_facts import SystemFacts
from inventory.zombies.traffic_shape import (
    even_all_week,
    office_hours,
    on_working_days,
    people_at_work,
    same_each_day,
    silent,
)

WEIGHED = "R5"
# Of the samples of servers, which say nothing where they were played back.
OF_SAMPLES = frozenset(
    {"traffic_silent", "traffic_even", "use_traffic_of_people", "use_traffic_of_workdays", "cpu_idle", "use_cpu_busy"}
)
# That nobody comes: without one of these, few users and old updates on quiet servers are also those of a register looked into now and then.
OF_NOBODY = frozenset({"login_old", "login_cycle", "login_cycles", "logs_nobody", "counts_none", "stated_unused"})
PEOPLE = "use_logs_people"
# Neither contract nor update for that long: 39号 takes it for enough, whoever still looks in.
GONE_FOR_CYCLES = frozenset({"contract_long_ended", "update_cycles"})
AT_WORK = frozenset({"use_login_recent", "use_traffic_of_people"})  # what the ledger claims, and what was measured
OF_USE = "use_"  # how parameters of signs of use begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One piece of evidence: the parameter that gives its points, what it says, the figure, and whether it was measured."""

    of: str
    says: Text
    value: Amount = None
    measured: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One system before the scales. `hits` are the functions of the rules that fired on it."""

    facts: SystemFacts
    hits: frozenset[str]
    unused: ZombieRule
    stated: ZombieRule | None
    on: date

    def ago(self, cycles: float = 1) -> date:
        """So many yearly cycles back."""
        months = int(later_limit(self.facts, self.unused, "months_of_a_yearly_cycle") or 0)
        return months_before(self.on, int(months * cycles))

    @property
    def recent(self) -> date:
        """Since when a login or an update is a fresh one."""
        return months_before(self.on, int(limit_of(self.facts, self.unused, "months_without_activity")))

    @property
    def renewed(self) -> date:
        """Since when an ended contract may still be under renewal."""
        return months_before(self.on, int(later_limit(self.facts, self.unused, "months_of_a_renewal_gap") or 0))


def weighed(case: Case, rule: ZombieRule, *, question: bool = False) -> Finding:
    """The scales: a hit where enough independent signs speak against use and none weighs heavily for it.

    `hit` is `False` where people were measured in every month, or a recent login has the traffic of working hours beside it
    and dates are not cycles old, and what speaks for use weighs so much more that old dates are only a question.

    Args:
        case: one system.
        rule: with the points.
        question: what is weighed is a question: the first heavy sign of use leaves it one, and the rest is not looked at.
    """
    heavy = limit_of(case.facts, rule, "points_that_forbid")
    points: dict[str, float] = {}
    found: list[Sign] = []
    repeats = list(_repeats(case, rule))
    for sign in (*repeats, *signs(case)):
        if repeats and sign.of in OF_SAMPLES:
            continue
        found.append(sign)
        points[sign.of] = _points(sign.of, rule, case.facts.system.system_class)
        if question and -points[sign.of] >= heavy:
            return _forbidden(sign, points[sign.of])
    total = sum(points.values())
    against = [sign for sign in found if points[sign.of] > 0]
    needed = limit_of(case.facts, rule, "points_needed")
    enough = total >= needed and len(against) >= limit_of(case.facts, rule, "signs_needed")
    forbidden = any(-one >= heavy for one in points.values())
    shown = any(sign.measured for sign in against) and not OF_NOBODY.isdisjoint(points)
    hit = True if enough and not forbidden and shown else None
    at_work = points.keys() >= AT_WORK and not points.keys() >= GONE_FOR_CYCLES
    if (PEOPLE in points or at_work) and -total >= limit_of(case.facts, rule, "points_to_ask"):
        hit = False
    rows = sorted(found, key=lambda sign: -points[sign.of])
    zh = "、".join(f"{sign.says.zh} {points[sign.of]:+g}" for sign in rows) or "没有"
    en = ", ".join(f"{sign.says.en} {points[sign.of]:+g}" for sign in rows) or "none"
    return Finding(
        hit=hit,
        sentence=Text(
            f"各方面的证据合计 {total:g} 分（{needed:g} 分以上列为疑似）：{zh}",
            f"all evidence together makes {total:g} points (suspected from {needed:g} on): {en}",
        ),
        seen=tuple(_shown(sign, points[sign.of]) for sign in rows),
    )


def _forbidden(sign: Sign, points: float) -> Finding:
    sentence = Text(
        f"有一条重的反证（{sign.says.zh} {points:+g}），不凭合计列为疑似",
        f"one heavy sign of use ({sign.says.en} {points:+g}): no sum makes it a suspicion",
    )
    return Finding(hit=None, sentence=sentence, seen=(_shown(sign, points),))


def _shown(sign: Sign, points: float) -> Seen:
    figure = f"{points:+g}" if sign.value is None else f"{sign.value}: {points:+g}"
    return Seen(name=sign.says, value=figure, unit="分")


def _points(of: str, rule: ZombieRule, system_class: str | None) -> float:
    """The points of a sign; those of use count down."""
    value = float(rule.value(of, system_class))
    return -value if of.startswith(OF_USE) else value


def signs(case: Case) -> Iterator[Sign]:
    """All that is known of a system, one sign from each independent source."""
    for look in _LOOKS:
        yield from look(case)


def _login(case: Case) -> Iterator[Sign]:
    login = own_login(case.facts, case.unused)
    if login is None:
        return
    if login >= case.recent:
        yield Sign(of="use_login_recent", says=Text("最近有人登录", "a recent login"), value=login.isoformat())
    elif login >= case.ago():
        yield Sign(of="login_old", says=Text("登录已过期", "the last login is old"), value=login.isoformat())
    elif login >= case.ago(2):
        yield Sign(of="login_cycle", says=Text("一个周期没人登录", "no login in a cycle"), value=login.isoformat())
    else:
        yield Sign(of="login_cycles", says=Text("两个周期没人登录", "no login in two cycles"), value=login.isoformat())
    contract = case.facts.system.contract_end_on
    if contract is not None and contract >= case.renewed and case.ago(2) <= login < case.recent:
        says = Text("两个周期内用过、合同有效，可能备用", "used within two cycles and paid for, it may stand by")
        yield Sign(of="use_may_stand_by", says=says, value=contract.isoformat())
    elif case.ago() <= login < case.recent:
        says = Text("一个周期内用过，可能一年一用", "used within a cycle, as a yearly system is")
        yield Sign(of="use_once_a_year", says=says)


def _update(case: Case) -> Iterator[Sign]:
    updated, known = own_update(case.facts, case.unused), case.facts.system.last_update_on
    if updated is None:
        if known is not None:
            yield Sign(
                of="patched_only", says=Text("只有统一打补丁", "only patch days of all"), value=known.isoformat()
            )
        return
    value = updated.isoformat()
    if updated >= case.recent:
        yield Sign(of="use_update_recent", says=Text("最近更新过", "a recent update"), value=value)
    elif updated >= case.ago():
        yield Sign(of="use_update_in_cycle", says=Text("一个周期内更新过", "an update within a cycle"), value=value)
    elif updated >= case.ago(2):
        yield Sign(of="update_old", says=Text("一个周期没有更新", "no update in a cycle"), value=value)
    else:
        yield Sign(of="update_cycles", says=Text("两个周期没有更新", "no update in two cycles"), value=value)


def _contract(case: Case) -> Iterator[Sign]:
    ends = case.facts.system.contract_end_on
    if ends is None or case.renewed <= ends < case.on:
        return
    if ends >= case.on:
        yield Sign(of="use_contract_runs", says=Text("运维合同有效", "the contract runs"), value=ends.isoformat())
    elif ends >= case.ago():
        yield Sign(of="contract_ended", says=Text("运维合同到期未续", "the contract ended"), value=ends.isoformat())
    else:
        says = Text("运维合同到期一个周期以上", "the contract ended over a cycle ago")
        yield Sign(of="contract_long_ended", says=says, value=ends.isoformat())


def _kept(case: Case) -> Iterator[Sign]:
    """Somebody pays for it and updates it: screens and interfaces that nobody logs in to are kept so."""
    ends, updated = case.facts.system.contract_end_on, own_update(case.facts, case.unused)
    if ends is not None and ends >= case.renewed and updated is not None and updated >= case.ago():
        says = Text("有合同、一个周期内又更新过", "paid for and updated within a cycle")
        yield Sign(of="use_kept", says=says, value=updated.isoformat())


def _counts(case: Case) -> Iterator[Sign]:
    """What the ledger counts: a claim, which weighs less than what is measured; no uses and few users say the same thing once."""
    if counts_none(case.facts):
        yield Sign(of="counts_none", says=Text("台账写使用次数为 0", "the ledger counts no use"), value=0)
        return
    if "few-users" in case.hits:
        yield Sign(of="few_users", says=Text("用户很少", "few users"), value=case.facts.system.users)
    said = max((case.facts.number(name) or 0 for name in EVERY_COUNT), default=0)
    if said and not case.facts.login_by_operator:
        yield Sign(of="use_counts_some", says=Text("台账写有使用次数", "the ledger counts uses"), value=said)


def _traffic(case: Case) -> Iterator[Sign]:
    """The shape of its traffic: people rest at weekends, backups and agents have a window, robots and copies never rest."""
    facts, rule = case.facts, case.unused
    if people_at_work(facts, rule) or office_hours(facts, rule):
        of, says = "use_traffic_of_people", Text("流量像有人上班时使用", "traffic as people at work make it")
    elif on_working_days(facts, rule):
        of, says = "use_traffic_of_workdays", Text("流量随工作日起落", "traffic follows working days")
    elif silent(facts, rule) or same_each_day(facts, rule):
        of, says = "traffic_silent", Text("流量只有备份、代理的样子", "traffic as backups and agents make it")
    elif even_all_week(facts, rule):
        of, says = "traffic_even", Text("流量不分工作日和周末", "as much traffic at weekends as on working days")
    else:
        return
    days = [
        f"{month.network_workday_mbit_s:.3g}/{month.network_weekend_mbit_s:.3g}"
        for month in facts.months if month.network_workday_mbit_s is not None and month.network_weekend_mbit_s is not None
    ]  # fmt: skip
    means = [f"{month.network_mbit_s:.3g}" for month in facts.months if month.network_mbit_s is not None]
    yield Sign(of=of, says=says, value=f"{' '.join(days or means)} Mbit/s", measured=True)


def _logs(case: Case) -> Iterator[Sign]:
    """People in every month weigh heavily; in a single month they may have come to inspect it."""
    months = [sum(count for name, count in month.activity.items() if name != NOT_USE) for month in case.facts.months]
    people = round(sum(months), 1)
    if all(months) and months:
        says = Text("每月都实测到有人访问、登录或办件", "people were measured in every month")
        yield Sign(of="use_logs_people", says=says, value=people, measured=True)
    elif any(months):
        says = Text("有的月份实测到有人访问、登录或办件", "people were measured in some months")
        yield Sign(of="use_logs_some", says=says, value=people, measured=True)
    elif nobody_seen(case.facts, case.unused):
        says = Text("访问日志完整而没有一个人", "complete logs show nobody")
        yield Sign(of="logs_nobody", says=says, value=0, measured=True)


def _repeats(case: Case, rule: ZombieRule) -> Iterator[Sign]:
    """The same highest hour of CPU in every month, to the last digit: samples that were played back, as no machine makes them.

    Neither of idle machines, whose few steps agree by chance, nor of full ones.
    """
    peaks = {month.cpu_hour_peak_ratio for month in case.facts.months}
    peak = next(iter(peaks)) if len(peaks) == 1 and len(case.facts.months) > 1 else None
    if peak is None or "repeated_peak_from_ratio" not in rule.parameters:
        return
    if rule.value("repeated_peak_from_ratio") <= peak <= rule.value("repeated_peak_to_ratio"):
        says = Text("各月最高小时的 CPU 逐位相同，像回放的样本", "the same highest hour of CPU in every month, as samples that were played back")  # fmt: skip
        yield Sign(of="cpu_repeats", says=says, value=percent(peak), measured=True)


def _cpu(case: Case) -> Iterator[Sign]:
    busy = later_limit(case.facts, case.unused, "cpu_daily_peak_ratio")
    peaks = [month.cpu_daily_peak_ratio for month in case.facts.months]
    if "idle-resources" in case.hits:
        means = " ".join(percent(month.cpu_mean_ratio) for month in case.facts.months)
        yield Sign(of="cpu_idle", says=Text("服务器闲置", "its servers idle"), value=means, measured=True)
    elif busy is not None and peaks and all(peak is not None and peak >= busy for peak in peaks):
        shown = " ".join(map(percent, peaks))
        yield Sign(
            of="use_cpu_busy", says=Text("CPU 每天都忙", "its CPU is busy every day"), value=shown, measured=True
        )


def _said(case: Case) -> Iterator[Sign]:
    """What its unit writes, and what its name says of its kind: words weigh as their writer's interest lets them."""
    facts, rule = case.facts, case.unused
    unused = None if case.stated is None else stated(facts, case.stated, "unused")
    used = stated(facts, rule, "unseen") or (None if case.stated is None else stated(facts, case.stated, "used"))
    if used is not None:
        yield Sign(of="use_stated_used", says=Text("单位写明有用", "its unit writes that it is of use"), value=used)
    elif unused is not None:
        yield Sign(of="stated_unused", says=Text("单位写明不用", "its unit writes that it is not used"), value=unused)
    if {"replaced", "detached"} & case.hits:
        yield Sign(of="replaced", says=Text("已被替代或脱离业务", "replaced, or detached from the business"))
    kinds: Mapping[str, tuple[str, Text]] = {
        "years": ("use_work_of_years", Text("数年一次的工作", "work of every few years")),
        "unattended": ("use_unattended", Text("名称像无人值守一类", "by its name of a kind that nobody attends")),
        "everyday": ("everyday", Text("全年都该有人登录的日常办公", "office work of every day")),
    }
    for kind, (of, says) in kinds.items():
        word = stated(facts, rule, kind)  # type: ignore[arg-type]  # the kinds of this table
        if word is not None:
            yield Sign(of=of, says=says, value=word)
    if facts.namesakes and (copy := stated(facts, rule, "copy")) is not None:
        yield Sign(of="copy", says=Text("旧的或复制的一份", "an old copy or a clone"), value=copy)


def _class(case: Case) -> Iterator[Sign]:
    kind = case.facts.system.system_class or case.facts.name_hint
    if kind in RESTING:
        says = Text("季节性、备用或应急系统", "a seasonal, standby or emergency system")
        yield Sign(of="use_class_rests", says=says, value=kind)


def _linked(case: Case) -> Iterator[Sign]:
    linking = case.facts.callers_linking
    if linking:
        says = Text("别的单位或门户的台账写着它", "ledgers of others or of portals name it")
        yield Sign(of="use_linked", says=says, value=len(linking))


# The cheapest first: a heavy sign of use among them spares the others.
_LOOKS: Sequence[Callable[[Case], Iterator[Sign]]] = (
    _login, _update, _contract, _kept, _class, _counts, _logs, _traffic, _cpu, _said, _linked,
)  # fmt: skip
