"""The verdict on one system, with the result of every rule: what it looked at, and the limits in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from catalogs.words import Text
from inventory.telemetry.form import Period
from inventory.zombies.findings import Finding, Seen
from inventory.zombies.system_facts import Earlier

State = Literal["zombie", "in_use", "unknown"]

STATES: Mapping[str, Text] = {
    "zombie": Text("疑似僵尸", "suspected zombie"),
    "in_use": Text("在用", "in use"),
    "unknown": Text("数据不足，未判定", "unknown"),
}

STRONG, GATE = "R1", "R0"

ADVICE = ("R3", "R4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A rule as it applies to a class of systems: what all its results there have in common; limits with their sources."""

    rule: str
    criterion: str
    name: Text
    function: str
    applies: bool
    limits: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule on one system, with what it looked at and the limits in force, each with its source.

    Of two parts, since there are very many and most of each is the same for all systems.
    """

    of: Applied
    finding: Finding

    @property
    def rule(self) -> str:
        """The id of the rule."""
        return self.of.rule

    @property
    def criterion(self) -> str:
        """Z1–Z6 or R0–R5."""
        return self.of.criterion

    @property
    def name(self) -> Text:
        """Of the rule."""
        return self.of.name

    @property
    def function(self) -> str:
        """That evaluates it."""
        return self.of.function

    @property
    def applies(self) -> bool:
        """Whether it judges systems of this class."""
        return self.of.applies

    @property
    def limits(self) -> tuple[Mapping[str, str], ...]:
        """In force for this class, each with its source."""
        return self.of.limits

    @property
    def hit(self) -> bool | None:
        """Whether it fired; `None` where it cannot know."""
        return self.finding.hit

    @property
    def doubtful(self) -> bool:
        """Whether a person should clear it up."""
        return self.finding.doubtful

    @property
    def sentence(self) -> Text:
        """Why, in words."""
        return self.finding.sentence

    @property
    def seen(self) -> tuple[Seen, ...]:
        """What it looked at."""
        return self.finding.seen

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

    `raw_state` is what the rules say of this window alone, `before` the windows before (inventory/zombies/history.py).
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


def idle_line(verdict: Verdict) -> float | None:
    """The idle rule's limit for a month's mean CPU, as a ratio; `None` where no such rule is in force."""
    limits = (limit for result in verdict.results if result.function == "idle-resources" for limit in result.limits)
    return next((float(limit["value"]) for limit in limits if limit["name"] == "cpu_mean_ratio"), None)
