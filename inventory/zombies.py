"""Zombie verdicts: the findings of all rules on a system become zombie (suspected), in use, or unknown.

R1 rules are strong evidence, one is enough. R2 needs several of the criteria Z1–Z5, and enough data (R0). Idle
resources alone make no zombie, and neither does missing data. A system that others still call is none. Everything is
*suspected* until a person confirms it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from catalogs.errors import CatalogError
from catalogs.models_rules import Parameter, ZombieRule
from catalogs.words import Text
from inventory.class_hints import class_words_of
from inventory.garbage import search_put_off
from inventory.model import Inventory
from inventory.system_facts import Earlier, SystemFacts, facts_of, window_end
from inventory.telemetry import Period, months_before
from inventory.telemetry_query import Rollup
from inventory.zombie_history import damped, windows_of
from inventory.zombie_rules import (
    COMPOSITE,
    NOT_IN_OPERATION,
    RULES,
    Finding,
    Rule,
    Seen,
    at_least,
    sign_of_care,
    yearly_care,
)

State = Literal["zombie", "in_use", "unknown"]
STATES: Mapping[str, Text] = {
    "zombie": Text("疑似僵尸", "suspected zombie"),
    "in_use": Text("在用", "in use"),
    "unknown": Text("数据不足，未判定", "unknown"),
}
STRONG, GATE = "R1", "R0"
ADVICE = ("R3", "R4")
# Whose *no hit* is evidence of use, the strongest first.
SIGNS_OF_USE = ("no-activity", "rarely-used", "idle-resources")
CLASSES: Mapping[str, Text] = {
    "standby": Text("备用或容灾", "standby"),
    "emergency": Text("应急", "emergency"),
    "seasonal": Text("季节性", "seasonal"),
    "test": Text("测试", "test"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """One rule on one system, with what it looked at and the limits in force, each with its source."""

    rule: str
    criterion: str
    name: Text
    function: str
    hit: bool | None
    applies: bool
    doubtful: bool
    sentence: Text
    seen: tuple[Seen, ...]
    limits: tuple[Mapping[str, str], ...]

    def as_json(self) -> dict[str, object]:
        """The form of docs/reference/verdict.schema.json."""
        return {
            "rule": self.rule,
            "criterion": self.criterion,
            "name": self.name.as_json(),
            "hit": self.hit,
            "applies": self.applies,
            "doubtful": self.doubtful,
            "sentence": self.sentence.as_json(),
            "seen": [value.as_json() for value in self.seen],
            "limits": [dict(limit) for limit in self.limits],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the rules say about one system: `state`, and why in one sentence.

    `raw_state` is what the rules say of this window alone, `before` the windows before (inventory/zombie_history.py).
    `confirmed` is always false here: only a person's decision confirms. `declared` is the department's own word,
    `detected` what the rules find without it; where they disagree an auditor will ask.
    """

    system_id: str
    state: State
    sentence: Text
    results: tuple[RuleResult, ...]
    window: Period
    coverage: float | None
    declared: bool | None
    detected: State
    as_of: datetime
    callers: tuple[str, ...] = ()
    raw_state: State = "unknown"
    before: tuple[Earlier, ...] = ()

    @property
    def hits(self) -> tuple[RuleResult, ...]:
        """The zombie rules that fired."""
        return tuple(result for result in self.results if result.hit and result.criterion not in {GATE, *ADVICE})

    @property
    def advice(self) -> tuple[RuleResult, ...]:
        """Advice that follows from usage where the system is in use: 降配， 扩容."""
        return tuple(
            result for result in self.results if result.hit and result.criterion in ADVICE and self.state == "in_use"
        )

    @property
    def last_month(self) -> Earlier | None:
        """What the rules said a month ago; `None` where nothing was known then."""
        return self.before[0] if self.before else None

    @property
    def changed(self) -> bool:
        """Whether what the rules say of this window differs from a month ago."""
        return self.last_month is not None and self.last_month.state != self.raw_state

    @property
    def changes(self) -> Mapping[str, tuple[str, ...]]:
        """The rules that fire now and did not a month ago, and those that did and do not."""
        if self.last_month is None:
            return {"new": (), "gone": ()}
        now, then = {hit.rule for hit in self.hits}, set(self.last_month.hits)
        return {"new": tuple(sorted(now - then)), "gone": tuple(sorted(then - now))}

    @property
    def disagrees(self) -> bool:
        """Whether the department's word and the evidence differ."""
        return (self.declared is False and self.detected == "zombie") or (
            self.declared is True and self.detected == "in_use"
        )

    def as_json(self) -> dict[str, object]:
        """The form of docs/reference/verdict.schema.json."""
        return {
            "system_id": self.system_id,
            "state": self.state,
            "confirmed": False,
            "sentence": self.sentence.as_json(),
            "results": [result.as_json() for result in self.results],
            "hits": [result.rule for result in self.hits],
            "advice": [result.rule for result in self.advice],
            "window": self.window.as_json(),
            "coverage": self.coverage,
            "declared": self.declared,
            "detected": self.detected,
            "disagrees": self.disagrees,
            "callers": list(self.callers),
            "raw_state": self.raw_state,
            "before": [one.as_json() for one in self.before],
            "changed": self.changed,
            "changes": {name: list(rules) for name, rules in self.changes.items()},
            "as_of": self.as_of.isoformat().replace("+00:00", "Z"),
        }


def rules_in_force(rules: Iterable[ZombieRule], uses: Sequence[object] = ()) -> tuple[ZombieRule, ...]:
    """The rules that a policy profile uses, with the parameters it sets; all of them where it names none.

    Args:
        rules: of the catalogue.
        uses: `policy.zombies.rules`.

    Raises:
        CatalogError: the profile names a rule or parameter that is not there.
    """
    known = {rule.id: rule for rule in rules}
    if not uses:
        return tuple(known[name] for name in sorted(known))
    chosen = []
    for use in uses:
        rule = known.get(use.rule)  # type: ignore[attr-defined]
        changes: Mapping[str, object] = use.parameters  # type: ignore[attr-defined]
        own: Mapping[str, Mapping[str, object]] = use.by_class  # type: ignore[attr-defined]
        named = set(changes).union(*own.values())
        missing = sorted(named - set(rule.parameters)) if rule else []
        if rule is None or missing:
            what = use.rule if rule is None else f"{use.rule}.{missing[0]}"  # type: ignore[attr-defined]
            raise CatalogError(
                f"政策文件引用的僵尸规则或参数不存在：{what}",
                f"the profile names a zombie rule or parameter that is not there: {what}",
            )
        parameters = {
            name: value.model_copy(update=_changed(name, value, changes, own)) if name in named else value
            for name, value in rule.parameters.items()
        }
        chosen.append(rule.model_copy(update={"parameters": parameters}))
    return tuple(sorted(chosen, key=lambda rule: rule.id))


def _changed(
    name: str, parameter: Parameter, changes: Mapping[str, object], own: Mapping[str, Mapping[str, object]]
) -> dict[str, object]:
    """What a profile makes of a parameter; its value for all takes the place of those of single classes, its own of a class stands."""
    by_class: dict[str, object] = {}
    if name not in changes:
        by_class.update({str(kind): value for kind, value in parameter.by_class.items()})
    by_class.update({kind: values[name] for kind, values in own.items() if name in values})
    return {"value": changes.get(name, parameter.value), "by_class": by_class}


def judge(inventory: Inventory, rollup: Rollup, rules: Sequence[ZombieRule], as_of: datetime) -> tuple[Verdict, ...]:
    """A verdict for every system of the inventory, in its order."""
    with search_put_off():
        return judge_facts(facts_of(inventory, rollup, as_of, words=class_words_of(rules)), rules, as_of)


def judge_facts(facts: Iterable[SystemFacts], rules: Sequence[ZombieRule], as_of: datetime) -> tuple[Verdict, ...]:
    """Verdicts from facts that were gathered already; pure.

    Systems that are called by others are judged after their callers: the call of a zombie keeps nothing alive.
    """
    with search_put_off():
        return _judged(facts, rules, as_of)


def _judged(facts: Iterable[SystemFacts], rules: Sequence[ZombieRule], as_of: datetime) -> tuple[Verdict, ...]:
    on = window_end(as_of)
    composite = next((rule for rule in rules if rule.criterion == COMPOSITE), None)
    in_use = [_InUse.of(rule) for rule in rules if rule.criterion != COMPOSITE]
    rows = [(row, tuple([_result(row, rule, on) for rule in in_use])) for row in facts]
    first = [_judge(row, results, composite, as_of, callers=()) for row, results in rows]
    alive = {verdict.system_id for verdict in first if verdict.state != "zombie"}
    windows = windows_of(rules)
    final = (
        _judge(row, results, composite, as_of, callers=tuple(c for c in _callers(row) if c in alive))
        if _callers(row)
        else verdict
        for (row, results), verdict in zip(rows, first, strict=True)
    )
    return tuple(damped(verdict, row.before, windows, row.system.system_class) for verdict, (row, _) in zip(final, rows, strict=True))  # fmt: skip


def _callers(facts: SystemFacts) -> tuple[str, ...]:
    """Who calls it; what a ledger says of calls is out of date where all its servers have been switched off."""
    declared = () if facts.servers and facts.servers_off == facts.servers else facts.callers_declared
    return tuple(sorted({*facts.callers_measured, *declared}))


def _judge(
    facts: SystemFacts,
    results: tuple[RuleResult, ...],
    composite: ZombieRule | None,
    as_of: datetime,
    *,
    callers: tuple[str, ...],
) -> Verdict:
    state, sentence = _state(facts, results, composite, callers, with_declared=True)
    said = any(r.function == "declared" and (r.hit or r.doubtful) for r in results)
    detected = _state(facts, results, composite, callers, with_declared=False)[0] if said else state
    return Verdict(
        system_id=facts.system.id, state=state, sentence=sentence, results=results, window=facts.window, coverage=facts.coverage,
        declared=facts.system.zombie_declared, detected=detected, as_of=as_of, callers=callers,
        raw_state=state, before=facts.before,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _InUse:
    """A rule, with what its results have in common; `limits` by class, filled as classes are met."""

    rule: ZombieRule
    name: Text
    evaluate: Rule
    limits: dict[str | None, tuple[Mapping[str, str], ...]]

    @staticmethod
    def of(rule: ZombieRule) -> _InUse:
        return _InUse(rule, Text(rule.name, rule.name_en or rule.name), RULES[rule.function], {})


def _limits(rule: ZombieRule, system_class: str | None) -> tuple[Mapping[str, str], ...]:
    """The limits of a rule for a class, each with its source."""
    return tuple(
        {
            "name": name,
            "value": str(rule.value(name, system_class)),
            "unit": parameter.unit,
            **_source(rule, rule.source_of_value(name, system_class)),
        }
        for name, parameter in sorted(rule.parameters.items())
    )


def _result(facts: SystemFacts, in_use: _InUse, on: date) -> RuleResult:
    system_class, rule = facts.system.system_class, in_use.rule
    exempt = system_class is not None and system_class in rule.exempt_classes
    finding = _exempt(system_class or "") if exempt else _in_doubt(facts, rule, on, in_use.evaluate(facts, rule, on))
    if system_class not in in_use.limits:
        in_use.limits[system_class] = _limits(rule, system_class)  # the same object for all systems of the class
    return RuleResult(
        rule=rule.id, criterion=rule.criterion, function=rule.function, name=in_use.name,
        hit=finding.hit, applies=not exempt, doubtful=finding.doubtful, sentence=finding.sentence, seen=finding.seen,
        limits=in_use.limits[system_class],
    )  # fmt: skip


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


def _source(rule: ZombieRule, source_id: str) -> dict[str, str]:
    source = rule.sources.get(source_id)
    if source is None:
        return {"source": source_id, "confidence": "U"}
    return {"source": f"{source.document}{f' {source.place}' if source.place else ''}", "confidence": source.confidence}


def _state(
    facts: SystemFacts,
    results: Sequence[RuleResult],
    composite: ZombieRule | None,
    callers: Sequence[str],
    *,
    with_declared: bool,
) -> tuple[State, Text]:
    """The verdict, and why: strong evidence first, then several criteria together, then what speaks for use."""
    strong = [r for r in results if r.criterion == STRONG and (with_declared or r.function != "declared")]
    hits = [r for r in strong if r.hit]
    gate = next((r for r in results if r.criterion == GATE and r.hit), None)
    if gate is not None and facts.system.status in NOT_IN_OPERATION:
        return "unknown", gate.sentence
    if any(r.function == "declared" for r in hits) or (hits and not callers):
        return "zombie", _joined(hits)
    criteria = [r for r in results if r.criterion.startswith("Z") and r.criterion != "Z6"]
    found = [r for r in criteria if r.hit]
    enough = _composite(facts, composite, criteria)
    doubts = [r for r in strong if r.doubtful]
    if callers and (hits or enough or doubts):
        names = "、".join(callers[:3])
        return "in_use", Text(
            f"仍有 {len(callers)} 个系统调用它（{names}），不算僵尸", f"{len(callers)} systems still call it ({names})"
        )
    if enough and gate is None:
        care = _may_be_yearly(facts, composite, found)
        return ("zombie", _joined(found)) if care is None else ("unknown", care)
    if doubts:
        return "unknown", _joined(doubts)
    return _without_hit(gate, found, enough=enough, used=_sign_of_use(results))


def _without_hit(
    gate: RuleResult | None, found: Sequence[RuleResult], *, enough: bool | None, used: Text | None
) -> tuple[State, Text]:
    """The verdict where no strong rule fired: in use only where something speaks for it."""
    if gate is not None:
        return ("in_use", used) if used is not None and not enough else ("unknown", gate.sentence)
    if enough is None and (found or used is None):
        so_far = f"{_joined(found).zh};" if found else ""
        return "unknown", Text(f"{so_far}判定所需的其余数据不全", "data that the rules need are missing")
    if found:
        return "in_use", Text(f"只有一条较弱的迹象：{_joined(found).zh}", f"only one weak sign: {_joined(found).en}")
    return "in_use", used or Text("没有规则命中", "no rule fired")


def _composite(facts: SystemFacts, rule: ZombieRule | None, criteria: Sequence[RuleResult]) -> bool | None:
    if rule is None or (facts.system.system_class or "") in rule.exempt_classes:
        return False
    findings = _as_counted(rule, criteria)
    return at_least(findings, sorted(findings), int(rule.value("criteria_needed", facts.system.system_class)))


def _as_counted(rule: ZombieRule, criteria: Sequence[RuleResult]) -> dict[str, Finding]:
    """The criteria as the composite counts them: 国办发〔2017〕39号 names few users and rare use as one criterion."""
    if "z5_counts" not in rule.parameters or rule.value("z5_counts") > 1:
        return {r.rule: Finding(hit=r.hit, sentence=r.sentence) for r in criteria}
    found: dict[str, Finding] = {}
    for result in criteria:
        key = result.criterion if result.criterion[:2] != "Z5" else "Z5"
        known = found.get(key)
        if known is None or (known.hit is not True and result.hit is not False):
            found[key] = Finding(hit=result.hit, sentence=result.sentence)
    return found


# What a season, a standby role or an emergency role explains as well as death does (domain: weak evidence).
EXPLAINED_BY_CLASS = frozenset({"Z3", "Z5a", "Z5b"})


def _may_be_yearly(facts: SystemFacts, rule: ZombieRule | None, found: Sequence[RuleResult]) -> Text | None:
    """The question to ask where only idleness speaks, the class is not stated and somebody still maintains the system."""
    if (
        rule is None
        or facts.system.system_class is not None
        or any(r.criterion not in EXPLAINED_BY_CLASS for r in found)
    ):
        return None
    if "months_of_a_yearly_cycle" not in rule.parameters:  # a file from before it was known
        return None
    on, cycle = facts.window.end_on, int(rule.value("months_of_a_yearly_cycle"))
    last = facts.system.last_login_on
    used = last is not None and last >= months_before(on, cycle)
    care = (yearly_care if used else sign_of_care)(facts, rule, on, cycle)
    why = _joined(found)
    login = facts.system.last_login_on
    if care is None and "months_of_recent_use" in rule.parameters and login is not None:
        recent = login >= months_before(facts.window.end_on, int(rule.value("months_of_recent_use")))
        return _still_used(why, login) if recent else None
    if care is None:
        return None
    return Text(
        f"{why.zh}；但{care.zh}，可能是季节性、备用或应急系统，请先注明系统类别",
        f"{why.en}; yet {care.en}: it may be a seasonal, standby or emergency system; state its class first",
    )


def _still_used(why: Text, login: date) -> Text:
    return Text(
        f"{why.zh}；但 {login} 还有人登录，用的人少不等于没用，请单位说明",
        f"{why.en}; yet somebody logged in on {login}: few users are still users, ask the department",
    )


def _sign_of_use(results: Sequence[RuleResult]) -> Text | None:
    """What speaks for use: a recent login, frequent use, or a CPU or network that is not idle."""
    for function in SIGNS_OF_USE:
        for result in results:
            if result.function == function and result.hit is False and result.applies:
                return result.sentence
    return None


def _joined(results: Sequence[RuleResult]) -> Text:
    return Text("；".join(r.sentence.zh for r in results), "; ".join(r.sentence.en for r in results))


def idle_line(verdict: Verdict) -> float | None:
    """The idle rule's limit for a month's mean CPU, as a ratio; `None` where no such rule is in force."""
    limits = (limit for result in verdict.results if result.function == "idle-resources" for limit in result.limits)
    return next((float(limit["value"]) for limit in limits if limit["name"] == "cpu_mean_ratio"), None)
