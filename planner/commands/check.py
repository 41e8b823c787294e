"""`plan check`: is this plan valid? Plain Python on the two files, no solver."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogs.console import Run, common
from catalogs.errors import CheckFailed
from catalogs.words import tr
from inventory.storage.store import open_store
from planner.check.check import RULES, Violation, check_files
from planner.files import read_file

if TYPE_CHECKING:
    from rich.console import Console

SCHEMA = "govcloud/plan-check/1"


@click.command(
    name="check",
    help=tr(
        "只凭两个文件核对方案：逐周、逐池、逐资源重加一遍，写出违反的每一条规则，并重算目标值。有效退出码 0，无效 1。",
        "Check a plan against its problem by adding everything up again. Exit code 0 valid, 1 not.",
    ),
    epilog=tr(
        "例：govcloud plan check --problem problem.json --plan plan.json",
        "Example: govcloud plan check --problem problem.json --plan plan.json",
    ),
)
@click.option(
    "--problem",
    "problem_file",
    type=click.Path(path_type=Path),
    help=tr("问题文件；不给时 --plan 是库中方案的编号", "problem file; without it --plan names a stored plan"),
)
@click.option("--plan", "plan_file", default="latest", show_default=True, help=tr("方案文件或编号", "plan file or id"))
@common
def check_(run: Run, problem_file: Path | None, plan_file: str) -> None:
    """Check two files, or the two files of a stored plan."""
    if problem_file is None:
        with open_store(run.store) as store:
            stored = store.plan(plan_file)
        problem, plan = stored.problem, stored.plan
    else:
        problem = read_file(problem_file, tr("问题文件", "problem file"))
        plan = read_file(Path(plan_file), tr("方案文件", "plan file"))
    violations = check_files(problem, plan)
    data = {"valid": not violations, "violations": [violation.as_json() for violation in violations]}
    run.show(SCHEMA, data, human=lambda console: _print(console, violations))
    if violations:
        found = sorted({violation.rule for violation in violations})
        rules, names = ", ".join(found), "、".join(RULES[rule].zh for rule in found)
        raise CheckFailed(
            f"方案无效：违反 {len(violations)} 处（{names}）", f"not valid: {len(violations)} violations ({rules})"
        )


def _print(console: Console, violations: Sequence[Violation]) -> None:
    if not violations:
        console.print(tr("有效：全部规则满足，目标值重算一致", "valid: every rule holds, the value is as recomputed"))
    for violation in violations:
        console.print(str(violation), markup=False)
