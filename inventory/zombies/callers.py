"""Which calls keep a system alive: those that count, of callers that live themselves.

Liveness starts at systems that live without being called, and follows the calls: what a living system calls lives, and what that
calls in turn. Two dead ones that copy from each other, or a ring of more, are reached by none and keep each other alive no more
than a single dead caller does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from catalogs.models_rules import ZombieRule
from catalogs.words import Text
from inventory.telemetry.form import months_before
from inventory.zombies.care import upkeep
from inventory.zombies.findings import later_limit
from inventory.zombies.signs_of_use import all_off, nobody_seen, own_login
from inventory.zombies.statements import stated
from inventory.zombies.system_facts import SystemFacts
from inventory.zombies.traffic_shape import on_working_days, silent
from inventory.zombies.verdict import RuleResult, Verdict

# A hit of these says that nobody looks after it any more.
ABANDONED = frozenset({"contract-and-updates-ended", "stated-unused", "never-used"})


def keep_alive(
    alive: set[str],
    called: Sequence[tuple[int, tuple[str, ...]]],
    judged: Callable[[int, tuple[str, ...]], Verdict],
) -> None:
    """Add to the living what they call, and what that calls in turn.

    Args:
        alive: ids of systems that live without being called; grows.
        called: places of systems that would be dead without being called, with the ids of who calls them.
        judged: the verdict of a place by its living callers; a call does not save what its own unit declares dead.
    """
    waiting = list(called)
    while True:
        still = []
        for place, callers in waiting:
            living = tuple(caller for caller in callers if caller in alive)
            verdict = judged(place, living) if living else None
            if verdict is not None and verdict.state != "zombie":
                alive.add(verdict.system_id)
            else:
                still.append((place, callers))
        if len(still) == len(waiting):
            return
        waiting = still


def by_the_unknown(verdict: Verdict) -> Verdict:
    """The verdict on what only such systems call of which it is not known whether they are used: not known either."""
    sentence = Text(
        f"{verdict.sentence.zh}；但调用它的系统本身都未判定，先弄清它们有没有用",
        f"{verdict.sentence.en}; yet of none of these it is known whether it is used: find that out first",
    )
    return replace(verdict, state="unknown", detected="unknown", raw_state="unknown", sentence=sentence)


def _never_called(facts: SystemFacts, unused: ZombieRule) -> bool:
    """Whether enough was measured, and its servers carry nothing but the windows of backups and agents: a call would be traffic."""
    least = later_limit(facts, unused, "log_coverage_min_ratio")
    return least is not None and (facts.coverage or 0) >= least and silent(facts, unused)


def callers_that_count(
    facts: SystemFacts, results: Sequence[RuleResult], unused: ZombieRule | None, on: date
) -> tuple[str, ...]:
    """Who calls it; what a ledger says of calls is out of date where all its servers have been switched off.

    Ledgers of portals and of other units name what they were once linked to: that keeps nothing alive which nobody entered in
    a cycle and is known to be neglected, which its own unit says to be unused, or whose complete logs show nobody; unless its traffic comes on working days, which
    the data of a dissolved unit show that others still query, and no backup does. A call that its own unit names is no more, either,
    where it is known to be neglected or said to be unused and its servers are measured to be silent.
    """
    if all_off(facts):
        return tuple(sorted(set(facts.callers_measured)))
    linking: tuple[str, ...] = facts.callers_linking
    gone = any(result.hit and result.function in ABANDONED for result in results)
    if linking and unused is not None:
        cycle = int(later_limit(facts, unused, "months_of_a_yearly_cycle") or 0)
        login = own_login(facts, unused)
        left = login is not None and login < months_before(on, cycle) and upkeep(facts, unused, on, cycle) is None
        deserted = nobody_seen(facts, unused)  # a link that people or programs followed would be in its logs
        linking = () if (gone or left or deserted) and not on_working_days(facts, unused) else linking
    declared: set[str] = set(facts.callers_declared)
    if facts.namesakes and unused is not None and stated(facts, unused, "copy") is not None:
        declared -= set(facts.namesakes)  # the successor names what it came from
    if declared and gone and unused is not None and _never_called(facts, unused):
        declared = set()
    return tuple(sorted({*facts.callers_measured, *declared, *linking}))
