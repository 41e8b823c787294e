"""What the findings of all rules say together: zombie (suspected), in use, or unknown, and why.

R1 rules are strong evidence, one is enough. R2 needs several of the criteria Z1–Z5, and enough data (R0). Idle
resources alone make no zombie, and neither does missing data. A system that others still call is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from catalogs.models_rules import ZombieRule
from catalogs.words import Text
from inventory.telemetry.form import months_before
from inventory.zombies.care import sign_of_care, within_a_rest, yearly_care
from inventory.zombies.findings import BEING_BUILT, NOT_IN_OPERATION, RESTING
from inventory.zombies.signs_of_use import all_off, own_login
from inventory.zombies.system_facts import SystemFacts
from inventory.zombies.traffic_shape import silent
from inventory.zombies.verdict import GATE, STRONG, RuleResult, State

# Whose *no hit* is evidence of use, the strongest first.
SIGNS_OF_USE = ("no-activity", "rarely-used", "idle-resources")


def state_of(
    facts: SystemFacts,
    results: Sequence[RuleResult],
    composite: ZombieRule | None,
    callers: Sequence[str],
    *,
    with_declared: bool,
    unused: ZombieRule | None = None,
) -> tuple[State, Text]:
    """The verdict, and why: strong evidence first, then several criteria together, then what speaks for use."""
    strong = [r for r in results if r.of.criterion == STRONG and (with_declared or r.function != "declared")]
    hits = [r for r in strong if r.hit]
    gate = next((r for r in results if r.of.criterion == GATE and r.hit), None)
    if gate is not None and facts.system.status in NOT_IN_OPERATION and not _left_running(facts, hits):
        return "unknown", gate.sentence
    if any(r.function == "declared" for r in hits) or (hits and not callers):
        return "zombie", _joined(hits)
    criteria = [r for r in results if (criterion := r.of.criterion)[:1] == "Z" and criterion != "Z6"]
    found = [r for r in criteria if r.hit]
    enough = _composite(facts, composite, criteria)
    doubts = [r for r in strong if r.doubtful]
    if callers and (hits or enough or doubts):
        return _called(facts, hits, callers)
    if enough and gate is None:
        care = _may_be_yearly(facts, composite, found)
        return ("zombie", _joined(found)) if care is None else ("unknown", care)
    asked = _joined(doubts) if doubts else _off(facts, callers)
    if asked is not None:
        return "unknown", asked
    return _without_hit(gate, found, enough=enough, used=_sign_of_use(facts, results, unused))


def _left_running(facts: SystemFacts, hits: Sequence[RuleResult]) -> bool:
    """Whether a system is retired on paper only: its servers run on, and strong evidence says that nobody uses it."""
    on = bool(facts.servers) and not all_off(facts)
    return bool(hits) and on and facts.system.status not in BEING_BUILT


def _called(facts: SystemFacts, hits: Sequence[RuleResult], callers: Sequence[str]) -> tuple[State, Text]:
    """In use by who calls it; a question where only ledgers of others and of portals say so, and its own unit that nobody uses it."""
    names = "、".join(callers[:3])
    said = next((r for r in hits if r.function == "stated-unused"), None)
    if said is not None and set(callers) <= set(facts.callers_linking):
        return "unknown", Text(
            f"{said.sentence.zh}；但别的单位或门户的台账写着 {len(callers)} 个系统调用它（{names}），两边说法不一，请单位核实",
            f"{said.sentence.en}; yet ledgers of others or of portals say that {len(callers)} systems call it ({names}): they disagree, ask both",
        )
    return "in_use", Text(
        f"仍有 {len(callers)} 个系统调用它（{names}），不算僵尸", f"{len(callers)} systems still call it ({names})"
    )


def _off(facts: SystemFacts, callers: Sequence[str]) -> Text | None:
    """What to ask where all servers are off, but not known to be off for long: it is not in use now, whoever logged in before."""
    if callers or facts.system.system_class in RESTING or not all_off(facts):
        return None
    return Text(
        f"全部 {facts.servers} 台服务器关机，不能算在用，但从何时起关机不知道或还不够久，请单位说明",
        f"all {facts.servers} servers are off, so it is not in use; since when is not known, or not long ago: ask",
    )


def _without_hit(
    gate: RuleResult | None, found: Sequence[RuleResult], *, enough: bool | None, used: Text | None
) -> tuple[State, Text]:
    """The verdict where no strong rule fired: in use only where something speaks for it."""
    if gate is not None:
        return ("in_use", used) if used is not None and not enough else ("unknown", gate.sentence)
    if enough is None and (found or used is None):
        so_far = f"{_joined(found).zh};" if found else ""
        return "unknown", Text(f"{so_far}判定所需的其余数据不全", "data that the rules need are missing")
    if found and used is None:
        return "unknown", Text(
            f"只有一条较弱的迹象：{_joined(found).zh}；也没有看到使用的迹象",
            f"only one weak sign: {_joined(found).en}; and no sign of use either",
        )
    if found:
        return "in_use", Text(f"只有一条较弱的迹象：{_joined(found).zh}", f"only one weak sign: {_joined(found).en}")
    if used is None:
        return "unknown", Text("没有规则命中，也没有看到使用的迹象", "no rule fired, and no sign of use either")
    return "in_use", used


def _composite(facts: SystemFacts, rule: ZombieRule | None, criteria: Sequence[RuleResult]) -> bool | None:
    if rule is None or (facts.system.system_class or "") in rule.exempt_classes:
        return False
    needed = int(rule.value("criteria_needed", facts.system.system_class))
    return at_least(_as_counted(rule, criteria), needed)


def _as_counted(rule: ZombieRule, criteria: Sequence[RuleResult]) -> list[bool | None]:
    """The criteria as the composite counts them: 国办发〔2017〕39号 names few users and rare use as one criterion."""
    if "z5_counts" not in rule.parameters or rule.value("z5_counts") > 1:
        return [result.hit for result in criteria]
    found: dict[str, bool | None] = {}
    for result in criteria:
        key = result.criterion if result.criterion[:2] != "Z5" else "Z5"
        if key not in found or (found[key] is not True and result.hit is not False):
            found[key] = result.hit
    return list(found.values())


def at_least(hits: Sequence[bool | None], needed: int) -> bool | None:
    """Whether at least `needed` of some criteria are hit; `None` where it depends on what is not known."""
    sure = hits.count(True)
    if sure >= needed:
        return True
    return None if sure + hits.count(None) >= needed else False


# What a season, a standby role or an emergency role explains as well as death does (domain: weak evidence).
EXPLAINED_BY_CLASS = frozenset({"Z3", "Z5a", "Z5b"})


def _may_be_yearly(facts: SystemFacts, rule: ZombieRule | None, found: Sequence[RuleResult]) -> Text | None:
    """The question to ask where only idleness speaks, the class is not stated, and somebody maintains it or its name suggests one."""
    # a file from before yearly cycles were known asks nothing
    if rule is None or facts.system.system_class is not None or "months_of_a_yearly_cycle" not in rule.parameters:
        return None
    other = [r for r in found if r.criterion not in EXPLAINED_BY_CLASS]
    if other:
        hinted = facts.name_hint in RESTING and not _composite(facts, rule, other)
        return _hinted(_joined(found)) if hinted else None
    on, cycle = facts.window.end_on, int(rule.value("months_of_a_yearly_cycle"))
    login = own_login(facts, rule)
    used = login is not None and within_a_rest(facts, rule, on, login, cycle)
    care = (yearly_care if used else sign_of_care)(facts, rule, on, cycle)
    why = _joined(found)
    if care is None and "months_of_recent_use" in rule.parameters and login is not None:
        recent = login >= months_before(facts.window.end_on, int(rule.value("months_of_recent_use")))
        return _still_used(why, login) if recent else None
    if care is None and login is None and not facts.login_by_operator and (facts.number("logins_month") or 0) >= 1:
        return Text(
            f"{why.zh}；但台账写每月登录 {facts.number('logins_month'):g} 次，用的人少不等于没用，请单位说明",
            f"{why.en}; yet the ledger says {facts.number('logins_month'):g} logins a month: few users are still users, ask",
        )
    if care is None:
        return None
    return Text(
        f"{why.zh}；但{care.zh}，可能是季节性、备用或应急系统，请先注明系统类别",
        f"{why.en}; yet {care.en}: it may be a seasonal, standby or emergency system; state its class first",
    )


def _hinted(why: Text) -> Text:
    return Text(
        f"{why.zh}；但名称、备注或状态像季节性、备用或应急系统，闲置和少用说明不了什么，请先在台账中注明系统类别",
        f"{why.en}; but its name, remark or status suggests a seasonal, standby or emergency system, of which idleness says nothing: state its class in the ledger first",
    )


def _still_used(why: Text, login: date) -> Text:
    return Text(
        f"{why.zh}；但 {login} 还有人登录，用的人少不等于没用，请单位说明",
        f"{why.en}; yet somebody logged in on {login}: few users are still users, ask the department",
    )


def _sign_of_use(facts: SystemFacts, results: Sequence[RuleResult], unused: ZombieRule | None) -> Text | None:
    """What speaks for use: a recent login, frequent use, or a CPU or network that is not idle.

    The CPU that a backup and a scan cost is no use: servers that are silent outside their hours say nothing.
    """
    used: dict[str, Text] = {}
    for result in results:
        of = result.of
        if of.function in SIGNS_OF_USE and of.applies and result.finding.hit is False:
            used.setdefault(of.function, result.sentence)
    if set(used) == {"idle-resources"} and unused is not None and silent(facts, unused):
        return None
    return next((used[function] for function in SIGNS_OF_USE if function in used), None)


def _joined(results: Sequence[RuleResult]) -> Text:
    return Text("；".join(r.sentence.zh for r in results), "; ".join(r.sentence.en for r in results))
