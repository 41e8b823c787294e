"""Zombie verdicts: the rules on every system of an inventory, and what follows from them.

Everything is *suspected* until a person confirms it. Systems that others still call are judged after their callers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from catalogs.models_rules import ZombieRule
from catalogs.words import Text
from inventory.model import Inventory
from inventory.telemetry.form import months_before
from inventory.telemetry.garbage import search_put_off
from inventory.telemetry.query import Rollup
from inventory.zombies.applied import applied_of
from inventory.zombies.callers import by_the_unknown, callers_that_count, keep_alive
from inventory.zombies.class_hints import class_words_of, remarks_of
from inventory.zombies.composite import state_of
from inventory.zombies.findings import Finding, Rule, later_limit
from inventory.zombies.history import damped, windows_of
from inventory.zombies.newer_version import outlived
from inventory.zombies.operators import Operators
from inventory.zombies.rules import RULES
from inventory.zombies.second_look import OF_THE_WHOLE, Whole, after_weighing, explained, held_for_others, on_the_scales
from inventory.zombies.signs_of_use import all_off
from inventory.zombies.system_facts import SystemFacts, facts_of, window_end
from inventory.zombies.traffic_shape import traffic_limit
from inventory.zombies.verdict import Applied, RuleResult, Verdict

CLASSES: Mapping[str, Text] = {
    "standby": Text("备用或容灾", "standby"),
    "emergency": Text("应急", "emergency"),
    "seasonal": Text("季节性", "seasonal"),
    "test": Text("测试", "test"),
}


def judge(inventory: Inventory, rollup: Rollup, rules: Sequence[ZombieRule], as_of: datetime) -> tuple[Verdict, ...]:
    """A verdict for every system of the inventory, in its order."""
    with search_put_off():
        return judge_facts(
            facts_of(
                inventory,
                rollup,
                as_of,
                words=class_words_of(rules),
                remarks=remarks_of(rules),
                operators=Operators.of(rules),
                traffic_mbit_s=traffic_limit(rules),
            ),
            rules,
            as_of,
        )


def judge_facts(facts: Iterable[SystemFacts], rules: Sequence[ZombieRule], as_of: datetime) -> tuple[Verdict, ...]:
    """Verdicts from facts that were gathered already; pure.

    Systems that are called by others are judged after their callers: the call of a zombie keeps nothing alive, in a ring of such
    neither (inventory/zombies/callers.py).
    """
    with search_put_off():
        return _judged(facts, rules, as_of)


def _judged(facts: Iterable[SystemFacts], rules: Sequence[ZombieRule], as_of: datetime) -> tuple[Verdict, ...]:
    on = window_end(as_of)
    whole = Whole.of(rules)
    counted = [rule for rule in rules if rule.criterion not in OF_THE_WHOLE]
    by_class: dict[str | None, list[_InUse]] = {}  # filled as classes are met
    rows = [(row, _results(row, counted, by_class, on)) for row in facts]
    first = [_judge(row, results, whole, as_of, callers=()) for row, results in rows]
    alive = {verdict.system_id for verdict in first if verdict.state != "zombie"}
    windows = windows_of(rules)
    called = [
        (place, by)
        for place, (row, results) in enumerate(rows)
        if (by := callers_that_count(row, results, whole.unused, on))
    ]

    def with_callers(place: int, callers: tuple[str, ...]) -> Verdict:
        return _judge(*rows[place], whole, as_of, callers=callers)

    keep_alive(alive, [(place, by) for place, by in called if first[place].system_id not in alive], with_callers)
    used = {verdict.system_id for verdict in first if verdict.state == "in_use"}
    keep_alive(used, [(place, by) for place, by in called if first[place].system_id not in used], with_callers)
    final = list(first)
    for place, by in called:
        verdict = with_callers(place, tuple(caller for caller in by if caller in alive))
        only = verdict.state == "in_use" and first[place].state != "in_use" and used.isdisjoint(verdict.callers)
        final[place] = by_the_unknown(verdict) if only else verdict
    living = {rows[place][0].system.id: rows[place][0] for place, one in enumerate(final) if one.state == "in_use"}
    final = [outlived(one, row, living, whole.unused, on) for one, (row, _) in zip(final, rows, strict=True)]
    return tuple(damped(verdict, row.before, windows, row.system.system_class) for verdict, (row, _) in zip(final, rows, strict=True))  # fmt: skip


def _judge(
    facts: SystemFacts,
    results: tuple[RuleResult, ...],
    whole: Whole,
    as_of: datetime,
    *,
    callers: tuple[str, ...],
) -> Verdict:
    composite, unused, on = whole.composite, whole.unused, window_end(as_of)
    state, sentence = state_of(facts, results, composite, callers, with_declared=True, unused=unused)
    claimed = any(r.of.function == "declared" and (r.hit or r.doubtful) for r in results)
    detected = state_of(facts, results, composite, callers, with_declared=False, unused=unused)[0] if claimed else state
    asked = state == "zombie" and not claimed and not all_off(facts)
    said = explained(facts, results, unused, on) if asked else None
    if said is not None:
        state = detected = "unknown"
        sentence = Text(
            f"{sentence.zh}；但{said.zh}，服务器还在运行，请单位说明",
            f"{sentence.en}; yet {said.en}, and its servers run: ask the department",
        )
    held = held_for_others(facts, unused) if state != "in_use" and not claimed and said is None else None
    if held is not None:
        state = detected = "unknown"
        sentence = Text(f"{sentence.zh}；但{held.zh}", f"{sentence.en}; yet {held.en}")
    scales = (
        None
        if claimed or callers or said is not None or held is not None
        else on_the_scales(facts, results, whole, state, on)
    )
    if scales is not None:
        results = (*results, scales)
        state, sentence = after_weighing(state, sentence, scales)
        detected = state
    return Verdict(
        system_id=facts.system.id, state=state, sentence=sentence, results=results, window=facts.window, coverage=facts.coverage,
        declared=facts.system.zombie_declared, detected=detected, as_of=as_of, callers=callers,
        raw_state=state, before=facts.before,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _InUse:
    """A rule for one class of systems, with what its results there have in common; `exempt` where that is everything."""

    rule: ZombieRule
    evaluate: Rule
    applied: Applied
    exempt: RuleResult | None

    @staticmethod
    def of(rule: ZombieRule, system_class: str | None) -> _InUse:
        exempt = system_class if system_class is not None and system_class in rule.exempt_classes else None
        applied = applied_of(rule, system_class)
        return _InUse(rule, RULES[rule.function], applied, RuleResult(applied, _exempt(exempt)) if exempt else None)


def result_of(facts: SystemFacts, rule: ZombieRule, on: date) -> RuleResult:
    """What one rule says of one system, with what puts a hit in doubt; for worked examples."""
    in_use = _InUse.of(rule, facts.system.system_class)
    return in_use.exempt or _result(facts, in_use, on)


def _results(
    facts: SystemFacts, rules: Sequence[ZombieRule], by_class: dict[str | None, list[_InUse]], on: date
) -> tuple[RuleResult, ...]:
    system_class = facts.system.system_class
    in_use = by_class.get(system_class)
    if in_use is None:
        in_use = by_class[system_class] = [_InUse.of(rule, system_class) for rule in rules]
    return tuple([one.exempt or _result(facts, one, on) for one in in_use])


def _result(facts: SystemFacts, in_use: _InUse, on: date) -> RuleResult:
    finding = in_use.evaluate(facts, in_use.rule, on)
    if finding.hit and facts.name_hint is not None:
        finding = _in_doubt(facts, in_use.rule, on, finding)
    if finding.hit and facts.ledger_latest_on is not None:
        finding = _by_an_old_ledger(facts, in_use, on, finding)
    return RuleResult(in_use.applied, finding)


def _by_an_old_ledger(facts: SystemFacts, in_use: _InUse, on: date, finding: Finding) -> Finding:
    """A hit that only the age of a unit's ledger makes: a question. What was dead by the ledger's own date stays a hit.

    Where the latest date of all systems of a unit is long ago, nobody filled in the ledger since: what happened later is not known.
    """
    latest, months = facts.ledger_latest_on, later_limit(facts, in_use.rule, "months_of_an_old_ledger")
    if latest is None or months is None or latest >= months_before(on, int(months)):
        return finding
    if in_use.evaluate(facts, in_use.rule, latest + timedelta(days=1)).hit:
        return finding
    zh = f"{finding.sentence.zh}；但本单位台账里所有系统的日期都不晚于 {latest}，像旧台账，此后的情况不知道，请单位更新台账"
    en = f"{finding.sentence.en}; yet no date in its unit's ledger is later than {latest}: it seems an old ledger, what happened since is not known; ask for a new one"
    return replace(finding, hit=None, sentence=Text(zh, en), doubtful=True)


def _in_doubt(facts: SystemFacts, rule: ZombieRule, on: date, finding: Finding) -> Finding:
    """A hit on a system of unknown class whose name suggests one that the rule treats otherwise: a question, no hit."""
    hint = facts.name_hint if facts.system.system_class is None else None
    if not finding.hit or hint is None:
        return finding
    as_hinted = replace(facts, system=replace(facts.system, system_class=hint))
    if hint not in rule.exempt_classes and RULES[rule.function](as_hinted, rule, on).hit:
        return finding
    zh = f"{finding.sentence.zh}；但名称或备注像{CLASSES[hint].zh}系统，请先在台账中注明系统类别"
    en = f"{finding.sentence.en}; but its name or remark suggests a {CLASSES[hint].en} system: state its class in the ledger first"
    return replace(finding, hit=None, sentence=Text(zh, en), doubtful=True)


def _exempt(system_class: str) -> Finding:
    return Finding(
        hit=False, sentence=Text(f"{system_class} 类系统不适用", f"does not apply to the class {system_class}")
    )
