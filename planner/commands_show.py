"""`plan show`: a plan in the terminal: all of it, one wave, one department, one system."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalogs.console import Run, common
from catalogs.errors import UsageError
from catalogs.weeks import Week
from catalogs.words import tr
from planner.check import value_of
from planner.files import read_file
from planner.plan import Move, Plan, read_plan
from planner.problem import PlanningProblem
from planner.problem_file import read_problem

if TYPE_CHECKING:
    from rich.console import Console

SCHEMA = "govcloud/plan-view/1"


@click.command(
    help=tr(
        "查看方案：总览，或其中一批（--week）、一个单位、一个系统。",
        "Show a plan, or one wave, department or system of it.",
    ),
    epilog=tr("例：govcloud plan show latest --week 2026-W20", "Example: govcloud plan show latest --week 2026-W20"),
)
@click.argument("plan", metavar="[PLAN|latest]", default="latest")
@click.option(
    "--problem", "problem_file", type=click.Path(path_type=Path), help=tr("问题文件（不用库）", "problem file")
)
@click.option("--plan", "plan_file", type=click.Path(path_type=Path), help=tr("方案文件（不用库）", "plan file"))
@click.option("--week", help=tr("一批：割接周，如 2026-W20", "one wave: its cut-over week"))
@click.option("--department", help=tr("一个单位", "one department"))
@click.option("--system", help=tr("一个系统", "one system"))
@common
def show(
    run: Run, plan: str, problem_file: Path | None, plan_file: Path | None, week: str | None, department: str | None,
    system: str | None,
) -> None:  # fmt: skip
    """Print moves with what they need."""
    plan_id, problem, found = open_plan(run, plan, problem_file, plan_file)
    rows = [_row(problem, move) for move in sorted(found.moves, key=lambda move: (move.week, move.system))]
    rows += [_unmoved(s.id, s.department) for s in problem.systems if s.id not in {m.system for m in found.moves}]
    number = _week_number(problem, week)
    rows = [
        row
        for row in rows
        if (number is None or row["week_number"] == number)
        and (department is None or row["department"] == department)
        and (system is None or row["system"] == system)
    ]
    data = {"plan": plan_id, **_overview(problem, found), "moves": rows}
    whole = week is None and department is None and system is None
    run.show(SCHEMA, data, human=lambda console: _print(console, data, whole=whole))


def open_plan(
    run: Run, plan: str, problem_file: Path | None, plan_file: Path | None
) -> tuple[str | None, PlanningProblem, Plan]:
    """A plan and its problem, from two files or from the store.

    Raises:
        UsageError: only one of the two files is given.
    """
    if (problem_file is None) != (plan_file is None):
        raise UsageError("--problem 与 --plan 须同时给出", "--problem and --plan go together")
    if problem_file is not None and plan_file is not None:
        problem = read_problem(read_file(problem_file, tr("问题文件", "problem file")), problem_file.name)
        return None, problem, read_plan(read_file(plan_file, tr("方案文件", "plan file")), plan_file.name)
    from inventory.store import open_store

    with open_store(run.store) as store:
        stored = store.plan(plan)
    return stored.id, read_problem(stored.problem), read_plan(stored.plan)


def _week_number(problem: PlanningProblem, week: str | None) -> int | None:
    if week is None:
        return None
    try:
        return Week.parse(week) - problem.first_week
    except ValueError:
        raise UsageError(f"--week {week}：应为 2026-W20 的形式", f"--week {week}: expected the form 2026-W20") from None


def _row(problem: PlanningProblem, move: Move) -> dict[str, Any]:
    system = problem.by_id[move.system]
    return {
        "system": move.system,
        "department": system.department,
        "week": problem.week(move.week),
        "week_number": move.week,
        "begins": problem.week(move.week - system.preparation_weeks + 1),
        "pool": move.pool,
        "replica_pool": move.replica_pool,
        "late_weeks": max(0, move.week - (problem.weeks if system.due_week is None else system.due_week)),
    }


def _unmoved(system: str, department: str) -> dict[str, Any]:
    return {
        "system": system, "department": department, "week": None, "week_number": None, "begins": None, "pool": None,
        "replica_pool": None, "late_weeks": None,
    }  # fmt: skip


def _overview(problem: PlanningProblem, plan: Plan) -> dict[str, Any]:
    value = value_of(problem, {move.system: move for move in plan.moves})
    waves = Counter(problem.week(move.week) for move in plan.moves)
    return {
        "first_week": str(problem.first_week),
        "weeks": problem.weeks,
        "systems": len(problem.systems),
        "moved": len(plan.moves),
        "value": plan.value,
        "bound": plan.bound,
        "gap": round(plan.gap_ratio, 6),
        "lateness": value.lateness,
        "progress": value.progress,
        "placement": value.placement,
        "waves": dict(sorted(waves.items())),
        "clean_ups": [{"id": c.id, "week": problem.week(c.week)} for c in plan.clean_ups],
    }


def _print(console: Console, data: dict[str, Any], *, whole: bool) -> None:
    from rich.table import Table

    if whole:
        zh = f"排入 {data['moved']} / {data['systems']} 个系统，目标值 {data['value']:,}，下界 {data['bound']:,}，差距 {100 * data['gap']:.2f} %"
        en = f"{data['moved']} of {data['systems']} systems, value {data['value']:,}, bound {data['bound']:,}, gap {100 * data['gap']:.2f} %"
        console.print(tr(zh, en))
        waves = Table(title=tr("批次", "waves"))
        for heading in (tr("割接周", "week"), tr("系统数", "systems"), tr("累计", "so far")):
            waves.add_column(heading)
        total = 0
        for week, count in data["waves"].items():
            total += count
            waves.add_row(week, str(count), str(total))
        console.print(waves)
        return
    table = Table(title=tr(f"{len(data['moves'])} 个系统", f"{len(data['moves'])} systems"))
    headings = (
        tr("系统", "system"), tr("单位", "department"), tr("开始", "begins"), tr("割接周", "cut-over"), tr("资源池", "pool"),
        tr("灾备池", "replica"), tr("晚几周", "weeks late"),
    )  # fmt: skip
    for heading in headings:
        table.add_column(heading)
    for row in data["moves"]:
        cells = (
            row["system"],
            row["department"],
            row["begins"],
            row["week"],
            row["pool"],
            row["replica_pool"],
            row["late_weeks"],
        )
        table.add_row(*("-" if cell is None else str(cell) for cell in cells))
    console.print(table)
