"""`plan explain`: where a number of the problem comes from, who is not planned and why, what was assumed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalogs.console import Run, common
from catalogs.errors import UsageError
from catalogs.words import Text, language, tr
from planner.build.known import Known, named
from planner.build.nameless import masked, nameless

if TYPE_CHECKING:
    from rich.console import Console

SCHEMA = "govcloud/plan-explained/1"
MOST_TEXT = 300  # of a list written out; its parts are asked about one by one


@click.command(
    help=tr(
        "说明方案的由来：一个数从哪里来（--number），哪些系统没有排期、为什么，有哪些假定和放宽。",
        "Explain a plan: where a number comes from (--number), who is not planned and why, what was assumed.",
    ),
    epilog=tr(
        "例：govcloud plan explain latest --number 'systems[sys-1f3c9a7e].options[east-extranet-x86].demand[vcpu]'",
        "Example: govcloud plan explain latest --number 'pools[east-extranet-x86].capacity[0].amount[vcpu]'",
    ),
)
@click.argument("plan", metavar="[PLAN|latest]", default="latest")
@click.option("--number", metavar="PATH", help=tr("问题文件中一个数的路径", "path of a number in the problem file"))
@click.option(
    "--system",
    metavar="ID",
    help=tr(
        "一个系统（编号或名称）为何排在此处，提前要付多少（求解得出）", "why a system (id or name) stands where it does"
    ),
)
@click.option(
    "--problem",
    "problem_file",
    type=click.Path(path_type=Path),
    help=tr(
        "单独给出问题文件：为何无解、缺什么、怎样才有解", "a problem file alone: why there is no plan, what would help"
    ),
)
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(path_type=Path),
    help=tr("与 --problem 一起：方案文件", "with --problem: a plan file"),
)
@click.option(
    "--out",
    "out_file",
    type=click.Path(path_type=Path),
    help=tr(
        "与单独的 --problem 一起：违规最少的方案写到哪里（标明无效）",
        "with --problem alone: where the least violating plan goes (marked as no valid plan)",
    ),
)
@click.option(
    "--time-limit",
    "time_limit_s",
    type=click.FloatRange(min=1),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help=tr("求解时间（秒）", "seconds for solving"),
)
@common
def explain(
    run: Run,
    plan: str,
    number: str | None,
    system: str | None,
    problem_file: Path | None,
    plan_file: Path | None,
    out_file: Path | None,
    time_limit_s: float,
) -> None:
    """Print reasons, steps with origins, or the lists."""
    from planner.commands.reasons import show_no_plan, show_placement

    if system is not None:
        show_placement(run, plan, problem_file, plan_file, system, time_limit_s)
        return
    if problem_file is not None:
        show_no_plan(run, problem_file, time_limit_s, out_file)
        return
    from inventory.storage.store import open_store
    from planner.build.built import steps_of
    from planner.problem.number_path import as_week, value_at
    from planner.problem.number_path import named as recorded_as
    from planner.view.known import known_of

    with open_store(run.store) as store:
        stored = store.plan(plan)
        known = known_of(store, stored, run) if number is None and not run.as_json else Known()
    built = stored.about.get("built")
    if not isinstance(built, Mapping):
        raise UsageError(
            f"方案 {stored.id} 不是由清单生成的，没有由来可查",
            f"the plan {stored.id} was not made from the inventory: nothing is known about where its numbers come from",
        )
    if number is None:
        left, notes = nameless(built["left_out"]), masked(built["notes"], built["left_out"])
        data = {"plan": stored.id, "left_out": list(left), "notes": list(notes)}
        run.show(SCHEMA, data, human=lambda console: _print_lists(console, left, notes, known))
        return
    problem, number = json.loads(stored.problem), number.strip()
    if not number:
        raise UsageError(
            "--number 是空的：写一个数的路径，如 systems[编号].weight",
            "--number is empty: give the path of a number, such as systems[ID].weight",
        )
    value = value_at(problem, number)
    steps = [{"path": path, **step} for path, step in steps_of(built, recorded_as(problem, number))]
    data = {"plan": stored.id, "number": number, "value": value, "steps": steps}
    run.show(
        SCHEMA, data, human=lambda console: _print_steps(console, number, value, as_week(problem, number, value), steps)
    )


def _said(text: Mapping[str, str]) -> str:
    return text[language()]


def _print_steps(
    console: Console, number: str, value: Any, week: str | None, steps: Sequence[Mapping[str, Any]]
) -> None:
    from planner.problem.number_path import LABELS, empty_means, parts_of

    console.print(f"{number} = {_shown(value)}" + (f" ({week})" if week else ""), markup=False)
    for place, step in enumerate(steps, 1):
        value_said = f"{'：' if language() == 'zh' else ': '}{step['value']}" if step["value"] else ""
        console.print(f"  {place}. {_said(step['what'])}{value_said}", markup=False)
        for origin in step["origins"]:
            if origin not in ("", "-"):
                console.print(f"       {tr('来自', 'from')} {origin}", markup=False)
    parts = parts_of(number, value)
    if not steps and value in ([], {}):
        console.print(f"  {empty_means(number)}")
    elif not steps and isinstance(value, str):
        console.print(f"  {LABELS}")
    elif not steps and not parts:
        console.print(tr("  这个数没有记录由来", "  nothing is recorded about it"))
    if parts:
        more = " …" if len(value) > len(parts) else ""
        console.print(tr("  逐项问由来：", "  ask about one part: ") + "　".join(parts) + more, markup=False)


def _shown(value: Any) -> str:
    """A number as it is; of a long list only how much there is and how it begins."""
    if value is None:
        return tr("null（没有）", "null (none)")
    text = str(value) if isinstance(value, (int, str)) else json.dumps(value, ensure_ascii=False)
    if len(text) <= MOST_TEXT:
        return text
    return tr(f"{len(value)} 项：{text[:MOST_TEXT]}…", f"{len(value)} entries: {text[:MOST_TEXT]}…")


def _print_lists(
    console: Console, left: Sequence[Mapping[str, Any]], notes: Sequence[Mapping[str, Any]], known: Known
) -> None:
    from rich.table import Table

    from planner.build.built import NOTES, REASONS

    count = sum(item["count"] for item in left)
    table = Table(title=tr(f"没有排期的系统：{count} 个", f"not planned: {count} systems"))
    for heading in (Text("系统", "system"), Text("单位", "department"), Text("原因", "reason"), Text("依据", "facts")):
        table.add_column(str(heading), overflow="fold")
    for item in left:
        name = item["name"] or tr(f"（{item['count']} 个，不列名）", f"({item['count']}, not named)")
        reason = REASONS.get(item["reason"])
        table.add_row(name, item["department"] or "", str(reason or item["reason"]), _said(item["detail"]))
    console.print(table)
    console.print(tr(f"假定与放宽：{len(notes)} 条", f"assumed or softened: {len(notes)}"))
    groups: dict[str, list[Text]] = {}
    for note in notes:
        groups.setdefault(note["code"], []).append(named(known, Text.from_json(note["text"])))
    for code, texts in sorted(groups.items()):
        console.print(f"  {NOTES.get(code, code)}{tr('（', ' (')}{len(texts)}{tr('）', ')')}", markup=False)
        for text in texts:
            console.print(f"    · {text}", markup=False)
