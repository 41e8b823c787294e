"""What is looked at again after the rules: hits that something explains, and questions that all the evidence together decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from catalogs.models_rules import ZombieRule
from catalogs.words import Text
from inventory.telemetry.form import months_before
from inventory.zombies.applied import applied_of
from inventory.zombies.callers import ABANDONED
from inventory.zombies.care import own_update
from inventory.zombies.findings import COMPOSITE, NOT_IN_OPERATION, NOT_USE, Finding, later_limit
from inventory.zombies.rules_use import EVERY_COUNT
from inventory.zombies.signs_of_use import all_off, flow_of_calls
from inventory.zombies.statements import stated
from inventory.zombies.system_facts import SystemFacts
from inventory.zombies.system_months import ACTIVITY
from inventory.zombies.traffic_shape import office_hours, people_at_work, silent
from inventory.zombies.verdict import GATE, Applied, RuleResult, State
from inventory.zombies.weighing import WEIGHED, Case, weighed

# Rules by which something else than a date of the ledger speaks; a clerk who copied last year's dates makes the others hit.
BY_MORE_THAN_DATES = frozenset({"declared", "stated-unused", "never-used", "powered-off", "detached", "replaced"})

OF_THE_WHOLE = frozenset({COMPOSITE, WEIGHED})  # criteria of rules that are asked of all results together

PEOPLE = tuple(name for name in ACTIVITY if name != NOT_USE)


@dataclass(frozen=True, slots=True)
class Whole:
    """The rules that are asked of the whole of a system's results, and those whose limits and words they share."""

    composite: ZombieRule | None
    unused: ZombieRule | None
    stated: ZombieRule | None
    weighed: ZombieRule | None
    _applied: dict[str | None, Applied] = field(default_factory=dict)

    @staticmethod
    def of(rules: Sequence[ZombieRule]) -> Whole:
        """From the rules in force."""
        by_function = {rule.function: rule for rule in rules}
        composite = next((rule for rule in rules if rule.criterion == COMPOSITE), None)
        scales = next((rule for rule in rules if rule.criterion == WEIGHED), None)
        return Whole(composite, by_function.get("no-activity"), by_function.get("stated-unused"), scales)

    def weighed_as(self, finding: Finding, rule: ZombieRule, system_class: str | None) -> RuleResult:
        """A result of the scales."""
        if system_class not in self._applied:
            self._applied[system_class] = applied_of(rule, system_class)
        return RuleResult(self._applied[system_class], finding)


def on_the_scales(
    facts: SystemFacts, results: Sequence[RuleResult], whole: Whole, state: State, on: date
) -> RuleResult | None:
    """All evidence weighed, of what is a question else, or a zombie by nothing but dates; `None` of all other systems.

    Too few samples are no evidence: what gate R0 keeps out is not weighed, and neither is what is switched off or not in operation,
    nor what its ledger says nothing of: measurements of idle servers alone make no zombie.
    """
    rule, unused = whole.weighed, whole.unused
    if rule is None or unused is None or state == "in_use" or all_off(facts) or not _told_of(facts):
        return None
    if facts.system.status in NOT_IN_OPERATION or any(r.of.criterion == GATE and r.hit for r in results):
        return None
    hits = frozenset(result.function for result in results if result.hit)
    if state == "zombie" and hits & BY_MORE_THAN_DATES:
        return None
    case = Case(facts=facts, hits=hits, unused=unused, stated=whole.stated, on=on)
    return whole.weighed_as(weighed(case, rule, question=state == "unknown"), rule, facts.system.system_class)


def _told_of(facts: SystemFacts) -> bool:
    """Whether its ledger gives a date, a count of uses or a remark."""
    system = facts.system
    dated = system.last_login_on or system.last_update_on or system.contract_end_on
    return bool(dated or facts.text("remark")) or any(facts.number(name) is not None for name in EVERY_COUNT)


def after_weighing(state: State, sentence: Text, scales: RuleResult) -> tuple[State, Text]:
    """What the scales make of a verdict."""
    if state == "unknown" and scales.hit:
        return "zombie", scales.sentence
    if state == "zombie" and scales.hit is False:
        zh, en = scales.sentence.zh, scales.sentence.en
        return "unknown", Text(
            f"{sentence.zh}；但反面的证据更重，请单位说明：{zh}",
            f"{sentence.en}; yet what speaks for use weighs more, ask: {en}",
        )
    return state, sentence


def _dates_of_last_year(facts: SystemFacts, unused: ZombieRule, on: date) -> bool:
    """Whether the last login is too old to count and yet such as a ledger copied from last year's would have, or is not known."""
    login, most = facts.system.last_login_on, later_limit(facts, unused, "people_login_months")
    fewest = later_limit(facts, unused, "months_without_activity")
    if most is None or fewest is None:
        return False
    if login is None:
        return True  # then contract or update speak alone
    return months_before(on, int(most)) <= login < months_before(on, int(fewest))


def _dates_end_a_year_ago(facts: SystemFacts, unused: ZombieRule, on: date) -> bool:
    """Whether the last login lies in the month that ended so many months ago as last year's ledger did, and no update is later."""
    months, system = later_limit(facts, unused, "months_since_last_ledger"), facts.system
    if months is None or system.last_login_on is None:
        return False
    end = months_before(on, int(months))
    updated = own_update(facts, unused)
    return months_before(on, int(months) + 1) <= system.last_login_on <= end and (updated is None or updated <= end)


def _seems_to_work(facts: SystemFacts, unused: ZombieRule) -> bool:
    """Whether its ledger counts uses, or its CPU is busy every day, and its servers are not silent."""
    busy = later_limit(facts, unused, "cpu_daily_peak_ratio")
    peaks = [month.cpu_daily_peak_ratio for month in facts.months]
    works = busy is not None and bool(peaks) and all(peak is not None and peak >= busy for peak in peaks)
    return (works or any(facts.number(name) for name in EVERY_COUNT)) and not silent(facts, unused)


def _used_by_two_accounts(facts: SystemFacts, results: Sequence[RuleResult]) -> bool:
    """Whether people were measured in every month, as often as the rule of rare use asks, and the ledger counts uses, too."""
    often = any(result.function == "rarely-used" and result.hit is False for result in results)
    monthly = all(any(month.activity.get(name) for name in PEOPLE) for month in facts.months)
    return often and bool(facts.months) and monthly and any(facts.number(name) for name in EVERY_COUNT)


def held_for_others(facts: SystemFacts, unused: ZombieRule | None) -> Text | None:
    """Why a unit may not dispose of a system, used or not: others had it sealed as evidence, or audit wants it kept."""
    said = None if unused is None else stated(facts, unused, "held")
    if said is None:
        return None
    return Text(
        f"台账写明“{said}”：能不能处置由要求封存、保留的机关定，请单位附文件说明",
        f"the ledger says {said!r}: whoever ordered it decides whether it may be disposed of; ask for the order",
    )


def explained(facts: SystemFacts, results: Sequence[RuleResult], unused: ZombieRule | None, on: date) -> Text | None:
    """Why a system may be used though nobody logs in, as its ledger says, or as the kind of system that its name names."""
    if unused is None:
        return None
    said = stated(facts, unused, "unseen")
    if said is not None:
        return Text(f"台账写明“{said}”", f"the ledger says {said!r}")
    hits = {result.function for result in results if result.hit}
    copied = None if hits & BY_MORE_THAN_DATES else _dates_in_doubt(facts, results, unused, on)
    if copied is not None:
        return copied
    kind = stated(facts, unused, "unattended")
    if kind is None or hits & ABANDONED or flow_of_calls(facts, unused, on):
        return None
    return Text(
        f"“{kind}”像无人值守一类（由名称推断），没有人登录不是迹象，要看数据是否还在流动",
        f"{kind!r} seems to be of a kind that nobody attends (by its name), where logins say nothing: look whether data still flow",
    )


def _dates_in_doubt(facts: SystemFacts, results: Sequence[RuleResult], unused: ZombieRule, on: date) -> Text | None:
    """Why dates of the ledger, where nothing else speaks, may be last year's, or not tell how it is used."""
    at_work = people_at_work(facts, unused) or office_hours(facts, unused)
    if _dates_of_last_year(facts, unused, on) and at_work:
        return Text(
            "每月工作日的流量（或有流量的小时数）都比周末多，像有人上班时使用，台账的日期可能是照抄去年的",
            "more traffic, or hours with traffic, came on working days than on weekends of every month, as if people were at work: the ledger's dates may be last year's",
        )
    if _dates_end_a_year_ago(facts, unused, on) and _seems_to_work(facts, unused):
        return Text(
            "台账的日期都不晚于去年同期，最近登录就在那个月，像照抄去年的台账，而台账写着使用次数或 CPU 每天都忙",
            "no date of its ledger is later than a year ago, and the last login lies in the month before: like a copy of last year's ledger, while the ledger counts uses or the CPU is busy every day",
        )
    if _used_by_two_accounts(facts, results):
        return Text(
            "每月都实测到有人访问、登录或办件，台账自己也写着使用次数，只有日期说没人管",
            "visits, logins or records of people were measured in every month, the ledger counts uses as well, and only dates say that it is neglected",
        )
    return None
