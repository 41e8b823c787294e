"""`plan scenarios`: the same inventory under several catalogues, or several problem files: one table to choose from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalogs.console import Run, common
from catalogs.errors import UsageError
from catalogs.words import Text, tr

if TYPE_CHECKING:
    from rich.console import Console

    from planner.solving.executors import Answer

SCHEMA = "govcloud/plan-scenarios/1"
STATUS = {
    "optimal": Text("最优（已证明）", "optimal (proven)"),
    "feasible": Text("可行", "feasible"),
    "infeasible": Text("无解（已证明）", "infeasible (proven)"),
    "unknown": Text("未知（时间用完）", "unknown (time ran out)"),
}


@click.command(
    help=tr(
        "比较几种设想：同一份清单，各用一套目录（--scenario 文件夹，如工作区，含 catalogs/ 和 govcloud.yaml）；"
        "或几个问题文件（--problem）。分给执行器同时求解，每个方案都在本机独立核对。",
        "Compare scenarios: the same inventory under several catalogues (--scenario, a folder like a workspace), or "
        "several problem files. Solved side by side by an executor; every plan is checked here.",
    ),
    epilog=tr(
        "例：govcloud plan scenarios --scenario 现状 --scenario 提前扩容 --executor processes:2",
        "Example: govcloud plan scenarios --scenario today --scenario earlier-batch --executor processes:2",
    ),
)
@click.option(
    "--scenario", "scenarios", multiple=True, type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR", help=tr("一套目录：如工作区的文件夹（可多次）", "a folder like a workspace (repeatable)"),
)  # fmt: skip
@click.option(
    "--problem", "problems", multiple=True, type=click.Path(path_type=Path),
    metavar="FILE", help=tr("问题文件（可多次）", "a problem file (repeatable)"),
)  # fmt: skip
@click.option(
    "--executor", "executor", default="threads:1", show_default=True, metavar="SPEC",
    help=tr("threads:N、processes:N 或 dask:tcp://地址:8786", "threads:N, processes:N or dask:tcp://host:8786"),
)  # fmt: skip
@click.option(
    "--time-limit", "time_limit_s", type=click.FloatRange(min=1), default=60.0, show_default=True, metavar="SECONDS",
    help=tr("每种设想的求解时间（秒）", "seconds for each scenario"),
)  # fmt: skip
@click.option(
    "--repeatable",
    is_flag=True,
    help=tr("每次、每台机器都得到同一方案", "the same plans on every run and machine"),
)
@click.option(
    "--out", "out_dir", type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR", help=tr("各设想的问题和方案写到哪里", "where each problem and plan goes"),
)  # fmt: skip
@common
def scenarios(
    run: Run,
    scenarios: Sequence[Path],
    problems: Sequence[Path],
    executor: str,
    time_limit_s: float,
    repeatable: bool,  # noqa: FBT001 - click passes flags by name
    out_dir: Path | None,
) -> None:
    """Build, solve side by side, check, and put into one table."""
    from planner.solving.executors import Limits, executor_of, solve_scenarios

    contents = _contents(run, scenarios, problems)
    limits = Limits(time_limit_s=time_limit_s, repeatable=repeatable)
    with executor_of(executor) as pool:
        answers = solve_scenarios(contents, pool, limits)
    if out_dir is not None:
        _write(out_dir, contents, answers)
    rows = [_row(name, contents[name], answer) for name, answer in answers.items()]
    data = {"executor": executor.partition(":")[0], "scenarios": rows}
    run.show(SCHEMA, data, human=lambda console: _print(console, rows))


def _contents(run: Run, scenarios: Sequence[Path], problems: Sequence[Path]) -> dict[str, bytes]:
    """Scenario → bytes of its problem file; names are those of the folders and files."""
    from planner.build.city import city_problem
    from planner.files import read_file

    names = [path.resolve().name for path in scenarios] + [path.stem for path in problems]
    if not names:
        raise UsageError("没有给出设想：用 --scenario 或 --problem", "no scenario: give --scenario or --problem")
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise UsageError(f"两种设想同名：{doubled[0]}", f"two scenarios have the same name: {doubled[0]}")
    found = [city_problem(replace(run, workspace=path))[0] for path in scenarios]
    found += [read_file(path, tr("问题文件", "problem file")) for path in problems]
    return dict(zip(names, found, strict=True))


def _row(name: str, content: bytes, answer: Answer) -> dict[str, Any]:
    plan = json.loads(answer.plan) if answer.plan is not None else None
    value = plan["value"] if plan else None
    return {
        "scenario": name,
        "status": answer.status,
        "systems": len(json.loads(content)["systems"]),
        "moves": len(plan["moves"]) if plan else None,
        "value": value,
        "bound": answer.bound,
        "gap": None if value is None or answer.bound is None else (value - answer.bound) / value if value else 0.0,
        "last_week": _last_week(content, plan),
        "reason": None if answer.reason is None else answer.reason.as_json(),
    }


def _last_week(content: bytes, plan: dict[str, Any] | None) -> str | None:
    from catalogs.weeks import Week

    weeks = [move["week"] for move in plan["moves"]] if plan else []
    return str(Week.parse(json.loads(content)["first_week"]) + max(weeks)) if weeks else None


def _write(out_dir: Path, contents: dict[str, bytes], answers: dict[str, Answer]) -> None:
    from planner.files import write_file

    for name, answer in answers.items():
        folder = out_dir / name
        folder.mkdir(parents=True, exist_ok=True)
        write_file(folder / "problem.json", contents[name])
        if answer.plan is not None:
            write_file(folder / "plan.json", answer.plan)


def _print(console: Console, rows: Sequence[dict[str, Any]]) -> None:
    from rich.table import Table

    table = Table()
    for heading in (
        Text("设想", "scenario"), Text("结果", "result"), Text("排入", "moved"), Text("最后割接周", "last week"),
        Text("目标值", "value"), Text("下界", "bound"), Text("差距", "gap"),
    ):  # fmt: skip
        table.add_column(str(heading), overflow="fold")
    for row in rows:
        gap = "—" if row["gap"] is None else f"{100 * row['gap']:.2f} %"
        moved = "—" if row["moves"] is None else f"{row['moves']}/{row['systems']}"
        amounts = ["—" if row[key] is None else f"{row[key]:,}" for key in ("value", "bound")]
        table.add_row(row["scenario"], str(STATUS[row["status"]]), moved, row["last_week"] or "—", *amounts, gap)
    console.print(table)
    for row in rows:
        if row["reason"] is not None:
            console.print(f"· {row['scenario']}{tr('：', ': ')}{Text.from_json(row['reason'])}", markup=False)
    console.print(
        tr(
            "目标值越小越好；设想不同，需求、容量和目标就不同，目标值只宜与各自的下界比较",
            "smaller is better; scenarios differ in demand, capacity and targets: hold each value against its own bound",
        )
    )
