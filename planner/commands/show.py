"""`plan show`: a plan in the terminal: all of it, one wave, one department, one system."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from catalogs.console import Run, common
from catalogs.errors import UsageError
from catalogs.weeks import Week
from catalogs.words import tr
from planner.plan import Plan, read_plan
from planner.problem.file import read_problem
from planner.problem.problem import PlanningProblem
from planner.view.view import SCHEMA, PlanView, chosen

_problem_option = click.option(
    "--problem", "problem_file", type=click.Path(path_type=Path), help=tr("问题文件（不用库）", "problem file")
)
_plan_option = click.option(
    "--plan", "plan_file", type=click.Path(path_type=Path), help=tr("方案文件（不用库）", "plan file")
)


@click.command(
    help=tr(
        "查看方案：总览，或其中一个批次（--wave）、一个单位、一个系统。",
        "Show a plan, or one wave, department or system of it.",
    ),
    epilog=tr("例：govcloud plan show latest --wave 3", "Example: govcloud plan show latest --wave 2026-W20"),
)
@click.argument("plan", metavar="[PLAN|latest]", default="latest")
@_problem_option
@_plan_option
@click.option(
    "--wave", "--week", metavar="N|WEEK",
    help=tr("一个批次：序号，或割接周（如 2026-W20）", "one wave: its number, or its cut-over week (2026-W20)"),
)  # fmt: skip
@click.option("--department", help=tr("一个单位：编号或名称", "one department: id or name"))
@click.option("--system", help=tr("一个系统：编号或名称", "one system: id or name"))
@common
def show(
    run: Run, plan: str, problem_file: Path | None, plan_file: Path | None, wave: str | None, department: str | None,
    system: str | None,
) -> None:  # fmt: skip
    """Print moves with what they need."""
    from planner.view.closed import veiled
    from planner.view.json_form import overview_json, row_json
    from planner.view.known import open_view
    from planner.view.show_print import print_overview, print_rows, print_system

    view = open_view(run, plan, problem_file, plan_file)
    rows = chosen(view, week=week_of(view, wave), department=department, system=system)
    whole = wave is None and department is None and system is None
    if not whole and not rows:
        raise nothing_like(view, wave, department, system)
    data: dict[str, Any] = (
        view.as_json() if whole else {**overview_json(view), "moves": [row_json(view, row) for row in rows]}
    )

    def human(console: Any) -> None:
        if whole:
            print_overview(console, view)
        elif system is not None:
            for row in rows:
                print_system(console, view, row)
        else:
            print_rows(console, view, rows)

    run.show(SCHEMA, veiled(view.known, data), human=human)


def open_plan(
    run: Run, plan: str, problem_file: Path | None, plan_file: Path | None
) -> tuple[str | None, PlanningProblem, Plan]:
    """A plan and its problem, from two files or from the store.

    Raises:
        UsageError: only one of the two files is given.
    """
    from planner.view.known import read_files

    if problem_file is not None or plan_file is not None:
        return None, *read_files(problem_file, plan_file)
    from inventory.storage.store import open_store

    with open_store(run.store) as store:
        stored = store.plan(plan)
    return stored.id, read_problem(stored.problem), read_plan(stored.plan)


def week_of(view: PlanView, wave: str | None) -> int | None:
    """The week, counted from 0, of a wave given by its number or its week.

    Raises:
        UsageError: neither a number nor a week, or the plan has no such wave.
    """
    if wave is None:
        return None
    if wave.isdecimal():
        week = next((one.week for one in view.waves if one.number == int(wave)), None)
    else:
        try:
            week = Week.parse(wave) - view.problem.first_week
        except ValueError:
            raise UsageError(
                f"--wave {wave}：应为批次序号，或 2026-W20 的形式",
                f"--wave {wave}: expected a number, or the form 2026-W20",
            ) from None
    if week is None or all(one.week != week for one in view.waves):
        raise _no_wave(view, wave)
    return week


def _no_wave(view: PlanView, wave: str) -> UsageError:
    if not view.waves:
        return UsageError("方案没有批次：一个系统也没有排入", "the plan has no wave: it moves nothing")
    first, last = view.week(view.waves[0].week), view.week(view.waves[-1].week)
    return UsageError(
        f"没有批次 {wave}；方案有 {len(view.waves)} 个批次，{first} 至 {last}",
        f"no wave {wave}; the plan has {len(view.waves)} waves, {first} to {last}",
    )


def nothing_like(view: PlanView, wave: str | None, department: str | None, system: str | None) -> UsageError:
    """An error: what was asked for is not there; near names are offered."""
    from difflib import get_close_matches

    asked = system or department or str(wave)
    names = [row.name if system else row.department_name for row in view.rows]
    near = "、".join(get_close_matches(asked, dict.fromkeys(names), n=3, cutoff=0.4))
    left_out = next((item for item in view.known.left_out if system and system in (item["system"], item["name"])), None)
    if left_out is not None:
        from catalogs.words import Text

        detail = Text.from_json(left_out["detail"])
        return UsageError(f"{asked} 不在计划内：{detail.zh}", f"{asked} is not in the plan: {detail.en}")
    return UsageError(
        f"方案里没有符合的系统：{asked}" + (f"；相近的有：{near}" if near else ""),
        f"the plan has no such system: {asked}" + (f"; near: {near}" if near else ""),
    )
