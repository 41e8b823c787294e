"""What changed against an earlier plan, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalogs.words import Text
from planner.view.compare import KINDS, Change, compare, facts, summary
from planner.view.view import PlanView

if TYPE_CHECKING:
    from planner.plan import Move, Plan
    from planner.problem.problem import PlanningProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One system that moved."""

    name: str
    department: str
    how: Text
    before: str
    after: str
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The comparison with the plan `against`."""

    against: str
    facts: tuple[Text, ...]
    rows: tuple[ChangeRow, ...]


def changes_against(view: PlanView, against: str, problem: PlanningProblem, plan: Plan) -> Changes:
    """What the plan of `view` does differently from an earlier plan with its problem."""
    found = compare(problem, plan, view.problem, view.plan)
    departments = {row.system: row.department_name for row in view.rows}
    order = list(KINDS)
    return Changes(
        against=against,
        facts=tuple(facts(found, summary(problem, plan, view.problem, view.plan))),
        rows=tuple(
            _row(view, change, departments)
            for change in sorted(found, key=lambda one: (order.index(one.kind), one.system))
        ),
    )


def _row(view: PlanView, change: Change, departments: dict[str, str]) -> ChangeRow:
    return ChangeRow(
        name=view.name_of(change.system),
        department=departments.get(change.system, "—"),
        how=change.how,
        before=_where(view, change.before),
        after=_where(view, change.after),
        reasons=tuple(view.with_names(text) for text in change.reasons),
    )


def _where(view: PlanView, move: Move | None) -> str:
    return "—" if move is None else f"{view.week(move.week)} {view.pool_name(move.pool)}"
