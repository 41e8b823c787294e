"""What is said where there is no plan: facts, shortages, ways out, and the plan that breaks the least; values alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from catalogs.words import Text
from planner.check.check import Violation, value_of
from planner.plan import CleanUp, Move, Plan
from planner.problem.problem import PlannedSystem, PlanningProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why there is no plan. `proven_least`: no plan breaks deadlines and targets by less in all (weeks + systems)."""

    facts: tuple[Text, ...] = ()
    shortages: tuple[Text, ...] = ()
    relaxations: tuple[Text, ...] = ()
    purchases: tuple[Text, ...] = ()
    broken_in_all: int | None = None
    least_possible: int | None = None
    proven_least: bool = False
    purchase_proven_least: bool = False
    least_violating: Plan | None = None
    violations: tuple[Violation, ...] = ()
    bought: tuple[Mapping[str, Any], ...] = ()
    plan_with_purchase: Plan | None = None
    late_weeks: int | None = None
    missing_systems: int | None = None

    def said(self, say: Callable[[Text], Text]) -> Explanation:
        """The same with every sentence put through `say`, such as names in place of ids."""
        return replace(
            self,
            facts=tuple(map(say, self.facts)),
            shortages=tuple(map(say, self.shortages)),
            relaxations=tuple(map(say, self.relaxations)),
            purchases=tuple(map(say, self.purchases)),
        )

    def as_json(self) -> dict[str, Any]:
        """For `plan make --json` and the file of the least violating plan."""
        return {
            "facts": [text.as_json() for text in self.facts],
            "shortages": [text.as_json() for text in self.shortages],
            "relaxations": [text.as_json() for text in self.relaxations],
            "purchases": [text.as_json() for text in self.purchases],
            "broken_in_all": self.broken_in_all,
            "late_weeks": self.late_weeks,
            "missing_systems": self.missing_systems,
            "least_possible": self.least_possible,
            "proven_least": self.proven_least,
            "purchase_proven_least": self.purchase_proven_least,
            "bought": [dict(row) for row in self.bought],
            "plan_with_purchase": self.plan_with_purchase.as_json() if self.plan_with_purchase else None,
            "least_violating": self.least_violating.as_json() if self.least_violating else None,
            "violations": [violation.as_json() for violation in self.violations],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """By how much deadlines and targets are missed, by whom, and what is lacking."""

    late: Sequence[tuple[PlannedSystem, int]]
    missed: Sequence[tuple[int, int]]
    shortages: Sequence[Text]

    @property
    def late_weeks(self) -> int:
        """Weeks that deadlines are missed by, all together."""
        return sum(weeks for _, weeks in self.late)

    @property
    def missing_systems(self) -> int:
        """Systems that targets lack, all together."""
        return sum(missing for _, missing in self.missed)

    @property
    def in_all(self) -> int:
        """Weeks and systems: what is to be as little as possible."""
        return self.late_weeks + self.missing_systems


def marked(
    problem: PlanningProblem, problem_sha256: str, moves: Mapping[str, Move], clean_ups: tuple[CleanUp, ...], mark: str
) -> Plan:
    """Moves that are no valid plan of the problem, as a plan that says so under the key `mark`."""
    value = value_of(problem, moves).total
    return Plan(
        problem_sha256=problem_sha256,
        moves=tuple(moves.values()),
        clean_ups=clean_ups,
        value=value,
        bound=0,
        more={"status": "violating", mark: True},
    )
