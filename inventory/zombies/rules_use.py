"""Rules about use: logins, visits and business records, measured or as the ledger says; users."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from catalogs.models_rules import ZombieRule
from catalogs.words import Text
from inventory.zombies.care import upkeep
from inventory.zombies.findings import NOT_USE, Finding, Seen, later_limit, limit_of, not_known
from inventory.zombies.system_facts import SystemFacts
from inventory.zombies.traffic_shape import sign_of_work


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

EVERY_COUNT = (*COUNTS, "active_users")


def counts_none(facts: SystemFacts) -> bool:
    """Whether the ledger counts 0 uses a month, or 0 active users, and nothing that is more; a blank counts nothing."""
    counts = [facts.number(name) for name in EVERY_COUNT]
    return any(count == 0 for count in counts) and not any(counts)


def recent_activity(facts: SystemFacts) -> dict[str, float]:
    """Measured events of use over all months, by kind; visits of machines are none."""
    names = {name for month in facts.months for name in month.activity} - {NOT_USE}
    return {name: round(sum(month.activity.get(name, 0) for month in facts.months), 3) for name in sorted(names)}
