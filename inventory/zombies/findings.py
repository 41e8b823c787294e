"""What a zombie rule answers: hit, no hit or not known, why in a sentence, and the values it looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from catalogs.models_rules import ZombieRule
from catalogs.words import Text
from inventory.zombies.system_facts import SystemFacts

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

BEING_BUILT = frozenset({"在建", "拟建"})
RETIRED = "已下线"
NOT_IN_OPERATION = BEING_BUILT | {RETIRED}

RESTING = frozenset({"seasonal", "standby", "emergency"})  # classes that idle by design

Rule = Callable[[SystemFacts, ZombieRule, date], Finding]


@lru_cache(maxsize=4096)  # limits and full coverage are printed for every system
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


def limit_of(facts: SystemFacts, rule: ZombieRule, name: str) -> float:
    """A parameter's value for the class of the system."""
    return float(rule.value(name, facts.system.system_class))


def later_limit(facts: SystemFacts, rule: ZombieRule, name: str) -> float | None:
    """A parameter that files written before it was known do not have: without it the rule does what it did then."""
    return limit_of(facts, rule, name) if name in rule.parameters else None


def not_known(zh: str, en: str) -> Finding:
    """Something that the rule needs is missing."""
    return Finding(hit=None, sentence=Text(zh, en))
