"""One function per zombie rule: facts of a system and the rule's parameters → hit, no hit, or not known.

A rule sees the facts and `as_of_on`, nothing else. Numbers live in catalogs/zombies/*.yaml. What the rule needs and
does not know makes it *not known*; it never makes a hit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from catalogs.models_rules import ZombieRule
from catalogs.words import Text
from inventory.system_facts import SystemFacts
from inventory.telemetry import months_before

Amount = str | int | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One value that a rule looked at, with the limit it was held against."""

    name: Text
    value: Amount
    unit: str = ""
    limit: Amount = None

    def as_json(self) -> dict[str, object]:
        """The form of docs/reference/verdict.schema.json."""
        return {"name": self.name.as_json(), "value": self.value, "unit": self.unit, "limit": self.limit}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a rule says about a system: `hit` is `None` where it cannot know.

    `doubtful` marks an unknown that a person should clear up, not merely a field that nobody filled in.
    """

    hit: bool | None
    sentence: Text
    seen: tuple[Seen, ...] = ()
    doubtful: bool = False


COMPOSITE = "R2"  # the rule that counts criteria
NOT_USE = "machine_visits"  # robots, probes and timers visit what nobody uses, too
NOT_IN_OPERATION = frozenset({"在建", "拟建", "已下线"})  # being built, planned, retired
Rule = Callable[[SystemFacts, ZombieRule, date], Finding]


def percent(ratio: float | None) -> str:
    """A ratio for a sentence; never 0 % or 100 % unless it is exactly that."""
    if ratio is None:
        return "n/a"
    shown = round(ratio * 100, 1)
    if shown == 0 and ratio > 0:
        return "<0.1 %"
    if shown == 100 and ratio < 1:
        return ">99.9 %"
    return f"{shown:g} %"


def amount(value: Amount) -> str:
    """A value for a sentence: four digits are enough to compare it with its limit."""
    return f"{value:.4g}" if isinstance(value, float) and abs(value) < 10_000 else f"{value:g}" if isinstance(value, float) else str(value)  # fmt: skip


def _limit(facts: SystemFacts, rule: ZombieRule, name: str) -> float:
    return float(rule.value(name, facts.system.system_class))


def _later_limit(facts: SystemFacts, rule: ZombieRule, name: str) -> float | None:
    """A parameter that files written before it was known do not have: without it the rule does what it did then."""
    return _limit(facts, rule, name) if name in rule.parameters else None


def _unknown(zh: str, en: str) -> Finding:
    return Finding(hit=None, sentence=Text(zh, en))


def declared(facts: SystemFacts, _rule: ZombieRule, _as_of_on: date) -> Finding:
    """The department says itself that it is a zombie (是否为僵尸信息系统：是)."""
    flag = facts.system.zombie_declared
    if flag is None:
        return _unknown("台账没有填写是否为僵尸系统", "the ledger does not say whether it is a zombie")
    seen = (Seen(name=Text("台账申报", "declared"), value="是" if flag else "否"),)
    if not flag:
        return Finding(
            hit=False, sentence=Text("单位申报为非僵尸系统", "the department declares it is none"), seen=seen
        )
    why = facts.text("zombie_reasons")
    return Finding(
        hit=True, sentence=Text(f"单位自行申报为僵尸系统{f'（{why}）' if why else ''}", f"declared a zombie by its department{f' ({why})' if why else ''}"), seen=seen,
    )  # fmt: skip


def no_activity(facts: SystemFacts, rule: ZombieRule, as_of_on: date) -> Finding:
    """Nobody logged in, and no visit or business record was seen, for months."""
    months = int(_limit(facts, rule, "months_without_activity"))
    since = months_before(as_of_on, months)
    login = facts.system.last_login_on
    seen = [Seen(name=Text("最近登录", "last login"), value=login.isoformat() if login else None, limit=f"< {since}")]
    recent = _recent_activity(facts)
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
    if any(count > 0 for count in recent.values()):
        return Finding(
            hit=False,
            sentence=Text("近 3 个月有访问、登录或办件记录", "visits, logins or records were measured within 3 months"),
            seen=tuple(seen),
        )
    if login is None:
        return Finding(hit=None, sentence=Text("不知道最近登录时间", "the last login is not known"), seen=tuple(seen))
    if login >= since:
        return Finding(hit=False, sentence=Text(f"最近登录 {login}", f"last login {login}"), seen=tuple(seen))
    return _nobody_logged_in(facts, rule, as_of_on, login, seen)


def _nobody_logged_in(
    facts: SystemFacts, rule: ZombieRule, as_of_on: date, login: date, seen: Sequence[Seen]
) -> Finding:
    """The last login is old: a hit, unless the ledger, the traffic or the upkeep speaks against it, which only asks."""
    months = int(_limit(facts, rule, "months_without_activity"))
    busy = [(label, facts.number(name)) for name, label in _COUNTS.items()]
    said = [(label, count) for label, count in busy if count]
    if said:
        label, count = said[0]
        return Finding(
            hit=None, sentence=Text(f"台账自相矛盾：最近登录 {login}，但{label.zh} {count:g}", f"the ledger contradicts itself: last login {login}, yet {label.en} {count:g}"), seen=tuple(seen), doubtful=True,
        )  # fmt: skip
    work = _sign_of_work(facts, rule)
    cycle = int(_later_limit(facts, rule, "months_of_a_yearly_cycle") or 0)
    upkeep = _upkeep(facts, rule, as_of_on, cycle) if work is not None else None
    if work is not None and upkeep is not None and not _forgotten(facts, rule, as_of_on, login, cycle):
        return Finding(
            hit=None, doubtful=True, seen=(*seen, work),
            sentence=Text(
                f"自 {login} 起无人登录，但服务器每台平均有 {work.value} Mbit/s 流量，{upkeep.zh}：可能由程序调用、经统一门户登录或夜间跑批，请接入访问日志或由单位说明",
                f"nobody has logged in since {login}, yet its servers carry {work.value} Mbit/s each and {upkeep.en}: programs may call it, people may come through a portal, or it works at night; collect its access logs or ask",
            ),
        )  # fmt: skip
    unseen = _nothing_measured(facts) and "network_mbit_s" in rule.parameters
    neglected = _upkeep(facts, rule, as_of_on, cycle) is None
    paid = sign_of_care(facts, rule, as_of_on, cycle, contract_suffices=True) if unseen and not neglected else None
    if paid is not None:
        return Finding(
            hit=None, doubtful=True, seen=tuple(seen),
            sentence=Text(
                f"自 {login} 起无人登录，但访问和流量都没有实测，{paid.zh}：可能由程序调用或经统一门户登录，请接入监控、访问日志或由单位说明",
                f"nobody has logged in since {login}, yet neither visits nor traffic are measured and {paid.en}: programs or a portal may use it; collect metrics or access logs, or ask",
            ),
        )  # fmt: skip
    care = yearly_care(facts, rule, as_of_on, cycle) if cycle and facts.system.system_class is None else None
    if care is not None and login >= months_before(as_of_on, cycle):
        return Finding(
            hit=None, doubtful=True, seen=tuple(seen),
            sentence=Text(
                f"自 {login} 起无人登录，但{care.zh}，可能一年只用一次，请先注明系统类别",
                f"nobody has logged in since {login}, yet {care.en}: it may be used once a year; state its class first",
            ),
        )  # fmt: skip
    return Finding(
        hit=True, sentence=Text(f"自 {login} 起无人登录，已超过 {months} 个月", f"nobody has logged in since {login}: more than {months} months"), seen=tuple(seen),
    )  # fmt: skip


def _forgotten(facts: SystemFacts, rule: ZombieRule, as_of_on: date, login: date, cycle: int) -> bool:
    """Whether a system without a known contract was neither entered in two cycles nor updated for itself in one.

    An operating system alone makes traffic; who would still want it had two seasons to look at it.
    """
    if facts.system.contract_end_on is not None or login >= months_before(as_of_on, 2 * cycle):
        return False
    updated = own_update(facts, rule)
    return updated is not None and updated < months_before(as_of_on, cycle)


def _nothing_measured(facts: SystemFacts) -> bool:
    """Whether no month has traffic or events of any kind: then use without logins cannot be excluded."""
    return all(month.network_mbit_s is None and not month.activity for month in facts.months)


def yearly_care(facts: SystemFacts, rule: ZombieRule, as_of_on: date, cycle: int) -> Text | None:
    """Upkeep that a yearly system may show: an update in the last cycle, or one in the last two and a contract that runs or has just ended."""
    updated = own_update(facts, rule)
    if updated is None or updated < months_before(as_of_on, 2 * cycle):
        return sign_of_care(facts, rule, as_of_on, cycle)
    return _upkeep(facts, rule, as_of_on, cycle)


def _sign_of_work(facts: SystemFacts, rule: ZombieRule) -> Seen | None:
    """Traffic of its servers that no access log explains: what programs do, nobody has to log in for.

    The least month counts. Where visits or records were measured, their logs speak instead.
    """
    limit = _later_limit(facts, rule, "network_mbit_s")
    traffic = [month.network_mbit_s for month in facts.months if month.network_mbit_s is not None]
    if limit is None or not traffic or any(month.activity for month in facts.months) or min(traffic) < limit:
        return None
    return Seen(
        name=Text("网络流量（最少的月）", "network, the least month"), value=round(min(traffic), 2), unit="Mbit/s", limit=f"< {limit:g}"
    )  # fmt: skip


def _upkeep(facts: SystemFacts, rule: ZombieRule, as_of_on: date, cycle: int) -> Text | None:
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
    gap = months_before(as_of_on, int(_later_limit(facts, rule, "months_of_a_renewal_gap") or 0))
    contract = facts.system.contract_end_on
    if contract is not None and contract >= gap:
        return Text(
            f"运维合同 {contract} 才到期，可能正在续签",
            f"its contract ended only on {contract} and may be under renewal",
        )
    if contract is not None:
        return None
    return Text("是否还有人维护并不知道", "whether anybody maintains it is not known")


def own_update(facts: SystemFacts, rule: ZombieRule) -> date | None:
    """The last update that the system had for itself: a day shared by so many others is an operator's patch day."""
    mass = _later_limit(facts, rule, "mass_update_ratio")
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


_COUNTS: Mapping[str, Text] = {
    "logins_month": Text("月登录次数", "logins a month"),
    "visits_month": Text("月均访问量", "visits a month"),
    "cases_month": Text("办件量", "cases handled"),
}


def _recent_activity(facts: SystemFacts) -> dict[str, float]:
    names = {name for month in facts.months for name in month.activity} - {NOT_USE}
    return {name: round(sum(month.activity.get(name, 0) for month in facts.months), 3) for name in sorted(names)}


def powered_off(facts: SystemFacts, rule: ZombieRule, as_of_on: date) -> Finding:
    """All its servers have been switched off for months."""
    months = int(_limit(facts, rule, "months_off"))
    limit = months_before(as_of_on, months)
    if not facts.servers:
        return _unknown("没有找到它的服务器", "none of its servers is known")
    seen = (
        Seen(name=Text("关机服务器", "servers off"), value=facts.servers_off, unit="台", limit=facts.servers),
        Seen(name=Text("全部关机始于", "all off since"), value=facts.off_since.isoformat() if facts.off_since else None, limit=f"<= {limit}"),
    )  # fmt: skip
    if facts.servers_off < facts.servers:
        return Finding(
            hit=False,
            sentence=Text(
                f"{facts.servers} 台服务器中 {facts.servers - facts.servers_off} 台在运行",
                f"{facts.servers - facts.servers_off} of {facts.servers} servers run",
            ),
            seen=seen,
        )
    if facts.off_since is None:
        return Finding(
            hit=None,
            sentence=Text("服务器全部关机，但不知道从何时起", "all servers are off, but not known since when"),
            seen=seen,
        )
    hit = facts.off_since <= limit
    return Finding(
        hit=hit,
        sentence=Text(
            f"全部 {facts.servers} 台服务器自 {facts.off_since} 起关机",
            f"all {facts.servers} servers off since {facts.off_since}",
        ),
        seen=seen,
    )


def contract_and_updates_ended(facts: SystemFacts, rule: ZombieRule, as_of_on: date) -> Finding:
    """The operation contract ended long ago and was not renewed, and no update was made for as long."""
    contract, update = facts.system.contract_end_on, own_update(facts, rule)
    patched = update is None and facts.system.last_update_on is not None
    contract_limit = months_before(as_of_on, int(_limit(facts, rule, "months_since_contract_end")))
    update_limit = months_before(as_of_on, int(_limit(facts, rule, "months_since_update")))
    seen = (
        Seen(
            name=Text("运维合同到期", "contract end"),
            value=contract.isoformat() if contract else None,
            limit=f"<= {contract_limit}",
        ),
        Seen(
            name=Text("最近更新", "last update"),
            value=update.isoformat() if update else None,
            limit=f"<= {update_limit}",
        ),
        *((Seen(name=Text("统一打补丁（不算本系统的更新）", "patch day of many systems (no update of its own)"), value=percent(facts.same_update_ratio)),) if patched else ()),
    )  # fmt: skip
    old = [None if day is None else day <= limit for day, limit in ((contract, contract_limit), (update, update_limit))]
    if False in old:
        return Finding(
            hit=False,
            sentence=Text("运维合同或版本更新未中断那么久", "contract or updates did not end that long ago"),
            seen=seen,
        )
    if None in old:
        return Finding(
            hit=None,
            sentence=Text("不知道运维合同到期或最近更新时间", "the contract's end or the last update is not known"),
            seen=seen,
        )
    return Finding(
        hit=True,
        sentence=Text(
            f"运维合同 {contract} 到期后未续，最近更新 {update}", f"contract ended {contract}, last update {update}"
        ),
        seen=seen,
    )


def idle_resources(facts: SystemFacts, rule: ZombieRule, _as_of_on: date) -> Finding:
    """Z3: every month the mean CPU is low, no hour was busy, network and disks are near silent."""
    mean, peak = _limit(facts, rule, "cpu_mean_ratio"), _limit(facts, rule, "cpu_hour_peak_ratio")
    network, coverage = _limit(facts, rule, "network_mbit_s"), _limit(facts, rule, "coverage_min_ratio")
    means = [month.cpu_mean_ratio for month in facts.months]
    peaks = [month.cpu_hour_peak_ratio for month in facts.months]
    traffic = [month.network_mbit_s for month in facts.months]
    disk = _later_limit(facts, rule, "disk_io_mib_s") or float("inf")
    rare = _only_rare_bursts(facts, rule, network)
    disks = [month.disk_io_mib_s for month in facts.months]
    seen = (
        Seen(name=Text("各月平均 CPU", "mean CPU by month"), value=" ".join(percent(m) for m in means), limit=f"< {percent(mean)}"),
        Seen(name=Text("最高小时 CPU", "highest hour of CPU"), value=percent(max((p for p in peaks if p is not None), default=None)), limit=f"< {percent(peak)}"),
        Seen(name=Text("网络流量", "network"), value=max((t for t in traffic if t is not None), default=None), unit="Mbit/s", limit=f"< {network:g}"),
        *((Seen(name=Text("磁盘读写", "disk traffic"), value=max(d for d in disks if d is not None), unit="MiB/s", limit=f"< {disk:g}"),) if any(d is not None for d in disks) else ()),
        Seen(name=Text("数据覆盖率", "coverage"), value=percent(facts.coverage), limit=f">= {percent(coverage)}"),
    )  # fmt: skip
    if any(m is not None and m >= mean for m in means) or (
        not rare and any(p is not None and p >= peak for p in peaks)
    ):
        return Finding(hit=False, sentence=Text("CPU 有使用", "its CPU is used"), seen=seen)
    if any(t is not None and t >= network for t in traffic):
        return Finding(hit=False, sentence=Text("网络有流量", "its network is used"), seen=seen)
    if any(d is not None and d >= disk for d in disks):
        return Finding(hit=False, sentence=Text("磁盘有读写", "its disks are used"), seen=seen)
    if not means or any(m is None for m in means) or any((month.coverage or 0) < coverage for month in facts.months):
        return Finding(
            hit=None,
            sentence=Text(
                f"采样覆盖率 {percent(facts.coverage)}，低于 {percent(coverage)}",
                f"coverage {percent(facts.coverage)}, below {percent(coverage)}",
            ),
            seen=seen,
        )
    highest = percent(max(m for m in means if m is not None))
    return Finding(
        hit=True, sentence=Text(f"连续 {len(means)} 个月平均 CPU 不高于 {highest}，最高小时 {seen[1].value}", f"mean CPU at most {highest} for {len(means)} months, highest hour {seen[1].value}"), seen=seen,
    )  # fmt: skip


def _only_rare_bursts(facts: SystemFacts, rule: ZombieRule, network: float) -> bool:
    """Whether busy hours are as rare as a weekly virus scan: the mean of the daily peaks is low and the network silent."""
    limit = _later_limit(facts, rule, "cpu_daily_peak_ratio")
    if limit is None:
        return False
    return all(
        month.cpu_daily_peak_ratio is not None
        and month.cpu_daily_peak_ratio < limit
        and month.network_mbit_s is not None
        and month.network_mbit_s < network
        for month in facts.months
    )


def few_users(facts: SystemFacts, rule: ZombieRule, _as_of_on: date) -> Finding:
    """Z5a: hardly anybody is meant to use it."""
    limit = _limit(facts, rule, "users")
    users = facts.number("active_users")
    users = facts.system.users if users is None else users
    if users is None:
        return _unknown("不知道用户数", "the number of users is not known")
    seen = (Seen(name=Text("用户数", "users"), value=users, unit="人", limit=f"< {limit:g}"),)
    return Finding(hit=users < limit, sentence=Text(f"用户 {users:g} 人", f"{users:g} users"), seen=seen)


def rarely_used(facts: SystemFacts, rule: ZombieRule, as_of_on: date) -> Finding:
    """Z5b: hardly ever used: measured logins where there are any, else what the ledger says a month."""
    limit = _limit(facts, rule, "uses_a_month")
    measured = _recent_activity(facts)
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
    said = {name: count for name in _COUNTS if (count := facts.number(name)) is not None}
    if not said:
        return _unknown("不知道使用频度", "how often it is used is not known")
    said_by_ledger = tuple(
        Seen(name=_COUNTS[name], value=count, unit="次", limit=f"< {limit:g}") for name, count in said.items()
    )
    most = max(said.values())
    work, cycle = _sign_of_work(facts, rule), int(_later_limit(facts, rule, "months_of_a_yearly_cycle") or 0)
    if most < limit and work is not None and (why := _upkeep(facts, rule, as_of_on, cycle)) is not None:
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


def replaced(facts: SystemFacts, _rule: ZombieRule, _as_of_on: date) -> Finding:
    """Z2: another system does what it did."""
    other = facts.text("replaced_by")
    if other is None:
        return Finding(hit=False, sentence=Text("台账没有写替代系统", "the ledger names no replacement"))
    seen = (Seen(name=Text("替代系统", "replaced by"), value=other),)
    return Finding(
        hit=True, sentence=Text(f"功能已由“{other}”替代", f"its function is taken over by {other}"), seen=seen
    )


def detached(facts: SystemFacts, _rule: ZombieRule, _as_of_on: date) -> Finding:
    """Z1: detached from the real business: its department says so, or business records were measured and there are none."""
    why = facts.text("zombie_reasons") or ""
    if "脱节" in why:
        return Finding(
            hit=True,
            sentence=Text("单位说明与实际业务流程脱节", "its department calls it detached from the business"),
            seen=(Seen(name=Text("原因", "reason"), value=why),),
        )
    measured = [month.activity.get("records") for month in facts.months]
    if any(count is None for count in measured):
        return Finding(hit=False, sentence=Text("没有与业务脱节的说明", "nobody calls it detached from the business"))
    total = sum(count for count in measured if count is not None)
    seen = (Seen(name=Text("近 3 个月办件", "records in 3 months"), value=round(total, 1), unit="件", limit=0),)
    return Finding(
        hit=total == 0, sentence=Text(f"近 3 个月办件 {total:g} 件", f"{total:g} records in 3 months"), seen=seen
    )


def other_reason(facts: SystemFacts, _rule: ZombieRule, _as_of_on: date) -> Finding:
    """Z6: another reason that its department gives."""
    why = facts.text("zombie_reasons")
    if why is None:
        return Finding(hit=False, sentence=Text("没有说明其他原因", "no other reason is given"))
    return Finding(
        hit=True,
        sentence=Text(f"单位说明的原因：{why}", f"reason given: {why}"),
        seen=(Seen(name=Text("原因", "reason"), value=why),),
    )


def downsize(facts: SystemFacts, rule: ZombieRule, _as_of_on: date) -> Finding:
    """R3: the mean of the daily peaks of CPU or memory is low in every month: a smaller machine would do."""
    limit = _limit(facts, rule, "daily_peak_ratio")
    peaks = {
        "CPU": [m.cpu_daily_peak_ratio for m in facts.months],
        "内存": [m.memory_daily_peak_ratio for m in facts.months],
    }
    seen = tuple(Seen(name=Text(f"各月{name}均峰值", f"mean of daily peaks, {name}"), value=" ".join(percent(p) for p in values), limit=f"< {percent(limit)}") for name, values in peaks.items())  # fmt: skip
    low = [name for name, values in peaks.items() if values and all(p is not None and p < limit for p in values)]
    if low:
        return Finding(
            hit=True,
            sentence=Text(
                f"{'、'.join(low)}均峰值连续 3 个月低于 {percent(limit)}",
                f"mean of daily peaks below {percent(limit)} for 3 months",
            ),
            seen=seen,
        )
    if any(p is None for values in peaks.values() for p in values):
        return Finding(hit=None, sentence=Text("采样不全", "samples are missing"), seen=seen)
    return Finding(hit=False, sentence=Text("均峰值不低", "the daily peaks are not low"), seen=seen)


def expand(facts: SystemFacts, rule: ZombieRule, _as_of_on: date) -> Finding:
    """R4: the last month's mean CPU or memory is high, or its disks are nearly full."""
    if not facts.months:
        return _unknown("没有采样", "there are no samples")
    month = facts.months[-1]
    limit, disk = _limit(facts, rule, "mean_ratio"), _limit(facts, rule, "disk_ratio")
    seen = (
        Seen(name=Text("上月平均 CPU", "mean CPU"), value=percent(month.cpu_mean_ratio), limit=f"> {percent(limit)}"),
        Seen(
            name=Text("上月平均内存", "mean memory"),
            value=percent(month.memory_mean_ratio),
            limit=f"> {percent(limit)}",
        ),
        Seen(name=Text("磁盘", "disks"), value=percent(month.storage_ratio), limit=f"> {percent(disk)}"),
    )
    over = [
        ratio is not None and ratio > bound
        for ratio, bound in (
            (month.cpu_mean_ratio, limit),
            (month.memory_mean_ratio, limit),
            (month.storage_ratio, disk),
        )
    ]
    if any(over):
        names = "、".join(str(s.name.zh) for s, is_over in zip(seen, over, strict=True) if is_over)
        return Finding(hit=True, sentence=Text(f"{names}偏高", "CPU, memory or disks are high"), seen=seen)
    if month.cpu_mean_ratio is None:
        return Finding(hit=None, sentence=Text("上月没有采样", "no samples last month"), seen=seen)
    return Finding(hit=False, sentence=Text("不需要扩容", "no need to grow"), seen=seen)


def insufficient_data(facts: SystemFacts, rule: ZombieRule, as_of_on: date) -> Finding:
    """R0: too few samples, too young, or not in operation: no verdict from usage."""
    coverage = _limit(facts, rule, "coverage_min_ratio")
    months = int(_limit(facts, rule, "months_in_use"))
    young = months_before(as_of_on, months)
    online, status = facts.system.online_on, facts.system.status
    seen = (
        Seen(name=Text("数据覆盖率", "coverage"), value=percent(facts.coverage), limit=f">= {percent(coverage)}"),
        Seen(name=Text("投入使用", "in use since"), value=online.isoformat() if online else None, limit=f"<= {young}"),
    )
    if status in NOT_IN_OPERATION:
        return Finding(
            hit=True, sentence=Text(f"系统状态为“{status}”，不判定", f"its status is {status}: not judged"), seen=seen
        )
    if online is not None and online > young:
        return Finding(
            hit=True,
            sentence=Text(
                f"{online} 才投入使用，不足 {months} 个月", f"in use only since {online}: less than {months} months"
            ),
            seen=seen,
        )
    if facts.coverage is None or facts.coverage < coverage:
        return Finding(
            hit=True,
            sentence=Text(
                f"采样覆盖率 {percent(facts.coverage)}，低于 {percent(coverage)}，数据不足",
                f"coverage {percent(facts.coverage)}, below {percent(coverage)}: too few data",
            ),
            seen=seen,
        )
    return Finding(
        hit=False,
        sentence=Text(f"采样覆盖率 {percent(facts.coverage)}", f"coverage {percent(facts.coverage)}"),
        seen=seen,
    )


RULES: Mapping[str, Rule] = {
    "declared": declared,
    "no-activity": no_activity,
    "powered-off": powered_off,
    "contract-and-updates-ended": contract_and_updates_ended,
    "idle-resources": idle_resources,
    "few-users": few_users,
    "rarely-used": rarely_used,
    "replaced": replaced,
    "detached": detached,
    "other-reason": other_reason,
    "downsize": downsize,
    "expand": expand,
    "insufficient-data": insufficient_data,
}


def at_least(findings: Mapping[str, Finding], criteria: Sequence[str], needed: int) -> bool | None:
    """Whether at least `needed` of some criteria are hit; `None` where it depends on what is not known."""
    hits = [findings[name].hit for name in criteria if name in findings]
    if hits.count(True) >= needed:
        return True
    return None if hits.count(True) + hits.count(None) >= needed else False
