"""The systems of a plan as the page's table takes them: short lists, each name once. Contacts are not among them."""

from __future__ import annotations

from typing import Any

from catalogs.words import Language
from planner.view.view import PlanView, Row
from planner.view.words import why_not
from report.plan_charts import resource_name, say

COLUMNS = (
    "id", "name", "department", "wave", "week", "begins", "pool", "replica", "late", "due", "deadline", "size", "mlps",
    "trial", "retention", "hours", "order", "after", "before", "together", "within", "demand", "replica_demand", "servers",
    "pinned", "why",
)  # fmt: skip
"""Names of the places of a row's list, in their order."""


def table_data(view: PlanView, lang: Language) -> dict[str, Any]:
    """Rows with the lists that they point into; weeks count from 0, −1 stands for none."""
    departments = {row.department: row.department_name for row in view.rows}
    pools = [pool.id for pool in view.problem.pools]
    department_at = {department: place for place, department in enumerate(sorted(departments))}
    blocked = {
        d.id: sorted(w for w in d.blocked_weeks if 0 <= w < view.problem.weeks) for d in view.problem.departments
    }
    pool_at = {pool: place for place, pool in enumerate(pools)}
    row_at = {row.system: place for place, row in enumerate(view.rows)}
    return {
        "columns": list(COLUMNS),
        "weeks": view.problem.weeks,
        "mondays": [view.at(week).monday.isoformat() for week in range(view.problem.weeks)],
        "cut_overs": [view.cut_over_on(week) for week in range(view.problem.weeks)],
        "names": [view.week(week) for week in range(view.problem.weeks)],
        "departments": [[departments[key], blocked.get(key, [])] for key in sorted(departments)],
        "pools": [[pool, view.pool_name(pool)] for pool in pools],
        "resources": [resource_name(resource, lang) for resource in view.problem.resources],
        "waves": [[wave.number, wave.week, wave.systems] for wave in view.waves],
        "rows": [[*_row(row, department_at, pool_at, row_at), _why(view, row, lang)] for row in view.rows],
    }


def _row(row: Row, department_at: dict[str, int], pool_at: dict[str, int], row_at: dict[str, int]) -> list[Any]:
    return [
        row.system,
        row.name,
        department_at[row.department],
        row.wave or 0,
        _or_none(row.week),
        _or_none(row.begins),
        -1 if row.pool is None else pool_at[row.pool],
        -1 if row.replica_pool is None else pool_at[row.replica_pool],
        row.late_weeks if row.week is not None else 0,
        _or_none(row.due_week),
        _or_none(row.deadline_week),
        row.size_class or "",
        row.mlps_level or 0,
        _or_none(row.trial_run_weeks),
        _or_none(row.retention_weeks),
        row.cutover_hours or 0,
        row.order,
        [row_at[name] for name in row.after],
        [row_at[name] for name in row.before],
        [row_at[name] for name in row.together],
        [[weeks, [row_at[name] for name in others]] for weeks, others in row.within],
        list(row.demand),
        list(row.replica_demand),
        [list(pair) for pair in row.servers],
        1 if row.pinned else 0,
    ]


def _why(view: PlanView, row: Row, lang: Language) -> str:
    """Why a system has no week; empty where it has one."""
    return say(why_not(view, row.system), lang) if row.system in view.reasons else ""


def _or_none(number: int | None) -> int:
    """−1 for none; a week before the horizon (already past) counts as none too."""
    return -1 if number is None else max(-1, number)
